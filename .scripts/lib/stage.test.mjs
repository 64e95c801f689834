import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, exampleFiles as files } from '../testing/fixture.mjs';
import { publishedManifest, stagePackages } from './stage.mjs';
import { readCatalog, readPackages, repository } from './workspace.mjs';

describe('stagePackages()', () => {
  it('lays out built packages with their published manifest', () => {
    const root = createWorkspace({
      ...files,
      ...Object.fromEntries(
        ['app', 'core', 'other'].map((name) => [`packages/${name}/dist/index.js`, name]),
      ),
    });
    const dir = join(root, 'stage');
    stagePackages(dir, { root, links: { extra: join(root, 'packages/other') } });
    const app = JSON.parse(readFileSync(join(dir, 'node_modules/wintergate/package.json'), 'utf8'));
    expect(app.exports).toEqual({
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    });
    expect(app.dependencies['@wintergate/core']).toBe('^1.2.3');
    expect(app.devDependencies).toBeUndefined();
    expect(readFileSync(join(dir, 'node_modules/@wintergate/core/dist/index.js'), 'utf8')).toBe(
      'core',
    );
    expect(readFileSync(join(dir, 'node_modules/extra/dist/index.js'), 'utf8')).toBe('other');
  });

  it('refuses a package that is not built', () => {
    const root = createWorkspace(files);
    expect(() => stagePackages(join(root, 'stage'), { root })).toThrow(
      'Build "@wintergate/core" first',
    );
  });

  it('publishes no range that only the workspace knows', () => {
    const packages = readPackages(repository);
    const text = JSON.stringify(
      packages.map((one) => publishedManifest(one, packages, readCatalog())),
    );
    expect(text).not.toMatch(/"(?:workspace|catalog):/);
    expect(text).toContain('"zod":"4.');
  });
});
