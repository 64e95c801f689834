/** Errors of Anthropic's API, read and written. */
import type { ErrorDetails, ErrorFormat } from '@wintergate/core';
import { isObject, stringOf } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import type { JsonObject, ReplyError } from './types.ts';

/** Inside a stream, and under a 200, only the type says which status it would have been. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Reads `{ type: 'error', error: { type, message } }`; what came from a proxy before it, as others do. */
export function readAnthropicError(status: number, body: unknown): ReplyError {
  const error = isObject(body) ? body['error'] : undefined;
  const type = isObject(error) ? stringOf(error['type']) : undefined;
  const details = isObject(error) && isObject(error['details']) ? error['details'] : {};
  const code = stringOf(details['error_code']);
  // The type does not tell an upstream's fault from the service's own; our codes do.
  const isUpstreams = type === 'api_error' && code?.startsWith('upstream_') === true;
  const implied = isUpstreams ? 502 : statuses[type ?? ''];
  const known = status >= 400 ? status : (implied ?? status);
  const param = stringOf(details['param']);
  return { ...readOpenaiError(known, body), ...(code && { code }), ...(param && { param }) };
}

/** The types of the SDKs' error classes; a busy upstream is one that is overloaded. */
function typeOf(status: number): string {
  if (status === 503) return 'overloaded_error';
  const known = Object.keys(statuses).find((type) => statuses[type] === status);
  return known ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

/** An error's body, and the value of an `error` event. */
export function anthropicError(
  error: Omit<ErrorDetails, 'type'> & { readonly type?: string | undefined },
): JsonObject {
  const { status, message, code, param } = error;
  const details = {
    ...(code === undefined ? {} : { error_code: code }),
    ...(param === undefined ? {} : { param }),
  };
  const told = Object.keys(details).length === 0 ? {} : { details };
  return { type: 'error', error: { type: typeOf(status), message, ...told } };
}

export const anthropicErrorFormat: ErrorFormat = {
  body: (error) => ({
    contentType: 'application/json',
    body: JSON.stringify(anthropicError(error)),
  }),
  streamEvent: (error) => `event: error\ndata: ${JSON.stringify(anthropicError(error))}\n\n`,
};
