import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { type Client, createClient } from '@libsql/client';
import { reportRan } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { item, unit, vectorIndexConformance } from '../vector-index.conformance.ts';
import { libsqlIndex, libsqlStore } from './libsql.ts';
import { postgresIndex, postgresStore } from './postgres.ts';
import type { SqlStoreOptions } from './sql-store.ts';
import type { TextStore } from './text-store.ts';

let count = 0;
/** Each test its own. */
const table = (): string => `t${++count}`;

/** What both do. */
function sharedTests(store: (options: SqlStoreOptions) => TextStore): void {
  it('counts the characters of a prefix as the database does', async () => {
    const name = table();
    const [own, other] = ['🙂:', '🙂🙂:'].map((prefix) => store({ table: name, prefix })) as [
      TextStore,
      TextStore,
    ];
    const expiresAt = Date.now() + 60_000;
    await own.set(key('a'), entry('a', { expiresAt }));
    await other.set(key('b'), entry('b', { expiresAt }));
    const listed: string[] = [];
    for await (const found of own.entries?.() ?? []) listed.push(found.key);
    expect(listed).toEqual(['a']);
    await own.clear();
    expect(await own.get(key('a'))).toBeUndefined();
    expect(await other.get(key('b'))).toBeDefined();
  });
}

describe('in PostgreSQL with pgvector', () => {
  let pg: PGlite;
  const client = {
    query: (sql: string, parameters: unknown[]) => pg.query(sql, parameters) as never,
  };
  beforeAll(async () => {
    pg = await PGlite.create({ extensions: { vector } });
    const [row] = (await pg.query<{ v: string }>('show server_version')).rows;
    reportRan({
      suite: 'unit',
      runtime: 'PostgreSQL (PGlite)',
      version: Object.values(row ?? {})[0] ?? '',
    });
  }, 60_000);
  afterAll(() => pg?.close());

  cacheStoreConformance('postgresStore()', (now) => postgresStore(client, { table: table(), now }));
  vectorIndexConformance('postgresIndex()', (now) =>
    postgresIndex(client, { dimensions: 3, table: table(), now }),
  );

  sharedTests((options) => postgresStore(client, options));

  it('finds what has expired by an index, however long the name of a table', async () => {
    const names = [table(), 'n'.repeat(63)];
    for (const name of names) {
      await postgresStore(client, { table: name }).get(key('a'));
      await postgresIndex(client, { table: `${name.slice(0, 62)}v`, dimensions: 3 }).delete('', '');
    }
    const { rows } = await pg.query<{ tablename: string }>(
      "select tablename from pg_indexes where indexdef like '%(expires_at)'",
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(
      expect.arrayContaining([...names, `${names[0]}v`]),
    );
  });

  it('deletes what has expired, now and then', async () => {
    const name = table();
    let time = 0;
    const store = postgresStore(client, { table: name, now: () => time, sweepEvery: 1000 });
    await store.set(key('a'), entry('a', { expiresAt: 500 }));
    time = 999;
    await store.set(key('b'), entry('b'));
    const rows = async () => (await pg.query(`select name from ${name}`)).rows.length;
    expect(await rows()).toBe(2);
    time = 1000;
    await store.set(key('c'), entry('c'));
    expect(await rows()).toBe(2);
    const index = postgresIndex(client, {
      dimensions: 3,
      table: table(),
      now: () => time,
      sweepEvery: 10,
    });
    await index.add(item({ id: 'a', expiresAt: 1005 }));
    time = 1010;
    await index.add(item({ id: 'b' }));
    expect((await index.query('one', unit(1, 0, 0), 9)).map(({ id }) => id)).toEqual(['b']);
  });

  it('takes vectors of its own dimensions only', async () => {
    const index = postgresIndex(client, { dimensions: 3, table: table() });
    await index.add(item({ vector: unit(1, 0) }));
    expect(await index.query('one', unit(1, 0), 9)).toEqual([]);
    expect(await index.query('one', unit(1, 0, 0), 9)).toEqual([]);
  });

  it('makes its table once for many at a time', async () => {
    const store = postgresStore(client, { table: table() });
    const keys = Array.from({ length: 20 }, (_, at) => key(`k${at}`));
    const expiresAt = Date.now() + 60_000;
    await Promise.all(keys.map((one) => store.set(one, entry(one.text, { expiresAt }))));
    const found = await Promise.all(keys.map((one) => store.get(one)));
    expect(found.map((one) => one?.key)).toEqual(keys.map(({ text }) => text));
  });

  it('tries again when the table could not be made', async () => {
    let fails = 1;
    const flaky = {
      query: (sql: string, parameters: unknown[]) =>
        fails-- > 0 ? Promise.reject(new Error('starting up')) : client.query(sql, parameters),
    };
    const store = postgresStore(flaky as never, { table: table() });
    await expect(store.get(key('a'))).rejects.toThrow('starting up');
    expect(await store.get(key('a'))).toBeUndefined();
  });

  it.each(['', 'a b', 'a;drop table x', 'ü', '1a', 'a'.repeat(64)])(
    'refuses the table %j',
    (name) => {
      expect(() => postgresStore(client, { table: name })).toThrow('Expected "table"');
      expect(() => postgresIndex(client, { table: name, dimensions: 3 })).toThrow(
        'Expected "table"',
      );
      expect(() => libsqlStore({} as never, { table: name })).toThrow('Expected "table"');
    },
  );

  it.each([0, -1, 1.5, 16_001])('refuses %s dimensions', (dimensions) => {
    expect(() => postgresIndex(client, { dimensions })).toThrow('"dimensions"');
  });
});

describe('in libSQL', () => {
  let folder: string;
  let db: Client;
  const client = {
    execute: (statement: { sql: string; args: unknown[] }) => db.execute(statement as never),
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wintergate-libsql-'));
    db = createClient({ url: `file:${join(folder, 'cache.db')}` });
    reportRan({ suite: 'unit', runtime: 'libSQL', version: 'file' });
  });
  afterAll(() => {
    db?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  cacheStoreConformance('libsqlStore()', (now) => libsqlStore(client, { table: table(), now }));
  vectorIndexConformance('libsqlIndex()', (now) => libsqlIndex(client, { table: table(), now }));

  sharedTests((options) => libsqlStore(client, options));

  it('keeps vectors of several dimensions apart', async () => {
    const index = libsqlIndex(client, { table: table() });
    await index.add(item({ id: 'a', vector: unit(1, 0, 0) }));
    await index.add(item({ id: 'b', vector: unit(1, 0) }));
    expect((await index.query('one', unit(1, 0), 9)).map(({ id }) => id)).toEqual(['b']);
  });

  it('deletes what has expired, now and then', async () => {
    let time = 0;
    const name = table();
    const index = libsqlIndex(client, { table: name, now: () => time, sweepEvery: 10 });
    await index.add(item({ id: 'a', expiresAt: 5 }));
    time = 10;
    await index.add(item({ id: 'b' }));
    expect((await db.execute(`select id from ${name}`)).rows).toHaveLength(1);
  });
});
