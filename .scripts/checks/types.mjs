// Type-checks every part of the workspace that has a tsconfig.json. Those with the same options are one
// program, so that what they share is checked once; portable sources are checked without Node's types.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inParallel, run } from '../lib/run.mjs';
import { entriesOf, readJson, readPackages } from '../lib/workspace.mjs';

/** Folders with a tsconfig.json: packages, tests, examples, benchmarks. */
export function findProjects(root) {
  const parents = ['packages', 'test', 'examples', 'benchmarks'];
  const below = parents.flatMap((parent) => {
    const dir = join(root, parent);
    if (!existsSync(dir)) return [];
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(dir, entry.name));
  });
  const candidates = [...parents.slice(1).map((parent) => join(root, parent)), ...below];
  return candidates.filter((dir) => existsSync(join(dir, 'tsconfig.json'))).sort();
}

/** `{ name, config }` of the programs to check, each config a tsconfig.json with absolute paths. */
export function groupProjects(root) {
  const groups = new Map();
  for (const dir of findProjects(root)) {
    const {
      extends: base,
      compilerOptions = {},
      include = ['.'],
      ...rest
    } = readJson(join(dir, 'tsconfig.json'));
    const absolute = (pattern) => resolve(dir, pattern);
    const parent = base === undefined ? {} : { extends: resolve(dir, base) };
    const own = Object.keys(rest).some((key) => key !== 'exclude');
    // What has settings of its own, such as references, is left as it is.
    const key = own ? dir : JSON.stringify([parent, compilerOptions]);
    const group = groups.get(key) ?? {
      ...parent,
      compilerOptions,
      include: [],
      exclude: [join(root, '**/node_modules'), join(root, '**/dist')],
    };
    group.include.push(...include.map(absolute));
    group.exclude.push(...(rest.exclude ?? []).map(absolute));
    groups.set(key, own ? { extends: join(dir, 'tsconfig.json') } : group);
  }
  return [...groups.values()].map((config, index) => ({ name: `group-${index}`, config }));
}

/** Every entry that may not use Node, compiled where Node's globals are unknown. */
function portableProgram(root) {
  const files = readPackages(root)
    .filter(({ name }) => name !== 'wintergate')
    .flatMap((entry) => Object.entries(entriesOf(entry)))
    .filter(([subpath, source]) => subpath !== './node' && existsSync(source))
    .map(([, source]) => source);
  if (files.length === 0 || !existsSync(join(root, 'tsconfig.json'))) return [];
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions: { types: [] }, files };
  return [{ name: 'portable', config }];
}

export async function checkTypes({ root, tools = root }) {
  const tsc = join(tools, 'node_modules/typescript/bin/tsc');
  const cache = join(root, '.cache/tsc');
  mkdirSync(cache, { recursive: true });
  const programs = [...portableProgram(root), ...groupProjects(root)];
  const jobs = programs.map(({ name, config }) => async () => {
    const path = join(cache, `${name}.json`);
    writeFileSync(path, JSON.stringify(config, null, 2));
    const memory = ['--incremental', '--tsBuildInfoFile', join(cache, `${name}.tsbuildinfo`)];
    const options = ['--pretty', 'false', '--noEmit', ...memory];
    const { code, output } = await run(process.execPath, [tsc, '-p', path, ...options], {
      cwd: root,
      quiet: true,
    });
    if (code === 0) return [];
    const note = name === 'portable' ? ' (without the types of Node)' : '';
    const lines = output.split('\n').filter((line) => line !== '');
    return lines.length > 0
      ? lines.map((line) => line + note)
      : [`${name}: tsc ended with ${code}`];
  });
  const problems = [...new Set((await inParallel(2, jobs)).flat())];
  return { problems, summary: `${findProjects(root).length} projects` };
}
