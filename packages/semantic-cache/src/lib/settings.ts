/** Options, checked and completed once. */
import { type Duration, parseDuration } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import type { BufferBudget } from './broadcast.ts';
import { defaultKeyHeaders } from './cache-key.ts';
import type { CacheStore } from './cache-store.ts';
import { flatIndex } from './flat-index.ts';
import { defaultGuards } from './guards.ts';
import { sameAnswer } from './judge.ts';
import { checkKnown } from './known-options.ts';
import { lexicalEmbedder } from './lexical-embedder.ts';
import { memoryStore } from './memory-store.ts';
import { createNeighbours } from './neighbours.ts';
import type { SemanticCacheOptions, SemanticOptions } from './options.ts';
import { fixedThreshold } from './policy.ts';
import type { SemanticTier } from './similar.ts';
import type { TenantOption } from './tenant.ts';

export interface FlightSettings {
  readonly abandoned: 'cancel' | 'drain';
  readonly slowReaderTimeout: number;
  /** Milliseconds; 0 for not at all. */
  readonly across: number;
}

export interface Settings {
  readonly tenant: TenantOption | undefined;
  readonly endUser: boolean;
  readonly secret: string | undefined;
  readonly store: CacheStore;
  readonly storeTimeout: number;
  readonly ttl: number | ((call: ModelCall) => Duration | undefined);
  /** Milliseconds. */
  readonly staleIfError: number;
  /** Milliseconds. */
  readonly staleWhileRevalidate: number;
  readonly refreshAhead: number;
  readonly maxRefreshesPerMinute: number;
  readonly upstreamCacheControl: boolean;
  readonly hitUsage: 'original' | 'zero';
  /** Milliseconds. */
  readonly replayPace: number;
  readonly replayFraming: 'original' | 'whole';
  readonly maxEntryBytes: number;
  readonly semantic: SemanticTier | undefined;
  readonly singleFlight: FlightSettings | undefined;
  readonly flight: FlightSettings;
  readonly budget: BufferBudget;
  readonly maxTemperature: number;
  readonly cacheable: ((call: ModelCall) => boolean | 'exact') | undefined;
  readonly storeFallbacks: boolean;
  readonly cacheControl: boolean;
  readonly keyHeaders: readonly string[];
  readonly scope: SemanticCacheOptions['scope'];
  readonly tags: SemanticCacheOptions['tags'];
  readonly version: string;
  readonly now: () => number;
}

/** Where nothing is said. */
export const defaultTtl = '1 h';

/** Bytes that all flights of one cache together keep for callers yet to come. */
const flightBudgetBytes = 64 * 1024 * 1024;

/** The first where nothing is said. */
function oneOf<T extends string>(allowed: readonly [T, T], given: T | undefined, name: string): T {
  const value = given ?? allowed[0];
  if (allowed.includes(value)) return value;
  const names = allowed.map((one) => `'${one}'`).join(' or ');
  throw new TypeError(`Set "${name}" to ${names}: got ${String(value)}`);
}

/** Checks and completes the options. */
export function resolveOptions(options: SemanticCacheOptions): Settings {
  checkKnown(options);
  const {
    now = Date.now,
    tenant,
    secret,
    maxEntryBytes = 1024 * 1024,
    maxTemperature = 1,
    refreshAhead = 1,
    maxRefreshesPerMinute = 60,
  } = options;
  const store = options.store ?? memoryStore({ now });
  if (store.location !== 'process' && secret === undefined) {
    throw new TypeError(
      'Set "secret" for a store outside the process: keys must be the same wherever it is used',
    );
  }
  if (!(maxEntryBytes > 0)) {
    throw new RangeError(`Set "maxEntryBytes" to a positive number: got ${String(maxEntryBytes)}`);
  }
  if (!(maxTemperature >= 0)) {
    throw new RangeError(`Set "maxTemperature" to zero or more: got ${String(maxTemperature)}`);
  }
  if (!(refreshAhead > 0 && refreshAhead <= 1)) {
    throw new RangeError(`Set "refreshAhead" above 0, up to 1: got ${String(refreshAhead)}`);
  }
  if (!(maxRefreshesPerMinute >= 0)) {
    throw new RangeError(
      `Set "maxRefreshesPerMinute" to zero or more: got ${String(maxRefreshesPerMinute)}`,
    );
  }
  const { ttl: given = defaultTtl } = options;
  const ttl = typeof given === 'function' ? given : parseDuration(given, 'ttl');
  if (typeof ttl === 'number' && ttl <= 0) throw new RangeError('Set "ttl" to more than zero');
  const singleFlight = options.singleFlight === false ? undefined : (options.singleFlight ?? {});
  const flight: FlightSettings = {
    abandoned: oneOf(['cancel', 'drain'], singleFlight?.abandoned, 'singleFlight.abandoned'),
    slowReaderTimeout: parseDuration(
      singleFlight?.slowReaderTimeout ?? '5 s',
      'singleFlight.slowReaderTimeout',
    ),
    across: parseDuration(singleFlight?.across ?? 0, 'singleFlight.across'),
  };
  if (flight.across > 0 && store.claim === undefined)
    throw new TypeError('Leave out "singleFlight.across": this store can not claim a key');
  return {
    tenant,
    endUser: options.endUser ?? true,
    secret,
    store,
    storeTimeout: parseDuration(options.storeTimeout ?? '100 ms', 'storeTimeout'),
    ttl,
    staleIfError: parseDuration(options.staleIfError ?? 0, 'staleIfError'),
    staleWhileRevalidate: parseDuration(options.staleWhileRevalidate ?? 0, 'staleWhileRevalidate'),
    refreshAhead,
    maxRefreshesPerMinute,
    upstreamCacheControl: options.upstreamCacheControl ?? false,
    hitUsage: oneOf(['original', 'zero'], options.hitUsage, 'hitUsage'),
    replayFraming: oneOf(['original', 'whole'], options.replayFraming, 'replayFraming'),
    replayPace: parseDuration(options.replayPace ?? 0, 'replayPace'),
    maxEntryBytes,
    semantic: options.semantic === false ? undefined : resolveSemantic(options.semantic ?? {}, now),
    singleFlight: singleFlight === undefined ? undefined : flight,
    flight,
    budget: { used: 0, max: flightBudgetBytes },
    maxTemperature,
    cacheable: options.cacheable,
    storeFallbacks: options.storeFallbacks ?? false,
    cacheControl: options.cacheControl ?? true,
    keyHeaders: [
      ...defaultKeyHeaders,
      ...(options.keyHeaders ?? []).map((name) => name.toLowerCase()),
    ],
    scope: options.scope,
    tags: options.tags,
    version: options.version ?? '',
    now,
  };
}

function resolveSemantic(options: SemanticOptions, now: () => number): SemanticTier {
  const {
    embedder = lexicalEmbedder(),
    guards = defaultGuards(),
    candidates = 4,
    maxTextLength = 2000,
    turns = 1,
    turnsThreshold = 0,
  } = options;
  if (options.policy === undefined && embedder.threshold === undefined) {
    throw new TypeError(
      `Set "semantic.policy" for the embedder "${embedder.id}": similarities differ between models`,
    );
  }
  if (!(candidates >= 1 && candidates <= 100)) {
    throw new RangeError(`Set "semantic.candidates" from 1 to 100: got ${String(candidates)}`);
  }
  if (!(Number.isInteger(turns) && turns >= 1 && turns <= 100)) {
    throw new RangeError(
      `Set "semantic.turns" to a whole number from 1 to 100: got ${String(turns)}`,
    );
  }
  if (!(turnsThreshold >= 0 && turnsThreshold <= 1)) {
    throw new RangeError(
      `Set "semantic.turnsThreshold" from 0 to 1: got ${String(turnsThreshold)}`,
    );
  }
  const isList = Array.isArray(guards) && guards.every((one) => typeof one?.refuses === 'function');
  if (!isList)
    throw new TypeError(
      'Give "semantic.guards" a list of guards, such as [...lightGuards(), mine]',
    );
  for (const { name } of guards) {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
      throw new TypeError(`Name a guard in lower case, digits and hyphens: got "${name}"`);
    }
  }
  const timeout = parseDuration(options.timeout ?? '250 ms', 'semantic.timeout');
  return {
    embedder,
    policy: options.policy ?? fixedThreshold(embedder.threshold!),
    guards,
    judge: options.judge ?? sameAnswer,
    neighbours: createNeighbours(
      { embedder, guards, candidates, timeout, now },
      options.index,
      () => flatIndex({ now }),
    ),
    maxTextLength,
    turns,
    turnsThreshold,
  };
}
