/** The end of a reply stream: seen, told, and never taken for a success that it was not. */
import type {
  Context,
  ErrorDetails,
  ReplyEnding,
  ReplyStage,
  StageOutput,
  Usage,
} from '@wintergate/core';
import type { ModelCall, ReplyError } from '@wintergate/wire';
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
 * A stage that watches a stream for its end. A stream that breaks off, or ends without the
 * dialect's end marker, gets the dialect's error event as its last. With `hideUsage` it also takes
 * out the event that holds nothing but the usage that we asked for.
 */
export function endingStage(
  call: ModelCall,
  hideUsage: boolean,
  context: Context,
  onResult: (result: StreamResult) => void,
): ReplyStage {
  const { dialect } = call;
  const decoder = dialect.createDecoder(call, { only: 'ending' });
  let usage: Usage | undefined;
  let reported: ReplyError | undefined;
  let done = false;
  let failed: ReplyEnding | undefined;

  function refuse(error: unknown, message: string, out: StageOutput): void {
    failed = { ended: 'failed', error };
    const details: ErrorDetails = {
      status: 502,
      type: 'server_error',
      code: 'upstream_stream_cut',
      message,
    };
    // A break in the middle of an event has left half of it outside, unless it was held for hiding:
    // a blank line ends it.
    const gap = hideUsage ? '' : '\n\n';
    out.bytes(encoder.encode(gap + dialect.errorFormat.streamEvent(details)));
    out.end('failed');
  }

  return {
    name: 'upstream-ending',
    transform: hideUsage,
    event(event, out) {
      let tellsUsage = false;
      for (const delta of decoder.push(event)) {
        if (delta.type === 'usage') {
          usage = delta.usage;
          tellsUsage = true;
        } else if (delta.type === 'error') reported ??= delta.error;
        else if (delta.type === 'done') done = true;
      }
      if (hideUsage && !(tellsUsage && dialect.isUsageOnly(event))) out.event(event);
    },
    end(out) {
      if (done || decoder.complete) return;
      const error = new Error('The stream ended without its end marker');
      // It has said itself what went wrong: once is enough.
      if (reported !== undefined) out.end('failed');
      else refuse(error, 'The upstream ended the stream before it was complete', out);
    },
    fail(error, out) {
      // The caller left: what breaks then breaks by their will, and they want to see it break.
      if (context.signal.aborted && !isTimeout(context.signal.reason)) return;
      // Everything was said; only the connection was not closed as it should be.
      if (done) out.end('completed');
      else if (reported !== undefined) out.end('failed');
      else refuse(error, 'The connection to the upstream broke off', out);
    },
    close(ending) {
      onResult({ ...(failed ?? ending), complete: decoder.complete, usage, reported });
    },
  };
}
