/**
 * Single-flight: identical calls at the same time go upstream once. A flight has its own signal and
 * belongs to no caller: one that leaves only detaches.
 */
import {
  type AbortSource,
  type ByteSource,
  cancelReply,
  createAborter,
  replySource,
} from '@wintergate/core';
import {
  type Broadcast,
  type BroadcastOptions,
  type BufferBudget,
  createBroadcast,
} from './broadcast.ts';

/** What a caller brings along, in case it is to fetch the answer for all. */
export interface FlightCaller<Hit> {
  /** Aborts when this caller has left. */
  readonly abort: AbortSource;
  /** Fetches the answer: from the semantic tier, or from upstream. `abort` is the flight's. */
  fetch(abort: AbortSource): Promise<{ hit: Hit } | { response: Response }>;
}

/** How a flight ended for one caller. */
export type Landing<Hit> =
  | { readonly type: 'hit'; readonly hit: Hit }
  /** A reply of its own: head, and a body that is shared. `fetched`: this caller's own call brought it. */
  | {
      readonly type: 'reply';
      readonly head: Response;
      readonly source: ByteSource;
      readonly fetched: boolean;
    }
  /** This caller's own call failed; the answer as it came. */
  | { readonly type: 'failed'; readonly response: Response }
  /** There is nothing to share: go alone. */
  | { readonly type: 'alone' };

export interface FlightOptions {
  readonly maxBytes: number;
  readonly slowReaderTimeout: number;
  readonly budget: BufferBudget;
  readonly abandoned: 'cancel' | 'drain';
  /** Whether others may join. */
  readonly shared: boolean;
  /** Nobody can join any more. Called once. */
  onGone(): void;
  /** The upstream has ended, failed or was given up. */
  onEnd?(): void;
}

export interface Flight<Hit> {
  /** Waits for the answer. `undefined` when the beginning of the reply is gone. Rejects when the caller leaves. */
  join(caller: FlightCaller<Hit>): Promise<Landing<Hit>> | undefined;
  /** The whole body, when all of it is still here. */
  bytes(): Uint8Array | undefined;
  /** Its result is settled: nobody needs to join any more. */
  close(): void;
}

/** How long a whole reply waits for somebody to settle what becomes of it. */
const lingerMs = 5000;

interface Waiting<Hit> {
  readonly caller: FlightCaller<Hit>;
  land(landing: Landing<Hit>): void;
  reject(error: unknown): void;
}

/** Creates a flight. The first that joins fetches. */
export function createFlight<Hit>(options: FlightOptions): Flight<Hit> {
  const waiting = new Set<Waiting<Hit>>();
  const aborter = createAborter();
  let broadcast: Broadcast | undefined;
  let head: Response | undefined;
  let started = false;
  let elected = false;
  let gone = false;
  let linger: ReturnType<typeof setTimeout> | undefined;

  function goAway(): void {
    clearTimeout(linger);
    if (gone) return;
    gone = true;
    broadcast?.close();
    options.onGone();
  }

  async function fetchFor(leader: Waiting<Hit>): Promise<void> {
    let response: Response;
    try {
      const landed = await leader.caller.fetch(aborter);
      if ('hit' in landed) {
        goAway();
        for (const one of take()) one.land({ type: 'hit', hit: landed.hit });
        return;
      }
      response = landed.response;
    } catch (error) {
      if (!(await electNext(leader, (one) => one.reject(error)))) {
        goAway();
        for (const one of take()) one.reject(error);
      }
      return;
    }
    if (response.ok) {
      share(leader, response);
    } else if (
      !(await electNext(leader, (one) => one.land({ type: 'failed', response }), response))
    ) {
      // Another caller's credential is not this one's fault.
      if (response.status === 401 || response.status === 403) scatter(leader, response);
      else share(leader, response);
      goAway();
    }
  }

  /** The leader failed before anything was sent: one other may try, once. */
  async function electNext(
    leader: Waiting<Hit>,
    settle: (leader: Waiting<Hit>) => void,
    response?: Response,
  ): Promise<boolean> {
    const next = [...waiting].find((one) => one !== leader);
    if (elected || next === undefined || aborter.aborted) return false;
    elected = true;
    if (waiting.delete(leader)) settle(leader);
    else if (response !== undefined) cancelReply(response);
    await fetchFor(next);
    return true;
  }

  function share(leader: Waiting<Hit>, response: Response): void {
    head = response;
    if (!response.ok && waiting.size === 1 && waiting.has(leader)) {
      for (const one of take()) one.land({ type: 'failed', response });
      return;
    }
    broadcast = createBroadcast(replySource(response), broadcastOptions());
    const callers = take();
    for (const one of callers) land(one, one === leader);
    if (callers.length === 0) {
      // All have left while it was on its way.
      goAway();
      if (options.abandoned === 'cancel') cancelReply(response);
      else replySource(response).start({ write() {}, end() {}, fail() {} });
    }
  }

  function scatter(leader: Waiting<Hit>, response: Response): void {
    const callers = take();
    if (!callers.includes(leader)) cancelReply(response);
    for (const one of callers)
      one.land(one === leader ? { type: 'failed', response } : { type: 'alone' });
  }

  function land(one: Waiting<Hit>, fetched: boolean): boolean {
    const source = broadcast?.join();
    if (source === undefined || head === undefined) return false;
    one.land({ type: 'reply', head, source, fetched });
    return true;
  }

  /** Everybody who waits; from now on nobody does. */
  function take(): Waiting<Hit>[] {
    const callers = [...waiting];
    waiting.clear();
    return callers;
  }

  function broadcastOptions(): BroadcastOptions {
    const { maxBytes, slowReaderTimeout, budget, shared, abandoned } = options;
    return {
      maxBytes,
      slowReaderTimeout,
      budget,
      shared,
      abandoned,
      onPrefixGone: goAway,
      onChange() {
        if (broadcast === undefined || broadcast.ended === undefined) return;
        options.onEnd?.();
        if (gone) return;
        if (broadcast.ended !== 'completed') goAway();
        else if (broadcast.readers === 0) linger ??= setTimeout(goAway, lingerMs);
      },
    };
  }

  function leave(one: Waiting<Hit>): void {
    if (!waiting.delete(one)) return;
    const { reason } = one.caller.abort;
    one.reject(reason);
    if (waiting.size > 0 || options.abandoned === 'drain') return;
    goAway();
    aborter.abort(reason);
  }

  return {
    join(caller) {
      if (gone) return undefined;
      return new Promise((resolve, reject) => {
        const { abort } = caller;
        let release: (() => void) | undefined;
        const one: Waiting<Hit> = {
          caller,
          land(landing) {
            release?.();
            resolve(landing);
          },
          reject(error) {
            release?.();
            reject(error as Error);
          },
        };
        if (broadcast !== undefined) {
          if (!land(one, false)) one.land({ type: 'alone' });
          return;
        }
        waiting.add(one);
        if (abort.aborted) leave(one);
        else release = abort.onAbort(() => leave(one));
        if (started) return;
        started = true;
        void fetchFor(one);
      });
    },
    bytes: () => broadcast?.bytes(),
    close: goAway,
  };
}
