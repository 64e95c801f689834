/** Errors of Bedrock: a message in the body, the kind in a header or, within a stream, in its frame. */
import { isObject, stringOf } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import type { ReplyError } from './types.ts';

/** What an exception in a stream would have been as a status. */
const statuses: Readonly<Record<string, number>> = {
  internalserverexception: 500,
  modelstreamerrorexception: 424,
  serviceunavailableexception: 503,
  throttlingexception: 429,
  validationexception: 400,
  modeltimeoutexception: 408,
  accessdeniedexception: 403,
};

/** Reads `{ message }`, in both of AWS's spellings, with the type where the body has it. */
export function readBedrockError(status: number, body: unknown): ReplyError {
  const own = isObject(body) ? body : {};
  const message = stringOf(own['message']) ?? stringOf(own['Message']);
  const type = (stringOf(own['__type']) ?? '').replace(/^.*#/, '');
  if (message === undefined) return readOpenaiError(status, body);
  return { ...readOpenaiError(status, { message }), ...(type && { code: type }) };
}

/** An exception that ended a stream. */
export function readException(type: string, payload: unknown): ReplyError {
  const status = statuses[type.toLowerCase()] ?? 500;
  const { message } = readBedrockError(status, payload);
  return { message, code: type, status };
}
