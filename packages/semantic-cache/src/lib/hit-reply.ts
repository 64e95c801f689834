import { type Context, createReply, updateOutcome } from '@wintergate/core';
import {
  callNotes,
  cutStream,
  type JsonObject,
  type JsonValue,
  type ModelCall,
} from '@wintergate/wire';
import { type CacheEntry, freshUntilOf } from './cache-entry.ts';
import { writeCacheStatus } from './cache-status.ts';
import { readBody } from './entry-access.ts';
import { paced } from './paced.ts';
import type { Settings } from './settings.ts';
import type { LookupFacts } from './visit.ts';

/** How an answer was found, or why it is served after its time. */
export type HitTier = 'exact' | 'semantic' | 'stale-if-error' | 'stale-while-revalidate';

/** What is said about a hit. */
export interface HowFound {
  readonly now: number;
  readonly tier: HitTier;
  /** The entry's, as people read it. */
  readonly id: string;
  readonly similarity?: number | undefined;
  readonly policy?: string | undefined;
}

/** A stored answer in the form that this caller asked for; `undefined` when it can not be made. */
export function hitReply(
  { entry, body }: { entry: CacheEntry; body?: JsonObject | undefined },
  call: ModelCall,
  context: Context,
  { now, tier, id, similarity, policy }: HowFound,
  settings: Settings,
): Response | undefined {
  const { hitUsage, replayPace } = settings;
  const isAsStored = !call.stream && hitUsage !== 'zero';
  const bytes = isAsStored ? entry.body : replayOf(entry, body, call, settings);
  if (bytes === undefined) return undefined;
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
        key: id,
      }),
      age: String(Math.max(0, Math.floor((now - entry.storedAt) / 1000))),
    },
    body: call.stream && replayPace > 0 ? paced(bytes, replayPace) : bytes,
  });
}

/** What was written last for a call that comes again. */
interface Replay {
  readonly of: Uint8Array;
  readonly bytes: Uint8Array;
}

const largestReplay = 64 * 1024;

/** The stored body in the form that is asked for; the very same bytes each time for a call that comes again. */
function replayOf(
  { body, cuts }: CacheEntry,
  known: JsonObject | undefined,
  call: ModelCall,
  settings: Settings,
): Uint8Array | undefined {
  const notes = callNotes(call);
  const last = notes?.get(settings) as Replay | undefined;
  if (last?.of === body) return last.bytes;
  const parsed = known ?? readBody(body);
  if (parsed === undefined) return undefined;
  try {
    const shown = settings.hitUsage === 'zero' ? withoutUsage(parsed) : parsed;
    const replay = call.dialect.replay(shown, call);
    const isCut = call.stream && cuts !== undefined && settings.replayFraming === 'original';
    const bytes = isCut ? cutStream(replay, cuts, call) : replay;
    if (bytes.length <= largestReplay) notes?.set(settings, { of: body, bytes }, bytes.length);
    return bytes;
  } catch {
    return undefined;
  }
}

/** What a hit saved, for the event. */
export function savedBy({ usage, target }: CacheEntry): LookupFacts['saved'] {
  return usage === undefined ? undefined : { usage, target };
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
