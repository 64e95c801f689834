import { addReplyStage, type Context } from '@wintergate/core';
import type { ModelCall } from './types.ts';

/**
 * Leaves out the event that tells only usage, for a caller who did not ask for it. The other half
 * of `dialect.withStreamUsage`. Stages added before see the event, those added after do not.
 *
 * @param call the call as the caller sent it, not as it was rewritten.
 * @returns the response to go on with; the same one when there is nothing to hide.
 */
export function hideStreamUsage(response: Response, call: ModelCall, context: Context): Response {
  if (!call.stream || call.streamUsage) return response;
  const { dialect } = call;
  return addReplyStage(
    response,
    {
      name: 'hideStreamUsage',
      transform: true,
      event(event, out) {
        if (!dialect.isUsageOnly(event)) out.event(event);
      },
    },
    context,
  );
}
