/** Errors of Google's APIs. */
import { isObject, stringOf } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import type { ReplyError } from './types.ts';

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

/** Reads `{ error: { code, message, status } }`, in a list as well, as a stream without `alt=sse` has it. */
export function readGoogleError(status: number, body: unknown): ReplyError {
  const outer = Array.isArray(body) ? body[0] : body;
  const { code: _, ...read } = readOpenaiError(status, outer);
  const error = isObject(outer) ? outer['error'] : undefined;
  const name = isObject(error) ? stringOf(error['status']) : undefined;
  return name === undefined ? read : { ...read, type: types[name] ?? 'server_error', code: name };
}
