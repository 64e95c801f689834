/** Targets that are left alone for a while, because they said so or because trying is no use. */
import { createRecencyMap } from '@wintergate/core';
import { hasOwnCredential, type Target } from '@wintergate/providers';
import type { FailureClass } from '@wintergate/wire';
import type { FailedAttempt } from './attempt.ts';
import type { FailoverSettings } from './options.ts';

export interface Cooldowns {
  /** When the target may be called again, in milliseconds since the epoch; 0 when it may now. */
  until(target: Target, model: string | undefined): number;
  /** Leaves the target alone until then. An earlier end than the known one changes nothing. */
  set(target: Target, model: string | undefined, until: number): void;
  clear(target: Target, model: string | undefined): void;
  /** Leaves one alone that asked for it, or that no caller will get an answer from for a while. */
  rest(
    failed: Pick<FailedAttempt, 'target' | 'failure' | 'retryAfter'>,
    model: string | undefined,
    settings: Pick<FailoverSettings, 'cooldown' | 'maxCooldown'>,
  ): void;
}

/** Failures that are the account's: they last, and calling again only costs time. */
const lasting = /* @__PURE__ */ new Set<FailureClass>(['auth', 'money', 'not-found']);

/** Entries at most; the oldest makes room. Callers choose model names, so they are bounded. */
const maxEntries = 1000;

/**
 * Creates the cooldowns of one `failover()`. They live in this process (isolate) only. Counted per
 * target and model: a model that is missing says nothing of the others.
 */
export function createCooldowns(now: () => number): Cooldowns {
  const ids = new WeakMap<Target, number>();
  const entries = createRecencyMap<string, number>();
  let lastId = 0;

  function keyOf(target: Target, model: string | undefined): string {
    let id = ids.get(target);
    if (id === undefined) ids.set(target, (id = ++lastId));
    return `${id} ${target.model ?? model ?? ''}`;
  }

  function set(target: Target, model: string | undefined, until: number): void {
    const key = keyOf(target, model);
    const known = entries.get(key) ?? 0;
    entries.delete(key);
    entries.set(key, Math.max(known, until));
    if (entries.size <= maxEntries) return;
    entries.delete(entries.oldest()!.key);
  }

  return {
    until(target, model) {
      if (entries.size === 0) return 0;
      const key = keyOf(target, model);
      const until = entries.get(key) ?? 0;
      if (until > now()) return until;
      if (until > 0) entries.delete(key);
      return 0;
    },
    set,
    clear(target, model) {
      if (entries.size > 0) entries.delete(keyOf(target, model));
    },
    rest({ target, failure, retryAfter }, model, { cooldown, maxCooldown }) {
      // With the caller's own credential a limit is that caller's too, and says nothing to the others.
      if (target === undefined || !hasOwnCredential(target)) return;
      if (lasting.has(failure)) {
        set(target, model, now() + maxCooldown);
      } else if (failure === 'rate-limit' || (failure === 'overload' && retryAfter !== undefined)) {
        set(target, model, now() + Math.min(retryAfter ?? cooldown, maxCooldown));
      }
    },
  };
}
