/** An audit: the upstream has answered a call that an entry might have, and the two are compared. */
import type { Context } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheKey } from './cache-store.ts';
import { readBody } from './entry-access.ts';
import { late, within } from './settle.ts';
import { type Likeness, nameOf, type SemanticTier } from './similar.ts';

/** A judge that takes longer has said nothing. */
const judgeTimeoutMs = 60_000;

export interface AuditFacts {
  readonly call: ModelCall;
  /** Of the new answer. */
  readonly entry: CacheEntry;
  /** Where it was stored. */
  readonly key: CacheKey | undefined;
  readonly tier: SemanticTier;
  readonly context: Context;
}

/**
 * Asks the judge, tells the policy and a `cache-audit` event. Never rejects.
 *
 * @returns whether the stored answer would have been right; a judge that fails says no.
 */
export async function runAudit(
  { entry: stored, similarity, name }: Likeness,
  { call, entry, key, tier, context }: AuditFacts,
): Promise<boolean> {
  let right = false;
  try {
    const pair = {
      asked: entry.text ?? '',
      stored: stored.text ?? '',
      fresh: textOf(entry, call),
      cached: textOf(stored, call),
    };
    const verdict = await within(Promise.resolve(tier.judge(pair)), judgeTimeoutMs);
    right = verdict !== late && verdict === true;
  } catch {
    // Pay, not guess.
  }
  try {
    const age = Math.max(0, entry.storedAt - stored.storedAt);
    const asked = key && nameOf(key);
    tier.policy.observe?.({ id: name, similarity, age, right, asked });
  } catch {
    // It learns nothing from this one.
  }
  context.emit({ type: 'cache-audit', right, similarity });
  return right;
}

function textOf({ body }: CacheEntry, call: ModelCall): string {
  const { choices } = call.dialect.readReply(readBody(body), call);
  return choices.map(({ text }) => text).join('\n');
}
