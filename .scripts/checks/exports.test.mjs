import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, entry, manifest } from '../testing/fixture.mjs';
import { checkExports } from './exports.mjs';

const workspace = (index, kept, more) => ({
  'packages/core/package.json': manifest('@wintergate/core', more),
  'packages/core/src/index.ts': index,
  'test/packaging/exports.snapshot.json': kept,
});
const check = async (files) => (await checkExports({ root: createWorkspace(files) })).problems;

describe('checkExports()', () => {
  it('accepts the names that are kept', async () => {
    const kept = { '@wintergate/core': { values: ['a'], types: ['B'] } };
    expect(await check(workspace(entry('a', 'type B'), kept))).toEqual([]);
  });

  it('names what was added, what was lost, and a value that became a type', async () => {
    const kept = { '@wintergate/core': { values: ['a', 'gone'], types: [] } };
    const problems = await check(workspace(entry('type a', 'more'), kept));
    expect(problems.map((problem) => problem.split(';')[0])).toEqual([
      '@wintergate/core has new values: more',
      '@wintergate/core lost values: a, gone',
      '@wintergate/core has new types: a',
    ]);
  });

  it('refuses an entry that holds more than named re-exports, or no module doc', async () => {
    const kept = { '@wintergate/core': { values: [], types: [] } };
    expect(
      await check(workspace("export * from './lib/a.ts';\nexport const a = 1;", kept)),
    ).toEqual([
      'packages/core/src/index.ts has no "@module" doc at its top: write one',
      'packages/core/src/index.ts line 1 is not a named re-export: move it to src/lib and re-export it by name',
      'packages/core/src/index.ts line 2 is not a named re-export: move it to src/lib and re-export it by name',
    ]);
  });

  it('refuses an entry without a file and an entry that is not published', async () => {
    const kept = { '@wintergate/core': { values: ['a'], types: [] } };
    const exports = { '.': './src/index.ts', './node': './src/node.ts' };
    expect(await check(workspace(entry('a'), kept, { exports }))).toEqual([
      'packages/core/src/node.ts is missing: write it or take "./node" out of the exports',
      '@wintergate/core: "./node" must be in "exports" and in "publishConfig.exports"',
    ]);
  });

  it('writes the list when asked to', async () => {
    const root = createWorkspace(workspace(entry('b', 'a'), {}));
    expect((await checkExports({ root, update: true })).problems).toEqual([]);
    const written = JSON.parse(
      readFileSync(join(root, 'test/packaging/exports.snapshot.json'), 'utf8'),
    );
    expect(written).toEqual({ '@wintergate/core': { values: ['a', 'b'], types: [] } });
  });
});
