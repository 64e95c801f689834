import { sharedOf } from './context.ts';
import { type ErrorDetails, errorFormatKey, openaiErrorFormat, RequestError } from './errors.ts';
import { createReply } from './reply.ts';
import type { Context } from './types.ts';

const retryable = new Set([429, 502, 503, 504]);

/**
 * An error as an answer in the caller's dialect. Sets `x-should-retry`, which SDKs obey, so that
 * they do not hammer where retrying cannot help.
 *
 * @example
 * return errorResponse({ status: 403, type: 'permission_error', message: 'Ask for access to this model' }, context);
 */
export function errorResponse(error: ErrorDetails, context?: Context): Response {
  const format = context?.get(errorFormatKey) ?? openaiErrorFormat;
  const { contentType, body } = format.body(error);
  return createReply({
    status: error.status,
    headers: {
      'content-type': contentType,
      'x-should-retry': String(error.retry ?? retryable.has(error.status)),
      ...error.headers,
    },
    body,
  });
}

/**
 * Any thrown value as an answer: a `RequestError` says what it says, anything else a bare 500, whose cause is a
 * `background-error` event, or a line of the console where nobody hears events.
 */
export function toErrorResponse(error: unknown, context: Context): Response {
  if (RequestError.isInstance(error)) return errorResponse(error.details, context);
  if (sharedOf(context)?.listeners.length === 0) console.error(error);
  context.emit({
    type: 'background-error',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
  return errorResponse(
    {
      status: 500,
      type: 'server_error',
      message: 'The gateway failed to handle this request',
      retry: false,
    },
    context,
  );
}
