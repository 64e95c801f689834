import { type Context, createReply, updateOutcome } from '@wintergate/core';
import type { JsonObject, ModelCall } from '@wintergate/wire';
import type { CacheEntry } from './cache-entry.ts';
import { writeCacheStatus } from './cache-status.ts';
import { readBody } from './entry-access.ts';

/** A stored answer in the form that this caller asked for; `undefined` when it can not be made. */
export function hitReply(
  { entry, body }: { entry: CacheEntry; body?: JsonObject | undefined },
  call: ModelCall,
  context: Context,
  { now, tier }: { now: number; tier: 'exact' | 'semantic' },
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
        ttl: Math.max(0, Math.floor((entry.expiresAt - now) / 1000)),
        detail: tier,
      }),
      age: String(Math.max(0, Math.floor((now - entry.storedAt) / 1000))),
    },
    body: bytes,
  });
}
