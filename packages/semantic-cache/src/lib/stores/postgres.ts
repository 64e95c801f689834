/** Entries and vectors in PostgreSQL, through the client that the user has. */
import type { IndexItem, IndexMatch, VectorIndex } from '../vector-index.ts';
import { checkTable, type RunSql, type SqlStoreOptions, sqlStore } from './sql-store.ts';
import type { TextStore } from './text-store.ts';

/** `pg` (a pool or a client), PGlite or Neon, as far as it is used. */
export interface PostgresClient {
  query(sql: string, parameters: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/**
 * Creates a store in a table of PostgreSQL, which it makes when it is not there.
 *
 * @param client `pg`'s pool, PGlite or what has the same `query`; it stays the caller's.
 * @throws {TypeError} when `table` is no plain name; {RangeError} when `encryptionKey` is too short.
 * @example
 * semanticCache({ store: postgresStore(new Pool()), secret: process.env.CACHE_SECRET });
 */
export function postgresStore(client: PostgresClient, options: SqlStoreOptions = {}): TextStore {
  return sqlStore(runOn(client), options);
}

export interface PostgresIndexOptions {
  /** Length of the vectors: the embedder's. */
  readonly dimensions: number;
  /** Made when it is not there, with its index. @default 'wintergate_vectors' */
  readonly table?: string | undefined;
  /** How often what has expired is deleted, in milliseconds; when something is added. @default 60_000 */
  readonly sweepEvery?: number | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates an index of vectors in PostgreSQL with the `vector` extension (pgvector), exact within a scope.
 *
 * @throws {TypeError | RangeError} when an option is not usable.
 * @example
 * const embedder = openaiEmbedder({ apiKey, model: 'text-embedding-3-small', dimensions: 512 });
 * semanticCache({ semantic: { embedder, index: postgresIndex(pool, { dimensions: 512 }) }, store, secret });
 */
export function postgresIndex(client: PostgresClient, options: PostgresIndexOptions): VectorIndex {
  const { dimensions, table = 'wintergate_vectors', sweepEvery = 60_000, now = Date.now } = options;
  checkTable(table);
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 16_000)
    throw new RangeError(`Expected "dimensions" from 1 to 16000: got "${dimensions}"`);
  const run = runOn(client);
  let made: Promise<void> | undefined;
  let swept = now();

  async function make(): Promise<void> {
    await run('create extension if not exists vector', []);
    await run(
      `create table if not exists ${table} (scope text not null, id text not null, body text not null, embedding vector(${dimensions}) not null, expires_at bigint not null, primary key (scope, id))`,
      [],
    );
  }

  async function ready(): Promise<void> {
    made ??= make();
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  }

  return {
    async add({ scope, id, text, vector, expiresAt }: IndexItem) {
      if (vector.length !== dimensions) return;
      await ready();
      await run(
        `insert into ${table} (scope, id, body, embedding, expires_at) values (?, ?, ?, ?::vector, ?) on conflict (scope, id) do update set body = excluded.body, embedding = excluded.embedding, expires_at = excluded.expires_at`,
        [scope, id, text, vectorText(vector), Math.round(expiresAt)],
      );
      const time = now();
      if (time - swept < sweepEvery) return;
      swept = time;
      await run(`delete from ${table} where expires_at <= ?`, [Math.round(time)]);
    },
    async query(scope, vector, count) {
      if (vector.length !== dimensions) return [];
      await ready();
      const rows = await run(
        `select id, body, 1 - (embedding <=> ?::vector) as similarity from ${table} where scope = ? and expires_at > ? order by embedding <=> ?::vector limit ?`,
        [vectorText(vector), scope, Math.round(now()), vectorText(vector), count],
      );
      return rows.map(toMatch);
    },
    async delete(scope, id) {
      await ready();
      await run(`delete from ${table} where scope = ? and id = ?`, [scope, id]);
    },
  };
}

function toMatch(row: unknown): IndexMatch {
  const { id, body, similarity } = row as Record<string, unknown>;
  return { id: String(id), text: String(body), similarity: Number(similarity) };
}

/** As pgvector and libSQL read it. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

/** PostgreSQL numbers its parameters. */
function runOn(client: PostgresClient): RunSql {
  return async (sql, parameters) => {
    let count = 0;
    const numbered = sql.replace(/\?/g, () => `$${++count}`);
    return (await client.query(numbered, [...parameters])).rows;
  };
}
