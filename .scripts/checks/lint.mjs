// Format and lint rules, by Biome.
import { join, relative } from 'node:path';
import { run } from '../lib/run.mjs';

export async function checkLint({ root, tools = root }) {
  const biome = join(tools, 'node_modules/@biomejs/biome/bin/biome');
  const options = ['--reporter=github', '--diagnostic-level=warn', '--max-diagnostics=200'];
  const { code, output } = await run(
    process.execPath,
    [biome, 'check', '--error-on-warnings', ...options, '.'],
    { cwd: root, quiet: true },
  );
  if (code === 0) return { problems: [], summary: 'formatted, imports sorted, no lint' };
  const problems = parseAnnotations(output, root);
  if (problems.length === 0) problems.push(output.trim());
  problems.push('run `npx biome check --write` for what it can repair');
  return { problems, summary: `${problems.length - 1} problems` };
}

/** `::error title=…,file=…,line=…::message` → `file:line rule: message`. */
export function parseAnnotations(output, root) {
  const lines = output.matchAll(/^::\w+ title=([^,]*),file=([^,]*),line=(\d+)[^:]*::(.*)$/gm);
  return [...lines].map(([, rule, file, line, message]) => {
    const path = relative(root, file);
    return rule === 'format' ? `${path} is not formatted` : `${path}:${line} ${rule}: ${message}`;
  });
}
