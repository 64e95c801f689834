/** Errors of Anthropic's API. */
import { isObject, stringOf } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import type { ReplyError } from './types.ts';

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
  const known = status >= 400 ? status : (statuses[type ?? ''] ?? status);
  return readOpenaiError(known, body);
}
