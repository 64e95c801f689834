/** Entries in a table of a SQL database: PostgreSQL and SQLite understand the same statements. */
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

export interface SqlStoreOptions extends TextStoreOptions {
  /** Made when it is not there. A name of letters, digits and `_`. @default 'wintergate_cache' */
  readonly table?: string | undefined;
  /** How often what has expired is deleted, in milliseconds; at a write. @default 60_000 */
  readonly sweepEvery?: number | undefined;
}

/** Runs one statement, its parameters written `?`, and answers the rows as objects. */
export type RunSql = (sql: string, parameters: readonly unknown[]) => Promise<readonly unknown[]>;

/** @throws {TypeError} when `table` is no plain name. */
export function sqlStore(run: RunSql, options: SqlStoreOptions = {}): TextStore {
  const { table = 'wintergate_cache', sweepEvery = 60_000, now = Date.now } = options;
  checkTable(table);
  let made: Promise<unknown> | undefined;
  let swept = now();

  /** The table, made by the first who asks. One that can not be made is tried again. */
  async function ready(): Promise<void> {
    made ??= run(
      `create table if not exists ${table} (name text primary key, value text not null, expires_at bigint not null)`,
      [],
    );
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  }

  return textStore(
    {
      async get(name) {
        await ready();
        const [row] = await run(`select value from ${table} where name = ?`, [name]);
        return (row as { value?: unknown } | undefined)?.value;
      },
      async set(name, text, ttlMs) {
        await ready();
        const time = now();
        await run(
          `insert into ${table} (name, value, expires_at) values (?, ?, ?) on conflict (name) do update set value = excluded.value, expires_at = excluded.expires_at`,
          [name, text, Math.round(time + ttlMs)],
        );
        if (time - swept < sweepEvery) return;
        swept = time;
        await run(`delete from ${table} where expires_at <= ?`, [Math.round(time)]);
      },
      async delete(name) {
        await ready();
        await run(`delete from ${table} where name = ?`, [name]);
      },
      async clear(prefix) {
        await ready();
        const end = prefix.length;
        await run(`delete from ${table} where substr(name, 1, ${end}) = ?`, [prefix]);
      },
    },
    options,
  );
}

/** Names can not be parameters. */
export function checkTable(table: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(table))
    throw new TypeError(`Expected "table" to be letters, digits and "_": got "${table}"`);
}
