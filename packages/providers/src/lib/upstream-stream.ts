/** The end of a reply stream: seen, told, and never taken for a success that it was not. */
import {
  abortOf,
  type Context,
  type ErrorDetails,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
  type StageOutput,
  type Usage,
} from '@wintergate/core';
import type { ModelCall, ReplyError } from '@wintergate/wire';
import { hideInEvent } from './hide-credential.ts';
import { withoutNullUsage } from './hide-usage.ts';
import { isTimeout } from './is-timeout.ts';

/** What the stream turned out to be, once it has ended. */
export interface StreamResult extends ReplyEnding {
  /** The dialect's own end was seen. */
  readonly complete: boolean;
  readonly usage: Usage | undefined;
  /** The error that the stream itself reported. */
  readonly reported: ReplyError | undefined;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * A stage that watches a stream for its end. A stream that breaks off, holds something that is no
 * event of the dialect, or ends before every choice has its finish reason, gets the dialect's error
 * event as its last, in the place of its end marker. A host that sends no end marker, but all finish
 * reasons, is taken at its word: its stream passes, and is not complete. After an error of the
 * upstream's own nothing follows. With `hideUsage` the usage that we asked for is taken out: the event that holds nothing
 * else, and the empty member in the others.
 *
 * @param secrets that an error of the upstream's own must not show; asked for when there is one.
 */
export function endingStage(
  call: ModelCall,
  hideUsage: boolean,
  context: Context,
  onResult: (result: StreamResult) => void,
  secrets: () => readonly string[] | undefined = () => undefined,
): ReplyStage {
  const { dialect } = call;
  const decoder = dialect.createDecoder(call, { only: 'ending' });
  let usage: Usage | undefined;
  let reported: ReplyError | undefined;
  let done = false;
  let failed: ReplyEnding | undefined;

  function refuse(message: string, out: StageOutput, error: unknown = new Error(message)): void {
    failed = { ended: 'failed', error };
    const details: ErrorDetails = {
      status: 502,
      type: 'server_error',
      code: 'upstream_stream_cut',
      message,
    };
    // Half an event never went out: it was held until it was whole.
    out.bytes(encoder.encode(dialect.errorFormat.streamEvent(details)));
    out.end('failed');
  }

  return {
    name: 'upstream-ending',
    // What stands in one chunk with an end marker or an error must not be out before they are seen.
    transform: true,
    event(event, out) {
      let tellsUsage = false;
      for (const delta of decoder.push(event)) {
        if (delta.type === 'usage') {
          usage = delta.usage;
          tellsUsage = true;
        } else if (delta.type === 'done') {
          if (!decoder.complete) return refuse(incomplete, out);
          done = true;
        } else if (delta.type === 'error') {
          if (!isReadable(event)) return refuse('The upstream sent a damaged event', out);
          reported = delta.error;
        }
      }
      const known = reported === undefined ? undefined : secrets();
      if (known !== undefined) out.event(hideInEvent(event, known));
      else if (!hideUsage) out.event(event);
      else if (!(tellsUsage && dialect.isUsageOnly(event))) out.event(withoutNullUsage(event));
      // It has said itself what went wrong: once is enough.
      if (reported !== undefined) out.end('failed');
    },
    end(out) {
      if (!done && decoder.finished !== true) refuse(incomplete, out);
    },
    fail(error, out) {
      // The caller left: what breaks then breaks by their will, and they want to see it break.
      const { aborted, reason } = abortOf(context);
      if (aborted && !isTimeout(reason)) return;
      // Everything was said; only the connection was not closed as it should be.
      if (done) out.end('completed');
      else refuse('The connection to the upstream broke off', out, error);
    },
    close(ending) {
      onResult({ ...(failed ?? ending), complete: decoder.complete, usage, reported });
    },
  };
}

const incomplete = 'The upstream ended the stream before it was complete';

/** Whether the caller can read in an event what went wrong. */
function isReadable(event: SseEvent): boolean {
  const said = event.json();
  const isObject = typeof said === 'object' && said !== null && !Array.isArray(said);
  return event.event === 'error' || isObject;
}
