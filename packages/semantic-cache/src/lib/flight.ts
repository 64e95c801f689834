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
import { Broadcast, type BroadcastHost, type BroadcastOptions } from './broadcast.ts';

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

/** Who hears how a flight fares. */
export interface FlightHost {
  /** Nobody can join any more. Called once. */
  onGone(): void;
  /** The upstream has ended, failed or was given up. */
  onEnd(): void;
}

/** How long a whole reply waits for somebody to settle what becomes of it. */
const lingerMs = 5000;

/** A flight. The first that joins fetches; `options.shared` says whether others may join. */
export class Flight<Hit> implements BroadcastHost {
  readonly #options: BroadcastOptions;
  readonly #host: FlightHost;
  readonly #aborter = createAborter();
  #waiting: Waiting<Hit>[] = [];
  #broadcast: Broadcast | undefined;
  #head: Response | undefined;
  #started = false;
  #elected = false;
  #gone = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BroadcastOptions, host: FlightHost) {
    this.#options = options;
    this.#host = host;
  }

  /** Waits for the answer. `undefined` when the beginning of the reply is gone. Rejects when the caller leaves. */
  join(caller: FlightCaller<Hit>): Promise<Landing<Hit>> | undefined {
    if (this.#gone) return undefined;
    return new Promise((resolve, reject) => {
      const one = new Waiting(caller, resolve, reject);
      if (this.#broadcast !== undefined) {
        if (!this.#land(one, false)) one.land({ type: 'alone' });
        return;
      }
      if (this.#waiting.length === 0) this.#waiting = [one];
      else this.#waiting.push(one);
      if (caller.abort.aborted) this.#leave(one);
      else one.release = caller.abort.onAbort(() => this.#leave(one));
      if (this.#started) return;
      this.#started = true;
      void this.#fetchFor(one);
    });
  }

  /** The whole body, when all of it is still here. */
  bytes(): Uint8Array | undefined {
    return this.#broadcast?.bytes();
  }

  /** Its result is settled: nobody needs to join any more. */
  close(): void {
    clearTimeout(this.#linger);
    if (this.#gone) return;
    this.#gone = true;
    this.#broadcast?.close();
    this.#host.onGone();
  }

  onPrefixGone(): void {
    this.close();
  }

  onChange(): void {
    const broadcast = this.#broadcast;
    if (broadcast?.ended === undefined) return;
    this.#host.onEnd();
    if (this.#gone) return;
    if (broadcast.ended !== 'completed') this.close();
    else if (broadcast.readers === 0) this.#linger ??= setTimeout(() => this.close(), lingerMs);
  }

  async #fetchFor(leader: Waiting<Hit>): Promise<void> {
    let response: Response;
    try {
      const landed = await leader.caller.fetch(this.#aborter);
      if ('hit' in landed) {
        this.close();
        for (const one of this.#take()) one.land({ type: 'hit', hit: landed.hit });
        return;
      }
      response = landed.response;
    } catch (error) {
      if (!(await this.#electNext(leader, () => leader.refuse(error)))) {
        this.close();
        for (const one of this.#take()) one.refuse(error);
      }
      return;
    }
    if (response.ok) {
      this.#share(leader, response);
    } else if (
      !(await this.#electNext(leader, () => leader.land({ type: 'failed', response }), response))
    ) {
      // Another caller's credential is not this one's fault.
      if (response.status === 401 || response.status === 403) this.#scatter(leader, response);
      else this.#share(leader, response);
      this.close();
    }
  }

  /** The leader failed before anything was sent: one other may try, once. */
  async #electNext(
    leader: Waiting<Hit>,
    settle: () => void,
    response?: Response,
  ): Promise<boolean> {
    const next = this.#waiting.find((one) => one !== leader);
    if (this.#elected || next === undefined || this.#aborter.aborted) return false;
    this.#elected = true;
    if (this.#drop(leader)) settle();
    else if (response !== undefined) cancelReply(response);
    await this.#fetchFor(next);
    return true;
  }

  #share(leader: Waiting<Hit>, response: Response): void {
    this.#head = response;
    if (!response.ok && this.#waiting.length === 1 && this.#waiting[0] === leader) {
      for (const one of this.#take()) one.land({ type: 'failed', response });
      return;
    }
    this.#broadcast = new Broadcast(replySource(response), this.#options, this);
    const callers = this.#take();
    for (const one of callers) this.#land(one, one === leader);
    if (callers.length === 0) {
      // All have left while it was on its way.
      this.close();
      if (this.#options.abandoned === 'cancel') cancelReply(response);
      else replySource(response).start({ write() {}, end() {}, fail() {} });
    }
  }

  #scatter(leader: Waiting<Hit>, response: Response): void {
    const callers = this.#take();
    if (!callers.includes(leader)) cancelReply(response);
    for (const one of callers)
      one.land(one === leader ? { type: 'failed', response } : { type: 'alone' });
  }

  #land(one: Waiting<Hit>, fetched: boolean): boolean {
    const source = this.#broadcast?.join();
    const head = this.#head;
    if (source === undefined || head === undefined) return false;
    one.land({ type: 'reply', head, source, fetched });
    return true;
  }

  /** Everybody who waits; from now on nobody does. */
  #take(): Waiting<Hit>[] {
    const callers = this.#waiting;
    this.#waiting = [];
    return callers;
  }

  #drop(one: Waiting<Hit>): boolean {
    const at = this.#waiting.indexOf(one);
    if (at !== -1) this.#waiting.splice(at, 1);
    return at !== -1;
  }

  #leave(one: Waiting<Hit>): void {
    if (!this.#drop(one)) return;
    const { reason } = one.caller.abort;
    one.refuse(reason);
    if (this.#waiting.length > 0 || this.#options.abandoned === 'drain') return;
    this.close();
    this.#aborter.abort(reason);
  }
}

/** A caller until its flight has landed. */
class Waiting<Hit> {
  readonly caller: FlightCaller<Hit>;
  readonly #resolve: (landing: Landing<Hit>) => void;
  readonly #reject: (error: Error) => void;
  /** Listens no longer for the caller's leaving. */
  release: (() => void) | undefined;

  constructor(
    caller: FlightCaller<Hit>,
    resolve: (landing: Landing<Hit>) => void,
    reject: (error: Error) => void,
  ) {
    this.caller = caller;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  land(landing: Landing<Hit>): void {
    this.release?.();
    this.#resolve(landing);
  }

  refuse(error: unknown): void {
    this.release?.();
    this.#reject(error as Error);
  }
}
