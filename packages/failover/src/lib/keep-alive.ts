/** Signs of life for a caller whose stream was let go before it said anything. */
import { addReplyStage, type Context, type StageOutput } from '@wintergate/core';
import { isMeaningful, type ModelCall } from '@wintergate/wire';
import type { FailoverSettings } from './options.ts';

/** A comment: every reader of event streams skips it (WHATWG HTML, section 9.2.6). */
const comment = /* @__PURE__ */ new TextEncoder().encode(': keep-alive\n\n');

/**
 * Writes a comment at every `keepAlive`, until the first text, reasoning, tool call or refusal: proxies and SDKs in between give up on a connection that says nothing. While the reader
 * rests, nothing is written.
 *
 * @param response a stream whose events come whole: a comment never falls into one.
 */
export function addKeepAlive(
  response: Response,
  call: ModelCall,
  fork: Context,
  { keepAlive, schedule }: FailoverSettings,
): Response {
  if (keepAlive === 0) return response;
  const decoder = call.dialect.createDecoder(call);
  let cancel: (() => void) | undefined;
  let resting = false;
  let over = false;

  function wait(out: StageOutput): void {
    cancel = schedule(() => {
      if (!resting) out.bytes(comment);
      wait(out);
    }, keepAlive);
  }

  function stop(): void {
    over = true;
    cancel?.();
  }

  return addReplyStage(
    response,
    {
      name: 'failover-keep-alive',
      start: wait,
      event(event) {
        if (!over && decoder.push(event).some(isMeaningful)) stop();
      },
      pause() {
        resting = true;
      },
      resume() {
        resting = false;
      },
      close: stop,
    },
    fork,
  );
}
