import { describe, expect, it } from 'vitest';
import { createWorkspace, exampleFiles as files } from '../testing/fixture.mjs';
import { missingForStart } from './install.mjs';
import { readCatalog } from './workspace.mjs';

describe('missingForStart()', () => {
  const zod = (version) => ({ 'packages/app/node_modules/zod/package.json': { version } });
  const rest = {
    'packages/app/node_modules/@wintergate/core/package.json': {},
    '.scripts/node_modules/esbuild/package.json': {},
  };

  it('reads the catalog only', () => {
    expect(readCatalog(createWorkspace(files))).toEqual({ zod: '4.6.7', '@a/b': '1.0.0' });
  });

  it('names what is absent and what is there in another version', () => {
    expect(missingForStart(createWorkspace(files))).toEqual(['@wintergate/core', 'zod', 'esbuild']);
    expect(missingForStart(createWorkspace({ ...files, ...rest, ...zod('4.0.0') }))).toEqual([
      'zod',
    ]);
  });

  it('is content when everything is in place', () => {
    const workspace = files['pnpm-workspace.yaml'].replace(
      'catalog:',
      'catalog:\n  esbuild: 0.28.2',
    );
    const esbuild = { '.scripts/node_modules/esbuild/package.json': { version: '0.28.2' } };
    const all = {
      ...files,
      'pnpm-workspace.yaml': workspace,
      ...rest,
      ...zod('4.6.7'),
      ...esbuild,
    };
    expect(missingForStart(createWorkspace(all))).toEqual([]);
  });
});
