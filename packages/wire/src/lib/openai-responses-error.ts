/** Errors inside of a Responses stream. Bodies have the form of OpenAI's other errors. */
import { type ErrorDetails, type ErrorFormat, openaiErrorFormat } from '@wintergate/core';
import type { JsonObject } from './types.ts';

type Told = Omit<ErrorDetails, 'type'> & { readonly type?: string | undefined };

/**
 * An `error` event's value. Documented flat, recorded inside of `error`, which SDKs throw by: it is
 * both.
 */
export function responsesError(error: Told): JsonObject {
  const { type = 'server_error', message, code = null, param = null } = error;
  const told = { type, code, message, param };
  return { ...told, type: 'error', error: told };
}

export const responsesErrorFormat: ErrorFormat = {
  body: openaiErrorFormat.body,
  streamEvent: (error) => `event: error\ndata: ${JSON.stringify(responsesError(error))}\n\n`,
};
