/** Errors in Google's form (google.rpc.Status), read and written. */
import type { ErrorDetails, ErrorFormat } from '@wintergate/core';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, ReplyError } from './types.ts';

const maxMessage = 2000;
const typeUrl = 'type.googleapis.com/google.rpc.';

const names: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  504: 'DEADLINE_EXCEEDED',
};

/** The types that callers know, by the name of Google's status (google.rpc.Code). */
const types: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'invalid_request_error',
  FAILED_PRECONDITION: 'invalid_request_error',
  OUT_OF_RANGE: 'invalid_request_error',
  UNAUTHENTICATED: 'authentication_error',
  PERMISSION_DENIED: 'permission_error',
  NOT_FOUND: 'not_found_error',
  RESOURCE_EXHAUSTED: 'rate_limit_error',
  DEADLINE_EXCEEDED: 'timeout_error',
  UNAVAILABLE: 'overloaded_error',
};

function nameOf(status: number): string {
  return names[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'UNAVAILABLE');
}

/**
 * Reads the error of a reply's body, or of a stream's event. A list of one, which streams that are
 * a JSON array begin with, counts as its item. Never throws.
 */
export function readGoogleError(status: number, body: unknown): ReplyError {
  const outer = Array.isArray(body) ? body[0] : body;
  const inner = isObject(outer) ? (outer['error'] ?? outer) : undefined;
  const error = isObject(inner) ? inner : {};
  const details = objectsOf(error['details']);
  const of = (name: string): JsonObject =>
    details.find((one) => one['@type'] === typeUrl + name) ?? {};
  const [violation] = objectsOf(of('BadRequest')['fieldViolations']);
  const name = stringOf(error['status']);
  // A key that is not valid is an INVALID_ARGUMENT; only the reason says so.
  const code = stringOf(of('ErrorInfo')['reason']) || name;
  const param = stringOf(violation?.['field']);
  const delay = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(
    stringOf(of('RetryInfo')['retryDelay']) ?? '',
  )?.[1];
  const known = status >= 400 ? status : (countOf(error['code']) ?? 0);
  const message =
    stringOf(error['message']) ||
    (typeof inner === 'string' && inner) ||
    (known >= 400 ? `The upstream answered ${known}` : 'The upstream reported an error');
  return {
    message: message.slice(0, maxMessage),
    ...(name ? { type: types[name] ?? 'server_error' } : {}),
    ...(code ? { code } : {}),
    ...(param ? { param } : {}),
    ...(known >= 400 ? { status: known } : {}),
    ...(delay === undefined ? {} : { retryAfter: Number(delay) }),
  };
}

/** An error's body. */
export function googleError(
  error: Omit<ErrorDetails, 'type'> & { readonly type?: string | undefined },
): JsonObject {
  const { status, message, code, param, headers } = error;
  const details: JsonObject[] = [];
  const reason = code ?? error.type;
  if (reason) details.push({ '@type': `${typeUrl}ErrorInfo`, reason, domain: 'wintergate' });
  if (param) {
    const fieldViolations = [{ field: param, description: message }];
    details.push({ '@type': `${typeUrl}BadRequest`, fieldViolations });
  }
  const after = Number(headers?.['retry-after'] ?? Number.NaN);
  if (after >= 0) details.push({ '@type': `${typeUrl}RetryInfo`, retryDelay: `${after}s` });
  return {
    error: {
      code: status,
      message,
      status: nameOf(status),
      ...(details.length === 0 ? {} : { details }),
    },
  };
}

export const googleErrorFormat: ErrorFormat = {
  body: (error) => ({ contentType: 'application/json', body: JSON.stringify(googleError(error)) }),
  streamEvent: (error) => `data: ${JSON.stringify(googleError(error))}\n\n`,
};
