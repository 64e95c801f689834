import { describe, expect, it } from 'vitest';
import { openaiEmbedder } from './embedders/openai-embedder.ts';
import { transformersEmbedder } from './embedders/transformers-embedder.ts';
import { wordEmbedder } from './embedders/word-embedder.ts';
import { workersAIEmbedder } from './embedders/workers-ai-embedder.ts';
import { flatIndex } from './flat-index.ts';
import { rareWordGuard } from './guard-rare-words.ts';
import { memoryStore } from './memory-store.ts';
import { auditedThreshold } from './policies/audited-threshold.ts';
import { verified } from './policies/verified.ts';
import { kvStore } from './stores/kv-store.ts';
import { libsqlIndex, libsqlStore } from './stores/libsql.ts';
import { postgresIndex, postgresStore } from './stores/postgres.ts';
import { redisIndex } from './stores/redis-index.ts';
import { redisStore } from './stores/redis-store.ts';
import { redisVectorSetIndex } from './stores/redis-vector-set.ts';
import { textStore } from './stores/text-store.ts';
import { unstorageStore } from './stores/unstorage-store.ts';
import { upstashStore } from './stores/upstash-store.ts';

/** Stands for any client: nobody is called. */
const client = new Proxy({}, { get: () => () => undefined }) as never;
const redis = { call: async () => null } as never;
const kept = { prefix: 'p:', encryptionKey: 'sixteen characters', now: Date.now };
const table = { table: 't', sweepEvery: 1, now: Date.now };

/** What takes options, and all of those that it knows. */
const takers: Record<string, [(options: never) => unknown, object]> = {
  memoryStore: [memoryStore, { maxBytes: 1, admission: undefined, now: Date.now }],
  textStore: [(options) => textStore(client, options), kept],
  redisStore: [(options) => redisStore(redis, options), kept],
  upstashStore: [(options) => upstashStore(client, options), kept],
  unstorageStore: [(options) => unstorageStore(client, options), kept],
  kvStore: [(options) => kvStore(client, options), kept],
  postgresStore: [(options) => postgresStore(client, options), { ...kept, ...table }],
  libsqlStore: [(options) => libsqlStore(client, options), { ...kept, ...table }],
  flatIndex: [flatIndex, { maxBytes: 1, maxItemsPerScope: 1, now: Date.now }],
  redisIndex: [(options) => redisIndex(redis, options), { prefix: 'p', maxItemsPerScope: 1 }],
  redisVectorSetIndex: [(options) => redisVectorSetIndex(redis, options), { prefix: 'p' }],
  postgresIndex: [(options) => postgresIndex(client, options), { ...table, dimensions: 3 }],
  libsqlIndex: [(options) => libsqlIndex(client, options), table],
  verified: [verified, { maxWrongRequests: 0.1, minAudits: 1, aliases: true, maxEntries: 9 }],
  auditedThreshold: [auditedThreshold, { maxWrongHits: 0.1, confidence: 0.9, window: 99 }],
  openaiEmbedder: [openaiEmbedder, { model: 'm', dimensions: 3, maxBatch: 1, headers: {} }],
  workersAIEmbedder: [(options) => workersAIEmbedder(client, options), { model: 'm' }],
  transformersEmbedder: [transformersEmbedder, { model: 'm', dimensions: 3, pooling: 'cls' }],
  wordEmbedder: [wordEmbedder, { weights: [] }],
  rareWordGuard: [rareWordGuard, { weights: [] }],
};

describe('what takes options', () => {
  it.each(Object.entries(takers))('%s refuses names that it does not know', (_, [make, all]) => {
    expect(() => make(all as never)).not.toThrow();
    // Unread, entries would be kept as they are, and prompts go to another host.
    for (const name of ['encryptionkey', 'baseURL'])
      expect(() => make({ ...all, [name]: 'x' } as never)).toThrow(
        new RegExp(`^Remove "${name}" from the options of [\\w ]+(?:\\(\\))?: it knows \\w`),
      );
  });
});
