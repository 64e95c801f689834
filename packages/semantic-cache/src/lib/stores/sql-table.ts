/** A table that is made when it is first needed, and swept of what has expired. */
import type { OptionKind } from '@wintergate/core';

export type SqlValue = string | number;

/** Runs one statement, its parameters written `?`, and answers the rows as objects. */
export type RunSql = (sql: string, parameters: readonly SqlValue[]) => Promise<readonly unknown[]>;

export interface SqlTableOptions {
  /** Made when it is not there. A name of letters, digits and `_`. */
  readonly table?: string | undefined;
  /** How often what has expired is deleted, in milliseconds; at a write. @default 60_000 */
  readonly sweepEvery?: number | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Their names, for `checkOptions()`. */
export const sqlTableNames: Record<keyof SqlTableOptions, OptionKind> = {
  table: 'string',
  sweepEvery: 1,
  now: 'function',
};

export interface SqlTable {
  /** Runs a statement once the table is there. */
  readonly run: RunSql;
  /** To be called after a write: deletes rows whose `expires_at` is over, now and then. */
  sweep(): Promise<void>;
}

/**
 * @param make the statements that make the table. When they fail, the next who asks tries again.
 * @throws {TypeError} when the table's name is no plain name: names can not be parameters.
 */
export function createSqlTable(
  runOn: RunSql,
  table: string,
  make: readonly string[],
  { sweepEvery = 60_000, now = Date.now }: SqlTableOptions,
): SqlTable {
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(table))
    throw new TypeError(`Expected "table" to be letters, digits and "_": got "${table}"`);
  let made: Promise<void> | undefined;
  let swept = now();

  async function makeAll(): Promise<void> {
    for (const statement of make) await runOn(statement, []);
  }

  async function run(sql: string, parameters: readonly SqlValue[]): Promise<readonly unknown[]> {
    made ??= makeAll();
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
    return runOn(sql, parameters);
  }

  return {
    run,
    async sweep() {
      const time = now();
      if (time - swept < sweepEvery) return;
      swept = time;
      await run(`delete from ${table} where expires_at <= ?`, [Math.round(time)]);
    },
  };
}

/** Without it each sweep reads the whole table. */
export function expiryIndex(table: string): string {
  // PostgreSQL cuts names after 63 characters: what tells this one apart must be within.
  return `create index if not exists ${table.slice(0, 55)}_expiry on ${table} (expires_at)`;
}

/** A vector as pgvector and libSQL read it. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
