// Publint on every package as it would be published.
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stagePackages } from '../lib/stage.mjs';
import { readJson, readPackages } from '../lib/workspace.mjs';

export async function checkPublint({ root, tools = root }) {
  const packages = readPackages(root);
  const unbuilt = packages.filter((entry) => !existsSync(join(entry.dir, 'dist')));
  if (unbuilt.length > 0) {
    const problems = unbuilt.map(
      (entry) => `${entry.name} has no "dist": run \`pnpm build\` and see what fails`,
    );
    return { problems, summary: `${packages.length} packages` };
  }
  const stage = join(root, '.cache/publint');
  rmSync(stage, { recursive: true, force: true });
  stagePackages(stage, { root });
  const require = createRequire(join(tools, 'package.json'));
  const { publint } = await import(pathToFileURL(require.resolve('publint')).href);
  const { formatMessage } = await import(pathToFileURL(require.resolve('publint/utils')).href);
  const problems = [];
  for (const { name } of packages) {
    const pkgDir = join(stage, 'node_modules', name);
    const { messages } = await publint({ pkgDir, pack: false, strict: true });
    const manifest = readJson(join(pkgDir, 'package.json'));
    for (const message of messages)
      problems.push(`${name}: ${formatMessage(message, manifest, { color: false })}`);
  }
  return { problems, summary: `${packages.length} packages` };
}
