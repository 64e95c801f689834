/** Entries and vectors in PostgreSQL, through the client that the user has. */
import { checkOptions } from '@wintergate/core';
import type { IndexItem, IndexMatch, VectorIndex } from '../vector-index.ts';
import { type SqlStoreOptions, sqlStore } from './sql-store.ts';
import {
  createSqlTable,
  expiryIndex,
  type RunSql,
  type SqlTableOptions,
  sqlTableNames,
  vectorText,
} from './sql-table.ts';
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

/** `table` is `wintergate_vectors` when nothing is said. */
export interface PostgresIndexOptions extends SqlTableOptions {
  /** Length of the vectors: the embedder's. */
  readonly dimensions: number;
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
  checkOptions(options, { ...sqlTableNames, dimensions: 1 }, 'postgresIndex()');
  const { dimensions, table = 'wintergate_vectors', now = Date.now } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 16_000)
    throw new RangeError(`Expected "dimensions" from 1 to 16000: got "${dimensions}"`);
  const make = [
    'create extension if not exists vector',
    `create table if not exists ${table} (scope text not null, id text not null, body text not null, embedding vector(${dimensions}) not null, expires_at bigint not null, primary key (scope, id))`,
    expiryIndex(table),
  ];
  const { run, sweep } = createSqlTable(runOn(client), table, make, options);
  return {
    async add({ scope, id, text, vector, expiresAt }: IndexItem) {
      if (vector.length !== dimensions) return;
      await run(
        `insert into ${table} (scope, id, body, embedding, expires_at) values (?, ?, ?, ?::vector, ?) on conflict (scope, id) do update set body = excluded.body, embedding = excluded.embedding, expires_at = excluded.expires_at`,
        [scope, id, text, vectorText(vector), Math.round(expiresAt)],
      );
      await sweep();
    },
    async query(scope, vector, count) {
      if (vector.length !== dimensions) return [];
      const asked = vectorText(vector);
      const rows = await run(
        `select id, body, 1 - (embedding <=> ?::vector) as similarity from ${table} where scope = ? and expires_at > ? order by embedding <=> ?::vector limit ?`,
        [asked, scope, Math.round(now()), asked, count],
      );
      return rows.map(toMatch);
    },
    async delete(scope, id) {
      await run(`delete from ${table} where scope = ? and id = ?`, [scope, id]);
    },
  };
}

function toMatch(row: unknown): IndexMatch {
  const { id, body, similarity } = row as Record<string, unknown>;
  return { id: String(id), text: String(body), similarity: Number(similarity) };
}

/** PostgreSQL numbers its parameters. */
function runOn(client: PostgresClient): RunSql {
  return async (sql, parameters) => {
    let count = 0;
    const numbered = sql.replace(/\?/g, () => `$${++count}`);
    return (await client.query(numbered, [...parameters])).rows;
  };
}
