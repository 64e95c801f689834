import {
  type Context,
  createReply,
  type TargetName,
  type Usage,
  updateOutcome,
} from '@wintergate/core';
import type { JsonObject, JsonValue, ModelCall } from '@wintergate/wire';
import { type CacheEntry, freshUntilOf } from './cache-entry.ts';
import { writeCacheStatus } from './cache-status.ts';
import { readBody } from './entry-access.ts';
import { paced } from './paced.ts';
import type { Settings } from './settings.ts';

/** How an answer was found, or why it is served after its time. */
export type HitTier = 'exact' | 'semantic' | 'stale-if-error' | 'stale-while-revalidate';

/** What is said about a hit. */
export interface HowFound {
  readonly now: number;
  readonly tier: HitTier;
  readonly similarity?: number | undefined;
  readonly policy?: string | undefined;
}

/** A stored answer in the form that this caller asked for; `undefined` when it can not be made. */
export function hitReply(
  { entry, body }: { entry: CacheEntry; body?: JsonObject | undefined },
  call: ModelCall,
  context: Context,
  { now, tier, similarity, policy }: HowFound,
  { hitUsage, replayPace }: Pick<Settings, 'hitUsage' | 'replayPace'>,
): Response | undefined {
  let bytes = entry.body;
  const zero = hitUsage === 'zero';
  if (call.stream || zero) {
    const parsed = body ?? readBody(entry.body);
    if (parsed === undefined) return undefined;
    const shown = zero ? withoutUsage(parsed) : parsed;
    try {
      bytes = call.stream
        ? call.dialect.replay(shown, call)
        : new TextEncoder().encode(JSON.stringify(shown));
    } catch {
      return undefined;
    }
  }
  updateOutcome(context, { source: 'cache', usage: entry.usage, complete: true });
  return createReply({
    headers: {
      'content-type': call.stream ? 'text/event-stream; charset=utf-8' : 'application/json',
      'cache-status': writeCacheStatus({
        hit: true,
        // Below zero once its time is over (RFC 9211, section 2.3).
        ttl: Math.floor((freshUntilOf(entry) - now) / 1000),
        detail: tier,
        similarity,
        policy,
      }),
      age: String(Math.max(0, Math.floor((now - entry.storedAt) / 1000))),
    },
    body: call.stream && replayPace > 0 ? paced(bytes, replayPace) : bytes,
  });
}

/** What a hit saved, for the event. */
export function savedBy({ usage, target }: CacheEntry): {
  saved?: { usage: Usage; target?: TargetName | undefined };
} {
  return usage === undefined ? {} : { saved: { usage, target } };
}

/** A copy whose counts of tokens are all zero, wherever the dialect keeps them. */
function withoutUsage(body: JsonObject): JsonObject {
  const copy: JsonObject = { ...body };
  for (const name of ['usage', 'usageMetadata'])
    if (copy[name] !== undefined) copy[name] = zeroed(copy[name] as JsonValue);
  return copy;
}

function zeroed(value: JsonValue): JsonValue {
  if (typeof value === 'number') return 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(zeroed);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, zeroed(inner as JsonValue)]),
  );
}
