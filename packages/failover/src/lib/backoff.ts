/** How long to wait before the same target is called again. */

export interface Backoff {
  /** Upper bound of the first wait, in milliseconds; it doubles with each further one. */
  readonly base: number;
  /** Upper bound of any wait, in milliseconds. */
  readonly cap: number;
}

/**
 * Full jitter: anything from 0 to `min(cap, base * 2 ** retry)`, so that callers which failed
 * together do not come back together.
 *
 * @param retry 0 for the first.
 */
export function backoffDelay(retry: number, { base, cap }: Backoff, random: () => number): number {
  return random() * Math.min(cap, base * 2 ** Math.min(retry, 50));
}
