/** Vectors in plain Redis: the items of a scope in one hash, compared here. */

import { checkOptions } from '@wintergate/core';
import { fromBase64, toBase64 } from '../base64.ts';
import { dotProduct } from '../embedder.ts';
import type { IndexMatch, VectorIndex } from '../vector-index.ts';
import { commandOf, type RedisClient } from './redis-client.ts';

export interface RedisIndexOptions {
  /** What all keys begin with. @default 'wintergate:index:' */
  readonly prefix?: string | undefined;
  /**
   * Items in one scope; those that expire first go first. All of them are fetched for a lookup, a
   * byte a dimension.
   *
   * @default 256
   */
  readonly maxItemsPerScope?: number | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates an index of vectors in Redis or Valkey without modules. Meant for scopes of some hundred
 * items: for more, take PostgreSQL or libSQL. Vectors are kept in 8 bits a dimension, which moves a
 * cosine by less than 0.01.
 *
 * @throws {TypeError} for what is no client; {RangeError} when `maxItemsPerScope` is not positive.
 * @example
 * semanticCache({ store: redisStore(redis), semantic: { index: redisIndex(redis) }, secret });
 */
export function redisIndex(client: RedisClient, options: RedisIndexOptions = {}): VectorIndex {
  checkOptions(options, { prefix: 'string', maxItemsPerScope: 1, now: 'function' }, 'redisIndex()');
  const { prefix = 'wintergate:index:', maxItemsPerScope = 256, now = Date.now } = options;
  if (!(maxItemsPerScope > 0))
    throw new RangeError(`Set "maxItemsPerScope" to a positive number: got "${maxItemsPerScope}"`);
  const command = commandOf(client);
  const hashOf = (scope: string): string => `${prefix}${encodeURIComponent(scope)}`;
  /** When each item expires: who goes first. */
  const orderOf = (scope: string): string => `${hashOf(scope)}:order`;

  async function drop(scope: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await Promise.all([
      command('HDEL', hashOf(scope), ...ids),
      command('ZREM', orderOf(scope), ...ids),
    ]);
  }

  return {
    async add({ scope, id, text, vector, expiresAt }) {
      const ttlMs = Math.ceil(expiresAt - now());
      if (!(ttlMs >= 1)) return;
      const value = JSON.stringify({ text, expiresAt, vector: toBase64(toBytes(vector)) });
      await Promise.all([
        command('HSET', hashOf(scope), id, value),
        command('ZADD', orderOf(scope), String(Math.round(expiresAt)), id),
      ]);
      const [size, newest] = await Promise.all([
        command('ZCARD', orderOf(scope)),
        command('ZRANGE', orderOf(scope), '-1', '-1', 'WITHSCORES'),
      ]);
      // A scope lives as long as its last item.
      const last = Math.max(expiresAt, ...textsOf(newest).map(Number).filter(Number.isFinite));
      const ttl = String(Math.min(Math.ceil(last - now()), longestMs));
      await Promise.all([
        command('PEXPIRE', hashOf(scope), ttl),
        command('PEXPIRE', orderOf(scope), ttl),
      ]);
      const surplus = Number(size) - maxItemsPerScope;
      if (!(surplus > 0)) return;
      const oldest = await command('ZRANGE', orderOf(scope), '0', String(surplus - 1));
      await drop(scope, textsOf(oldest));
    },
    async query(scope, vector, count) {
      const found = pairsOf(await command('HGETALL', hashOf(scope)));
      const matches: IndexMatch[] = [];
      const gone: string[] = [];
      for (const [id, value] of found) {
        const item = readItem(value, vector.length);
        if (item === undefined) continue;
        if (item.expiresAt <= now()) gone.push(id);
        else matches.push({ id, text: item.text, similarity: cosine(vector, item.vector) });
      }
      await drop(scope, gone);
      return matches.sort((a, b) => b.similarity - a.similarity).slice(0, count);
    },
    delete: (scope, id) => drop(scope, [id]),
  };
}

const longestMs = 365 * 24 * 3600 * 1000;

/** Clients answer a hash as an object, a map, or a list of names and values. */
function pairsOf(answer: unknown): [string, unknown][] {
  if (Array.isArray(answer)) {
    const pairs: [string, unknown][] = [];
    for (let at = 0; at + 1 < answer.length; at += 2)
      pairs.push([String(answer[at]), answer[at + 1]]);
    return pairs;
  }
  if (answer instanceof Map) return [...answer].map(([name, value]) => [String(name), value]);
  return typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
}

function textsOf(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.flat().map(String) : [];
}

function readItem(value: unknown, dimensions: number) {
  try {
    const { text, expiresAt, vector } = JSON.parse(String(value));
    const bytes = new Int8Array(fromBase64(vector).buffer);
    if (typeof text !== 'string' || typeof expiresAt !== 'number') return undefined;
    return bytes.length === dimensions ? { text, expiresAt, vector: bytes } : undefined;
  } catch {
    return undefined;
  }
}

/** A byte a dimension, scaled so that the largest fills it. */
function toBytes(vector: Float32Array): Uint8Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return new Uint8Array(
    Int8Array.from(vector, (value) => Math.round((value / largest) * 127)).buffer,
  );
}

function cosine(vector: Float32Array, bytes: Int8Array): number {
  const other = Float32Array.from(bytes);
  const length = Math.sqrt(dotProduct(other, other));
  return length === 0 ? 0 : dotProduct(vector, other) / length;
}
