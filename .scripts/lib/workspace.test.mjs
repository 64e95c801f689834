import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, entry, manifest } from '../testing/fixture.mjs';
import { externalsOf } from './bundle.mjs';
import { missingForStart, readCatalog } from './install.mjs';
import { withLock } from './lock.mjs';
import { inParallel, run } from './run.mjs';
import { publishedManifest, stagePackages } from './stage.mjs';
import { digest, isFresh, sourcesOf, writeStamp } from './stamp.mjs';
import { withoutProviders } from './test-environment.mjs';
import { readPackages, repository, withDependencies } from './workspace.mjs';

const files = {
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

describe('missingForStart()', () => {
  const zod = (version) => ({ 'packages/app/node_modules/zod/package.json': { version } });
  const rest = {
    'packages/app/node_modules/@wintergate/core/package.json': {},
    '.scripts/node_modules/esbuild/package.json': {},
  };

  it('reads the catalog only', () => {
    expect(readCatalog(files['pnpm-workspace.yaml'])).toEqual({ zod: '4.6.7', '@a/b': '1.0.0' });
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

describe('stamps', () => {
  it('change with sources and configuration, not with tests', () => {
    const root = createWorkspace(files);
    const core = readPackages(root)[0];
    const value = () => digest([], sourcesOf(core));
    const before = value();
    writeFileSync(join(core.dir, 'src/lib/a.test.ts'), 'two');
    expect(value()).toBe(before);
    writeFileSync(join(core.dir, 'src/lib/a.ts'), 'export const a = 2;');
    expect(value()).not.toBe(before);
  });

  it('are not fresh without the product', () => {
    const root = createWorkspace({ 'dist/a.js': '' });
    const [stamp, product] = [join(root, '.cache/a.stamp'), join(root, 'dist/a.js')];
    writeStamp(stamp, 'value');
    expect(isFresh(stamp, 'value', [product])).toBe(true);
    expect(isFresh(stamp, 'other', [product])).toBe(false);
    rmSync(product);
    expect(isFresh(stamp, 'value', [product])).toBe(false);
  });
});

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

  it('publishes no workspace range', () => {
    const packages = readPackages(repository);
    const text = JSON.stringify(packages.map((one) => publishedManifest(one, packages)));
    expect(text).not.toContain('workspace:');
  });
});

describe('withLock()', () => {
  it('lets one after the other, and takes a lock whose owner is gone', async () => {
    const root = createWorkspace({ lock: '4194999' });
    const order = [];
    const work = (name) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    await Promise.all([
      withLock(join(root, 'lock'), work('a')),
      withLock(join(root, 'lock'), work('b')),
    ]);
    expect([order[0], order[2]].sort()).toEqual(['a in', 'b in']);
    expect([order[1], order[3]]).toEqual(
      [order[0], order[2]].map((line) => line.replace('in', 'out')),
    );
  });

  it('gives up when the owner lives on', async () => {
    const root = createWorkspace({ lock: String(process.pid) });
    await expect(withLock(join(root, 'lock'), () => {}, 0)).rejects.toThrow(
      'Another build holds the lock',
    );
  });
});

describe('run()', () => {
  it('gives the exit code and what was printed, with a changed environment', async () => {
    const code = 'console.log(process.env.ADDED, process.env.HOME); process.exit(3)';
    const result = await run(process.execPath, ['-e', code], {
      quiet: true,
      env: { ADDED: 'yes', HOME: undefined },
    });
    expect(result).toEqual({ code: 3, output: 'yes undefined\n' });
  });

  it('ends a command that takes too long', async () => {
    const result = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      quiet: true,
      timeout: 100,
    });
    expect(result.code).toBe(124);
  });
});

describe('inParallel()', () => {
  it('keeps the order of results and the limit', async () => {
    let running = 0;
    let most = 0;
    const jobs = Array.from({ length: 7 }, (_, index) => async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return index;
    });
    expect(await inParallel(2, jobs)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
  });
});

describe('withoutProviders()', () => {
  it('removes keys and addresses of providers, and leaves the rest', () => {
    const names = [
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'FOO_API_KEY',
      'ANTHROPIC_MODEL',
      'UPSTASH_REDIS_REST_TOKEN',
      'PORT',
    ];
    const kept = ['PATH', 'HOME', 'WINTERGATE_REQUIRE', 'CI', 'npm_config_registry'];
    const environment = Object.fromEntries([...names, ...kept].map((name) => [name, 'x']));
    const removed = withoutProviders(environment);
    expect(Object.keys(removed).sort()).toEqual([...names].sort());
    expect(Object.values(removed).every((value) => value === undefined)).toBe(true);
  });
});
