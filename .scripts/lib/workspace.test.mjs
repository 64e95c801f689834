import { describe, expect, it } from 'vitest';
import { createWorkspace, exampleFiles as files } from '../testing/fixture.mjs';
import { externalsOf } from './bundle.mjs';
import { readPackages, withDependencies } from './workspace.mjs';

describe('readPackages() and withDependencies()', () => {
  it('put every package after those that it needs', () => {
    const packages = readPackages(createWorkspace(files));
    expect(packages.map(({ name }) => name)).toEqual([
      '@wintergate/core',
      'wintergate',
      '@wintergate/other',
    ]);
    expect(withDependencies(packages, 'wintergate').map(({ name }) => name)).toEqual([
      '@wintergate/core',
      'wintergate',
    ]);
  });
});

describe('externalsOf()', () => {
  it('names what comes from npm, with sub-paths, and no package of the workspace', () => {
    const packages = readPackages(createWorkspace(files));
    expect(externalsOf(packages)).toEqual(['hono', 'hono/*', 'zod', 'zod/*']);
  });
});
