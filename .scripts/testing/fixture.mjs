// A small workspace in a temporary folder, for tests of the checks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Writes files (`{ path: text or JSON }`) below a new folder that is removed after the test.
 *
 * @returns the folder.
 */
export function createWorkspace(files) {
  const root = mkdtempSync(join(tmpdir(), 'wintergate-scripts-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return root;
}

/** A manifest with a main entry; `more` is merged over it. */
export function manifest(name, more = {}) {
  const published = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  return {
    name,
    version: '1.2.3',
    type: 'module',
    exports: { '.': './src/index.ts' },
    publishConfig: { exports: published },
    ...more,
  };
}

/** An entry file that re-exports these names from `./lib/a.ts`. */
export const entry = (...names) =>
  `/** @module Fixture. */\nexport { ${names.join(', ')} } from './lib/a.ts';\n`;

/** A workspace of a gateway, the core that it needs, and a package that nobody needs. */
export const exampleFiles = {
  'pnpm-workspace.yaml':
    "packages:\n  - a\ncatalog:\n  zod: 4.6.7\n  '@a/b': 1.0.0\nallowBuilds:\n  bun: true\n",
  '.scripts/package.json': { dependencies: { esbuild: 'catalog:' } },
  'packages/app/package.json': manifest('wintergate', {
    dependencies: { '@wintergate/core': 'workspace:^', zod: 'catalog:' },
    devDependencies: { tsup: '8' },
  }),
  'packages/core/package.json': manifest('@wintergate/core', { peerDependencies: { hono: '>=4' } }),
  'packages/core/src/index.ts': entry('a'),
  'packages/core/src/lib/a.ts': 'export const a = 1;',
  'packages/core/src/lib/a.test.ts': 'one',
  'packages/other/package.json': manifest('@wintergate/other'),
};
