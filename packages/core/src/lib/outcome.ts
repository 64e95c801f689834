import { type ContextKey, createContextKey } from './context-key.ts';
import type { Context } from './types.ts';

/** Tokens in the one normal form; `inputTokens` includes cached ones, `outputTokens` reasoning. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** Set when counted by us rather than reported by the provider. */
  readonly estimated?: boolean;
}

/** The target an answer came from, in loggable form: never a credential. */
export interface TargetName {
  readonly provider: string;
  readonly model?: string | undefined;
  /** Host of the upstream. */
  readonly host?: string | undefined;
}

/** How an exchange went. Final once the reply has been pumped. */
export interface Outcome {
  /** Who answered: an upstream, the cache, another caller's flight, the guard, the limiter, or nobody. */
  readonly source: 'upstream' | 'cache' | 'flight' | 'guard' | 'limit' | 'none';
  readonly target?: TargetName | undefined;
  readonly usage?: Usage | undefined;
  /** The dialect's own end was seen (finish reason and end marker), not only the end of the bytes. */
  readonly complete: boolean;
  /** Absent until the reply has ended. */
  readonly ended?: 'completed' | 'cancelled' | 'failed' | undefined;
}

/** The exchange's {@link Outcome}. Change it with {@link updateOutcome}. */
export const outcomeKey = /* @__PURE__ */ createContextKey<Outcome>('@wintergate/core/outcome');

/** Whose traffic this is, as authentication established it. Set by `bearerAuth` or your own auth. */
export const tenantKey = /* @__PURE__ */ createContextKey<string>('@wintergate/core/tenant');

/**
 * Set by `wrapFetch` when its `fetch` could not reach the upstream: what the caller's own call is to
 * be rejected with, whatever answer a middleware sees in its place. Whoever hands one call's answer
 * to another caller hands this on as well.
 */
export const unreachableKey: ContextKey<{ readonly error: unknown } | undefined> =
  /* @__PURE__ */ createContextKey('@wintergate/core/unreachable');

/** Merges `change` into the outcome seen from this context. */
export function updateOutcome(context: Context, change: Partial<Outcome>): void {
  const before = context.get(outcomeKey);
  // All of one shape, which spreads of whatever was known at the time are not.
  const after: Outcome = {
    source: 'none',
    target: undefined,
    usage: undefined,
    complete: false,
    ended: undefined,
  };
  context.set(outcomeKey, Object.assign(after, before, change));
}
