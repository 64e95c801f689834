import type { Pump } from './pump.ts';
import { cancelReply, runReply, startHeldReply } from './reply-run.ts';
import type { ByteSource } from './stage-types.ts';

/**
 * A reply's body, its stages included, as a source that a middleware can run itself: to hand it to
 * several readers, for instance. No standard stream in between. Start it once; nobody else may read
 * the reply.
 *
 * @example
 * return createReply({ status: inner.status, body: throttled(replySource(inner)) });
 */
export function replySource(response: Response): ByteSource {
  let pump: Pump | undefined;
  return {
    start(sink) {
      // Known before the first write, which may pause or cancel.
      const held = startHeldReply(response);
      pump = held.pump;
      // The reply that it answers: for a platform's own Response another would get another pump.
      runReply(held.response, sink, () => {});
    },
    pause: () => pump?.pause(),
    resume: () => pump?.resume(),
    cancel(reason) {
      if (pump === undefined) cancelReply(response, reason);
      else pump.cancel(reason);
    },
  };
}
