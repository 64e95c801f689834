import { type Context, createReply, updateOutcome } from '@wintergate/core';
import type { JsonObject, ModelCall } from '@wintergate/wire';
import { type CacheEntry, freshUntilOf } from './cache-entry.ts';
import { writeCacheStatus } from './cache-status.ts';
import { readBody } from './entry-access.ts';

/** How an answer was found, or why it is served after its time. */
export type HitTier = 'exact' | 'semantic' | 'stale-if-error' | 'stale-while-revalidate';

/** A stored answer in the form that this caller asked for; `undefined` when it can not be made. */
export function hitReply(
  { entry, body }: { entry: CacheEntry; body?: JsonObject | undefined },
  call: ModelCall,
  context: Context,
  { now, tier }: { now: number; tier: HitTier },
): Response | undefined {
  let bytes = entry.body;
  if (call.stream) {
    const parsed = body ?? readBody(entry.body);
    if (parsed === undefined) return undefined;
    try {
      bytes = call.dialect.replay(parsed, call);
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
      }),
      age: String(Math.max(0, Math.floor((now - entry.storedAt) / 1000))),
    },
    body: bytes,
  });
}
