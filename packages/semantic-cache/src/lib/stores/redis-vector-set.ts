/** Vectors in the vector sets of Redis 8. */
import { checkOptions } from '@wintergate/core';
import type { IndexMatch, VectorIndex } from '../vector-index.ts';
import { commandOf, type RedisClient } from './redis-client.ts';

export interface RedisVectorSetOptions {
  /** What all keys begin with. @default 'wintergate:vectors:' */
  readonly prefix?: string | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** So many more are asked for: some may be over. */
const spare = 8;
const longestMs = 365 * 24 * 3600 * 1000;

/**
 * Creates an index in Redis 8 or newer, a vector set a scope (`VADD`, `VSIM`): searched there, in
 * logarithmic time, with 8 bits a dimension. For older servers and Valkey take `redisIndex()`.
 *
 * @throws {TypeError} for what is no client.
 * @example
 * semanticCache({ store: redisStore(redis), semantic: { index: redisVectorSetIndex(redis) }, secret });
 */
export function redisVectorSetIndex(
  client: RedisClient,
  options: RedisVectorSetOptions = {},
): VectorIndex {
  checkOptions(options, { prefix: 'string', now: 'function' }, 'redisVectorSetIndex()');
  const { prefix = 'wintergate:vectors:', now = Date.now } = options;
  const command = commandOf(client);
  const keyOf = (scope: string): string => prefix + encodeURIComponent(scope);

  return {
    async add({ scope, id, text, vector, expiresAt }) {
      const ttlMs = Math.ceil(expiresAt - now());
      if (!(ttlMs >= 1)) return;
      const values = ['VALUES', String(vector.length), ...[...vector].map(String)];
      const attributes = JSON.stringify({ text, expiresAt });
      await command('VADD', keyOf(scope), ...values, id, 'Q8', 'SETATTR', attributes);
      // A scope lives as long as its last item.
      const ttl = String(Math.min(ttlMs, longestMs));
      await command('PEXPIRE', keyOf(scope), ttl, 'NX');
      await command('PEXPIRE', keyOf(scope), ttl, 'GT');
    },
    async query(scope, vector, count) {
      const values = ['VALUES', String(vector.length), ...[...vector].map(String)];
      const most = String(count + spare);
      const found = pairsOf(
        await command('VSIM', keyOf(scope), ...values, 'WITHSCORES', 'COUNT', most),
      );
      const matches: IndexMatch[] = [];
      for (const [id, score] of found) {
        const { text, expiresAt } = readAttributes(await command('VGETATTR', keyOf(scope), id));
        if (text === undefined || expiresAt === undefined) continue;
        // Redis answers (1 + cosine) / 2.
        if (expiresAt > now()) matches.push({ id, text, similarity: 2 * score - 1 });
        else await command('VREM', keyOf(scope), id);
      }
      return matches.slice(0, count);
    },
    async delete(scope, id) {
      await command('VREM', keyOf(scope), id);
    },
  };
}

/** Names with scores: a list of both in turn (RESP2), a map or an object (RESP3). */
function pairsOf(answer: unknown): [string, number][] {
  if (answer instanceof Map) return [...answer].map(([id, score]) => [String(id), Number(score)]);
  if (!Array.isArray(answer)) {
    return Object.entries((answer ?? {}) as object).map(([id, score]) => [id, Number(score)]);
  }
  const pairs: [string, number][] = [];
  for (let at = 0; at + 1 < answer.length; at += 2)
    pairs.push([String(answer[at]), Number(answer[at + 1])]);
  return pairs;
}

function readAttributes(answer: unknown): { text?: string; expiresAt?: number } {
  try {
    const { text, expiresAt } = JSON.parse(String(answer));
    return typeof text === 'string' && typeof expiresAt === 'number' ? { text, expiresAt } : {};
  } catch {
    return {};
  }
}
