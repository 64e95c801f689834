import { describe, expect, it } from 'vitest';
import { createWorkspace, entry, manifest } from '../testing/fixture.mjs';
import { dialectLimit, limitOf, sizeLimits } from './size-limits.mjs';
import { checkSizes, measureAll } from './sizes.mjs';

const workspace = (source) =>
  createWorkspace({
    'packages/core/package.json': manifest('@wintergate/core', { peerDependencies: { hono: '4' } }),
    'packages/core/src/index.ts': entry('a'),
    'packages/core/src/lib/a.ts': source,
  });

/** Text that gzip cannot make smaller than about half. */
const noise = (length) =>
  Array.from({ length }, (_, index) => ((index * 7919 * 7907) % 65_521).toString(36)).join('');

describe('checkSizes()', () => {
  it('accepts an entry below its ceiling and says how large it is', async () => {
    const { problems, summary } = await checkSizes({
      root: workspace('export const a = 1;'),
      limits: () => 1_000,
    });
    expect(problems).toEqual([]);
    expect(summary).toBe('kB: core 0.0/1');
  });

  it('refuses an entry above its ceiling', async () => {
    const root = workspace(`export const a = ${JSON.stringify(noise(2_000))};`);
    const { problems } = await checkSizes({ root, limits: () => 1_000 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^@wintergate\/core is \d{4} bytes, \d+ over its 1000: make it smaller$/,
    );
  });

  it('does not count packages of the workspace and of npm', async () => {
    const root = workspace("import 'hono/tiny';\nimport '@wintergate/wire';\nexport const a = 1;");
    const [size] = await measureAll(root);
    expect(size.bytes).toBeLessThan(150);
  });

  it('counts an entry beside the main with what it adds to it', async () => {
    const shared = `export const b = ${JSON.stringify(noise(2_000))};`;
    const root = createWorkspace({
      'packages/core/package.json': manifest('@wintergate/core', {
        exports: { '.': './src/index.ts', './more': './src/more.ts' },
      }),
      'packages/core/src/index.ts': "export { b } from './b.ts';",
      'packages/core/src/b.ts': shared,
      'packages/core/src/more.ts': "import { b } from './b.ts';\nexport const c = () => b.length;",
    });
    const [main, more] = await measureAll(root);
    expect(main.bytes).toBeGreaterThan(800);
    expect(more.bytes).toBeGreaterThan(0);
    expect(more.bytes).toBeLessThan(100);
  });

  it('reports a source that does not bundle', async () => {
    const { problems } = await checkSizes({
      root: workspace("export { a } from './b.ts';"),
      limits: limitOf,
    });
    expect(problems[0]).toContain('@wintergate/core cannot be bundled');
  });
});

describe('limitOf()', () => {
  it('knows mains, dialects and entries without a ceiling', () => {
    expect(limitOf('@wintergate/logger')).toBe(sizeLimits['@wintergate/logger']);
    expect(limitOf('@wintergate/wire/bedrock')).toBe(dialectLimit);
    expect(limitOf('@wintergate/wire/anthropic')).toBeGreaterThan(dialectLimit);
    expect(limitOf('@wintergate/wire/prices')).toBeUndefined();
    expect(limitOf('@wintergate/core/node')).toBeUndefined();
  });
});
