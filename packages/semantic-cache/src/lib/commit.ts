/** From a whole reply to a stored entry: when the exchange went well, and only then. */
import { type Context, outcomeKey, type TargetName, type Usage } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import { type CacheEntry, MadeEntry } from './cache-entry.ts';
import { planScopeKey } from './cache-key.ts';
import type { CacheKey } from './cache-store.ts';
import type { CollectedReply } from './collect.ts';
import type { EntryAccess } from './entry-access.ts';
import type { Place } from './neighbours.ts';
import { reachOfReply } from './reply-rules.ts';
import type { Settings } from './settings.ts';
import { andThen } from './settle.ts';
import type { SemanticTier } from './similar.ts';

/** What is to be stored, and under which names. */
export interface CommitPlan {
  readonly key: CacheKey;
  readonly call: ModelCall;
  /** Present when similar calls may have the answer too. */
  readonly similar: Place | undefined;
  /** Milliseconds. */
  readonly ttl: number;
  readonly target: TargetName | undefined;
  readonly owner: string;
  readonly tags: readonly string[];
}

/**
 * Why a reply of this target is not kept, or `undefined`. Only a plan has fallbacks: without one
 * there is a single target, whose own model may be another than the call names.
 */
export function targetFault(
  call: ModelCall,
  context: Context,
  { storeFallbacks }: Pick<Settings, 'storeFallbacks'>,
): string | undefined {
  if (storeFallbacks) return undefined;
  const first = context.get(planScopeKey)?.candidates?.[0];
  const answered = context.get(outcomeKey)?.target?.model;
  if (first === undefined || answered === undefined) return undefined;
  return answered === (first.model ?? call.model) ? undefined : 'fallback-model';
}

/** Why a reply with this head is not kept, or `undefined`. */
export function headFault({ status, headers }: Response): string | undefined {
  if (status !== 200) return 'status';
  const encoding = headers.get('content-encoding');
  return encoding === null || encoding === 'identity' ? undefined : 'content-encoding';
}

/** Builds the entry of a reply, or says why there is none. */
export function prepareEntry(
  plan: CommitPlan,
  collected: CollectedReply | undefined,
  usage: Usage | undefined,
  settings: Settings,
): CacheEntry | string {
  if (collected === undefined) return 'incomplete';
  const { key, call, similar, ttl, target, owner, tags } = plan;
  if (!(ttl > 0)) return 'ttl';
  const { body } = collected;
  let usageOfReply = usage;
  let exactOnly = similar === undefined;
  try {
    const reply = call.dialect.readReply(body, call);
    const judged = reachOfReply(reply, call, body);
    if (typeof judged === 'object') return judged.refused;
    exactOnly ||= judged === 'exact';
    usageOfReply = reply.usage ?? usage;
  } catch {
    return 'incomplete';
  }
  const bytes =
    collected.bytes === undefined
      ? new TextEncoder().encode(JSON.stringify(body))
      : own(collected.bytes);
  if (bytes.byteLength > settings.maxEntryBytes) return 'size';
  const storedAt = settings.now();
  const over = Math.max(settings.staleIfError, settings.staleWhileRevalidate);
  return new MadeEntry({
    key: key.text,
    scope: exactOnly ? undefined : similar?.scope,
    text: exactOnly ? undefined : similar?.text,
    storedAt,
    expiresAt: storedAt + ttl + over,
    freshUntil: over > 0 ? storedAt + ttl : undefined,
    body: bytes,
    cuts: collected.cuts,
    usage: usageOfReply,
    target,
    owner,
    tags: tags.length > 0 ? tags : undefined,
  });
}

/** Stores the entry and makes it findable. Answers why it could not, or `undefined`. */
export function storeEntry(
  plan: CommitPlan,
  entry: CacheEntry,
  access: EntryAccess,
  tier: SemanticTier | undefined,
): string | undefined | Promise<string | undefined> {
  return andThen(access.write(plan.key, entry), (fault) => {
    if (fault !== undefined || tier === undefined) return fault;
    return andThen(findable(plan, entry, tier), () => undefined);
  });
}

/** Lets similar calls find an entry, where they may have it. */
export function findable(
  { key, similar }: CommitPlan,
  { scope, expiresAt }: CacheEntry,
  { neighbours }: SemanticTier,
): void | Promise<void> {
  if (similar === undefined || scope === undefined) return;
  return neighbours.add(similar, key, expiresAt);
}

/**
 * Bytes of their own: a view would keep the whole buffer of the network read alive, and what others
 * remember of it. (A Buffer's own `slice` makes a view.)
 */
function own(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes);
}
