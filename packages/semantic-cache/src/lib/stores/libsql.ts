/** Entries and vectors in libSQL: Turso, or a file. */
import { checkOptions } from '@wintergate/core';
import type { VectorIndex } from '../vector-index.ts';
import { type SqlStoreOptions, sqlStore } from './sql-store.ts';
import {
  createSqlTable,
  expiryIndex,
  type RunSql,
  type SqlTableOptions,
  type SqlValue,
  sqlTableNames,
  vectorText,
} from './sql-table.ts';
import type { TextStore } from './text-store.ts';

/** `@libsql/client`, as far as it is used. */
export interface LibsqlClient {
  execute(statement: {
    sql: string;
    args: SqlValue[];
  }): Promise<{ readonly rows: readonly unknown[] }>;
}

/**
 * Creates a store in a table of libSQL, which it makes when it is not there.
 *
 * @param client of `@libsql/client`; it stays the caller's.
 * @throws {TypeError} when `table` is no plain name; {RangeError} when `encryptionKey` is too short.
 * @example
 * const client = createClient({ url: process.env.TURSO_URL, authToken: process.env.TURSO_TOKEN });
 * semanticCache({ store: libsqlStore(client), secret: process.env.CACHE_SECRET });
 */
export function libsqlStore(client: LibsqlClient, options: SqlStoreOptions = {}): TextStore {
  return sqlStore(runOn(client), options);
}

/** `table` is `wintergate_vectors` when nothing is said. */
export type LibsqlIndexOptions = SqlTableOptions;

/**
 * Creates an index of vectors in libSQL, exact within a scope (`vector_distance_cos`).
 *
 * @throws {TypeError} when `table` is no plain name.
 * @example
 * semanticCache({ semantic: { embedder, index: libsqlIndex(client) }, store: libsqlStore(client), secret });
 */
export function libsqlIndex(client: LibsqlClient, options: LibsqlIndexOptions = {}): VectorIndex {
  checkOptions(options, sqlTableNames, 'libsqlIndex()');
  const { table = 'wintergate_vectors', now = Date.now } = options;
  const make = [
    `create table if not exists ${table} (scope text not null, id text not null, body text not null, embedding blob not null, dimensions integer not null, expires_at integer not null, primary key (scope, id))`,
    expiryIndex(table),
  ];
  const { run, sweep } = createSqlTable(runOn(client), table, make, options);
  return {
    async add({ scope, id, text, vector, expiresAt }) {
      await run(
        `insert into ${table} (scope, id, body, embedding, dimensions, expires_at) values (?, ?, ?, vector32(?), ?, ?) on conflict (scope, id) do update set body = excluded.body, embedding = excluded.embedding, dimensions = excluded.dimensions, expires_at = excluded.expires_at`,
        [scope, id, text, vectorText(vector), vector.length, Math.round(expiresAt)],
      );
      await sweep();
    },
    async query(scope, vector, count) {
      const rows = await run(
        `select id, body, vector_distance_cos(embedding, vector32(?)) as distance from ${table} where scope = ? and dimensions = ? and expires_at > ? order by distance limit ?`,
        [vectorText(vector), scope, vector.length, Math.round(now()), count],
      );
      return rows.map((row) => {
        const { id, body, distance } = row as Record<string, unknown>;
        return { id: String(id), text: String(body), similarity: 1 - Number(distance) };
      });
    },
    async delete(scope, id) {
      await run(`delete from ${table} where scope = ? and id = ?`, [scope, id]);
    },
  };
}

function runOn(client: LibsqlClient): RunSql {
  return async (sql, parameters) => (await client.execute({ sql, args: [...parameters] })).rows;
}
