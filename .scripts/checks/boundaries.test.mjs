import { describe, expect, it } from 'vitest';
import { createWorkspace, entry, manifest } from '../testing/fixture.mjs';
import { checkBoundaries } from './boundaries.mjs';

const core = (source, more = {}) => ({
  'packages/core/package.json': manifest('@wintergate/core', more),
  'packages/core/src/index.ts': entry('a'),
  'packages/core/src/lib/a.ts': source,
});

const feature = (name, source, more = {}) => ({
  [`packages/${name}/package.json`]: manifest(`@wintergate/${name}`, more),
  [`packages/${name}/src/index.ts`]: entry('a'),
  [`packages/${name}/src/lib/a.ts`]: source,
});

const check = async (files) => (await checkBoundaries({ root: createWorkspace(files) })).problems;

describe('checkBoundaries()', () => {
  it('accepts an import that points downward and is declared', async () => {
    const files = {
      ...core('export const a = 1;'),
      ...feature('logger', "export { a } from '@wintergate/core';", {
        dependencies: { '@wintergate/core': 'workspace:^' },
      }),
    };
    expect(await check(files)).toEqual([]);
  });

  it('refuses a feature package that imports another', async () => {
    const files = {
      ...feature('router', 'export const a = 1;'),
      ...feature('logger', "export { a } from '@wintergate/router';", {
        dependencies: { '@wintergate/router': 'workspace:^' },
      }),
    };
    expect(await check(files)).toEqual([
      'packages/logger/src/lib/a.ts:1 imports "@wintergate/router", which @wintergate/logger may not: meet through context keys, events or headers',
    ]);
  });

  it('refuses an upward import in a dynamic import and in an import type', async () => {
    const source =
      "export const a = () => import('@wintergate/wire');\nexport type B = import('@wintergate/wire/prices').B;";
    const problems = await check(core(source, { peerDependencies: { '@wintergate/wire': '1' } }));
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain('packages/core/src/lib/a.ts:2 imports "@wintergate/wire"');
  });

  it('refuses an import that the manifest does not declare', async () => {
    expect(await check(core("import 'left-pad';\nexport const a = 1;"))).toEqual([
      'packages/core/src/lib/a.ts:1 imports "left-pad", which its package.json does not declare',
    ]);
  });

  it('refuses a declared dependency that nothing imports', async () => {
    expect(await check(core('export const a = 1;', { dependencies: { 'left-pad': '1' } }))).toEqual(
      ['@wintergate/core declares "left-pad" and never imports it: remove it'],
    );
  });

  it('accepts a dependency that a sibling asks for as a peer', async () => {
    const files = {
      ...core('export const a = 1;', { peerDependencies: { undici: '7' } }),
      'packages/wintergate/package.json': manifest('wintergate', {
        dependencies: { '@wintergate/core': 'workspace:^', undici: '7' },
      }),
      'packages/wintergate/src/index.ts': entry('a'),
      'packages/wintergate/src/lib/a.ts': "export { a } from '@wintergate/core';",
    };
    expect(await check(files)).toEqual([]);
  });

  it('refuses a relative import that leaves the package or has no ending', async () => {
    const problems = await check(
      core("import '../../../wire/src/index.ts';\nimport './b';\nexport const a = 1;"),
    );
    expect(problems[0]).toContain('leaves its package: "../../../wire/src/index.ts"');
    expect(problems[1]).toContain('imports "./b", which is not a file');
  });

  it('allows node: modules behind core/node only', async () => {
    const exports = { '.': './src/index.ts', './node': './src/node.ts' };
    const node = { 'packages/core/src/node.ts': "export { serve } from './lib/serve.ts';" };
    const serve = {
      'packages/core/src/lib/serve.ts': "import 'node:http';\nexport const serve = 1;",
    };
    expect(await check({ ...core('export const a = 1;', { exports }), ...node, ...serve })).toEqual(
      [],
    );

    const leak = core("import './serve.ts';\nexport const a = 1;", { exports });
    expect(await check({ ...leak, ...node, ...serve })).toEqual([
      'packages/core/src/lib/serve.ts:1 imports "node:http" and is reached from ".": only core/node may',
    ]);
    expect(await check(feature('logger', "import 'fs';\nexport const a = 1;"))).toHaveLength(1);
  });

  it('refuses an optional peer in the main entry', async () => {
    const peers = {
      peerDependencies: { hono: '4' },
      peerDependenciesMeta: { hono: { optional: true } },
    };
    expect(
      await check(core("import type { Hono } from 'hono';\nexport const a: Hono = 1;", peers)),
    ).toEqual(['packages/core/src/lib/a.ts:1 brings "hono" into the main entry']);
  });

  it('refuses clone() and tee(), not functions of those names nor arguments', async () => {
    const source =
      'export const a = (r) => r.clone();\nexport const b = (s) => s?.body.tee();\nclone();\nx.clone(1);';
    expect(await check(core(source))).toEqual([
      'packages/core/src/lib/a.ts:1 calls clone(): read bodies through the context, watch replies with a stage',
      'packages/core/src/lib/a.ts:2 calls tee(): read bodies through the context, watch replies with a stage',
    ]);
  });

  it('leaves what tests share alone, unless an entry reaches it', async () => {
    const support = { 'packages/core/src/lib/suite.ts': "import 'node:fs';\nimport 'vitest';" };
    expect(await check({ ...core('export const a = 1;'), ...support })).toEqual([]);
    expect(
      await check({ ...core("import './suite.ts';\nexport const a = 1;"), ...support }),
    ).toEqual(['packages/core/src/lib/suite.ts imports "vitest" and is part of an entry']);
  });

  it('leaves tests alone', async () => {
    const test = {
      'packages/core/src/lib/a.test.ts': "import 'node:fs';\nimport 'vitest';\nx.clone();",
    };
    expect(await check({ ...core('export const a = 1;'), ...test })).toEqual([]);
  });
});
