/** What a host can not do, and why: the only exceptions the suite makes. */
export interface HostLimits {
  /** The upstream hears of a caller who left before the reply began only at the next write. */
  readonly silentBeforeReply?: string;
  /** The connection is not cut when the upstream breaks off in the middle: the end looks clean. */
  readonly cleanEndOnBreak?: string;
}

const noRequestSignal =
  'request.signal never fires, and without a reply there is no stream whose cancel() could tell';

/** By the host's id in `hosts.ts`. */
export const hostLimits: Readonly<Record<string, HostLimits>> = {
  workerd: { silentBeforeReply: `workerd: ${noRequestSignal}` },
  'workerd-portable': { silentBeforeReply: `workerd: ${noRequestSignal}` },
  edge: {
    silentBeforeReply: `edge-runtime 4.0.1: ${noRequestSignal}`,
    cleanEndOnBreak:
      'edge-runtime 4.0.1: its own server ends the connection cleanly when a stream fails (a `finally` in its handler)',
  },
};
