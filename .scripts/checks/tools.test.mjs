import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../lib/workspace.mjs';
import { createWorkspace, manifest } from '../testing/fixture.mjs';
import { checkLint, parseAnnotations } from './lint.mjs';
import { checkPublint } from './publint.mjs';
import { checkTypes, groupProjects } from './types.mjs';

const tools = repository;
const options = {
  compilerOptions: { strict: true, noEmit: true, types: [], lib: ['ES2022'] },
  include: ['src'],
};

describe('checkTypes()', () => {
  it('reports a type error of a package and of a test folder, and nothing else', async () => {
    const root = createWorkspace({
      'packages/core/tsconfig.json': options,
      'packages/core/src/index.ts': 'export const a: string = 1;',
      'packages/wire/tsconfig.json': options,
      'packages/wire/src/index.ts': 'export const a: number = 1;',
      'test/e2e/tsconfig.json': options,
      'test/e2e/src/a.ts': 'missing();',
    });
    const { problems, summary } = await checkTypes({ root, tools });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'packages/core/src/index.ts(1,14):',
      'test/e2e/src/a.ts(1,1):',
    ]);
    expect(summary).toBe('3 projects');
  });
});

describe('checkTypes() of portable sources', () => {
  it('refuses what only Node knows, but in core/node and in the gateway', async () => {
    const exports = { '.': './src/index.ts', './node': './src/node.ts' };
    const gateway = manifest('wintergate');
    const root = createWorkspace({
      'tsconfig.json': { compilerOptions: { strict: true, lib: ['ES2022'], noEmit: true } },
      'packages/core/package.json': manifest('@wintergate/core', { exports }),
      'packages/core/src/index.ts': 'export const a: unknown = process.env;',
      'packages/core/src/node.ts': 'export const a: unknown = process.env;',
      'packages/wintergate/package.json': gateway,
      'packages/wintergate/src/index.ts': 'export const a: unknown = process.env;',
    });
    const { problems } = await checkTypes({ root, tools });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^packages\/core\/src\/index\.ts\(1,27\): .*process.* \(without the types of Node\)$/,
    );
  });
});

describe('groupProjects()', () => {
  it('makes one program of projects with the same options', () => {
    const base = { extends: '../../tsconfig.json', include: ['src'] };
    const root = createWorkspace({
      'packages/a/tsconfig.json': base,
      'packages/b/tsconfig.json': base,
      'test/c/tsconfig.json': { ...base, compilerOptions: { types: ['node'] } },
      'test/d/tsconfig.json': { ...base, references: [] },
    });
    const included = groupProjects(root).map(({ config }) => config.include ?? config.extends);
    expect(included).toEqual([
      [join(root, 'packages/a/src'), join(root, 'packages/b/src')],
      [join(root, 'test/c/src')],
      join(root, 'test/d/tsconfig.json'),
    ]);
  });
});

describe('checkLint()', () => {
  it('reports a broken rule and a file that is not formatted', async () => {
    const root = createWorkspace({ 'biome.json': {}, 'a.js': '\tdebugger;\n', 'b.js': 'a( );\n' });
    const { problems } = await checkLint({ root, tools });
    expect(problems).toContainEqual(expect.stringContaining('a.js:1 lint/suspicious/noDebugger'));
    expect(problems).toContain('b.js is not formatted');
  });

  it('passes a clean folder', async () => {
    const root = createWorkspace({ 'biome.json': '{}\n', 'a.js': 'a();\n' });
    expect((await checkLint({ root, tools })).problems).toEqual([]);
  });

  it('reads the annotations of Biome', () => {
    const output = '::error title=lint/x,file=/r/a.ts,line=3,endLine=4,col=1,endColumn=2::Say: no';
    expect(parseAnnotations(output, '/r')).toEqual(['a.ts:3 lint/x: Say: no']);
  });
});

describe('checkPublint()', () => {
  const workspace = { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' };
  const built = (types) => ({
    ...workspace,
    'packages/core/package.json': manifest('@wintergate/core', { license: 'MIT', files: ['dist'] }),
    'packages/core/dist/index.js': 'export const a = 1;\n',
    [`packages/core/dist/${types}`]: 'export declare const a: 1;\n',
  });

  it('passes a package whose published entries exist', async () => {
    expect(
      (await checkPublint({ root: createWorkspace(built('index.d.ts')), tools })).problems,
    ).toEqual([]);
  });

  it('reports a published entry without its file, and a package that is not built', async () => {
    const { problems } = await checkPublint({ root: createWorkspace(built('other.d.ts')), tools });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^@wintergate\/core: .*index\.d\.ts.*does not exist/);
    const unbuilt = createWorkspace({
      ...workspace,
      'packages/core/package.json': manifest('@wintergate/core'),
    });
    expect((await checkPublint({ root: unbuilt, tools })).problems[0]).toContain('has no "dist"');
  });
});
