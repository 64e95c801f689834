/** Entries in a table of a SQL database: PostgreSQL and SQLite understand the same statements. */
import { checkOptions } from '@wintergate/core';
import {
  createSqlTable,
  expiryIndex,
  type RunSql,
  type SqlTableOptions,
  sqlTableNames,
} from './sql-table.ts';
import { type TextStore, type TextStoreOptions, textStore, textStoreNames } from './text-store.ts';

/** `table` is `wintergate_cache` when nothing is said. */
export interface SqlStoreOptions extends TextStoreOptions, SqlTableOptions {}

const pageSize = 500;

/** @throws {TypeError} when `table` is no plain name. */
export function sqlStore(runOn: RunSql, options: SqlStoreOptions = {}): TextStore {
  checkOptions(options, { ...textStoreNames, ...sqlTableNames }, 'the store');
  const { table = 'wintergate_cache', prefix, encryptionKey, now = Date.now } = options;
  const columns = 'name text primary key, value text not null, expires_at bigint not null';
  const make = [`create table if not exists ${table} (${columns})`, expiryIndex(table)];
  /** Databases count characters, where JavaScript counts halves of them. */
  const startsWith = (prefix: string): string => `substr(name, 1, ${[...prefix].length}) = ?`;
  const { run, sweep } = createSqlTable(runOn, table, make, options);
  return textStore(
    {
      async get(name) {
        const [row] = await run(`select value from ${table} where name = ?`, [name]);
        return (row as { value?: unknown } | undefined)?.value;
      },
      async set(name, text, ttlMs) {
        await run(
          `insert into ${table} (name, value, expires_at) values (?, ?, ?) on conflict (name) do update set value = excluded.value, expires_at = excluded.expires_at`,
          [name, text, Math.round(now() + ttlMs)],
        );
        await sweep();
      },
      async claim(name, ttlMs) {
        const time = Math.round(now());
        // What is over is taken over.
        const rows = await run(
          `insert into ${table} (name, value, expires_at) values (?, '', ?) on conflict (name) do update set expires_at = excluded.expires_at where ${table}.expires_at <= ? returning name`,
          [name, time + ttlMs, time],
        );
        return rows.length > 0;
      },
      delete: (name) => run(`delete from ${table} where name = ?`, [name]),
      async *names(prefix) {
        let last = '';
        for (;;) {
          const rows = await run(
            `select name from ${table} where ${startsWith(prefix)} and name > ? order by name limit ${pageSize}`,
            [prefix, last],
          );
          const names = rows.map((row) => String((row as { name?: unknown }).name));
          if (names.length > 0) yield names;
          last = names.at(-1) ?? '';
          if (names.length < pageSize) return;
        }
      },
      clear: (prefix) => run(`delete from ${table} where ${startsWith(prefix)}`, [prefix]),
    },
    { prefix, encryptionKey, now },
  );
}
