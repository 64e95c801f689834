// Type-checks every part of the workspace that has a tsconfig.json.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inParallel, run } from '../lib/run.mjs';

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

export async function checkTypes({ root, tools = root }) {
  const projects = findProjects(root);
  const tsc = join(tools, 'node_modules/typescript/bin/tsc');
  const jobs = projects.map((dir) => async () => {
    const name = relative(root, dir).replaceAll(/[/\\]/g, '-');
    const memory = [
      '--incremental',
      '--tsBuildInfoFile',
      join(root, '.cache/tsc', `${name}.tsbuildinfo`),
    ];
    const { code, output } = await run(
      process.execPath,
      [tsc, '-p', dir, '--pretty', 'false', ...memory],
      {
        cwd: root,
        quiet: true,
      },
    );
    if (code === 0) return [];
    const lines = output.split('\n').filter((line) => line !== '');
    return lines.length > 0 ? lines : [`${name}: tsc ended with ${code}`];
  });
  // Two projects may report the same line of a shared source.
  const problems = [...new Set((await inParallel(2, jobs)).flat())];
  return { problems, summary: `${projects.length} projects` };
}
