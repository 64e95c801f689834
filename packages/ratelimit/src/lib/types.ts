/** The words of the limiter: a rule, a take from it, and the store that counts. */

/** How a limit counts. The README says what each guarantees. */
export type LimitAlgorithm = 'fixed-window' | 'sliding-window' | 'token-bucket';

/** One limit, resolved: what a store needs to know to count it. */
export interface LimitRule {
  readonly name: string;
  readonly algorithm: LimitAlgorithm;
  /** Requests per window; for a token bucket also what is refilled in one window. */
  readonly quota: number;
  /** Whole milliseconds. */
  readonly windowMs: number;
  /** Most that can be taken at once: the capacity of a token bucket, the quota of a window. */
  readonly burst: number;
}

/** A wish to count `cost` requests of one caller against one rule. */
export interface Take {
  readonly rule: LimitRule;
  /** Namespaced by rule, algorithm and window; ends in a digest, never in a raw identity. */
  readonly key: string;
  /** A positive whole number, at most the rule's `burst`. */
  readonly cost: number;
  /** `false` in shadow mode: its refusal stops nobody. */
  readonly enforced: boolean;
}

/** How one take went. */
export interface TakeResult {
  readonly allowed: boolean;
  /** What is left, after this take when it was counted. Never negative. */
  readonly remaining: number;
  /** Milliseconds until there is more quota; 0 when nothing is missing. */
  readonly resetMs: number;
  /** Milliseconds until the same take would be allowed if nobody else came; 0 when it is. */
  readonly retryMs: number;
  /** The store's own time of the take, in milliseconds since the epoch; a refund goes back there. */
  readonly at: number;
  /** The quota the store went by, where it is the store that decides. */
  readonly quota?: number | undefined;
  /** Refused for good (a deny list): waiting does not help. */
  readonly denied?: boolean | undefined;
}

/** What a store is handed besides the takes. */
export interface StoreState {
  /** Milliseconds since the epoch. A store with a clock of its own goes by that. */
  readonly now: number;
  /** Work that outlives the answer. */
  waitUntil(work: Promise<unknown>): void;
}

/**
 * Counts. Failing and slow stores are the limiter's business: a store throws, rejects or takes its
 * time, and the limiter answers as each limit's `failure` says.
 */
export interface RateLimitStore {
  /** For events and errors, such as `memory`. */
  readonly name: string;
  /** Seen by more than this process: `rateLimit` then wants a `secret`, so that all agree on keys. */
  readonly shared: boolean;
  /**
   * Takes all or nothing: when an enforced take is refused, none is counted. A shadow take that is
   * refused is not counted and does not touch the others.
   *
   * @returns one result for each take, in their order.
   */
  take(
    takes: readonly Take[],
    state: StoreState,
  ): readonly TakeResult[] | Promise<readonly TakeResult[]>;
  /**
   * Gives back those of `takes` whose result is `allowed`. A window that is over is left alone.
   * @param results what `take` answered to the same takes.
   */
  refund(
    takes: readonly Take[],
    results: readonly TakeResult[],
    state: StoreState,
  ): void | Promise<void>;
}
