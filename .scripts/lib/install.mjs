// Two installs: what the gateway needs alone (about 20 MB), and everything for tests and checks.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pnpm } from './run.mjs';
import { readCatalog, readJson, readPackages, repository, withDependencies } from './workspace.mjs';

const scripts = '@wintergate/scripts';

/**
 * Names what the gateway needs and does not find where Node looks for it, in the version asked for.
 */
export function missingForStart(root = repository) {
  const catalog = readCatalog(root);
  const gateway = withDependencies(readPackages(root), 'wintergate');
  const tools = {
    dir: join(root, '.scripts'),
    manifest: readJson(join(root, '.scripts/package.json')),
  };
  const missing = [];
  for (const { dir, manifest } of [...gateway, tools]) {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      const path = join(dir, 'node_modules', name, 'package.json');
      if (!existsSync(path)) missing.push(name);
      else if (range === 'catalog:' && readJson(path).version !== catalog[name]) missing.push(name);
    }
  }
  return missing;
}

/** Whether tools for tests and checks are here: an install that `start` must leave as it is. */
function isFullyInstalled(root) {
  return existsSync(join(root, 'node_modules/vitest/package.json'));
}

/** Installs what the gateway needs, unless it is there. */
export async function installForStart(root = repository) {
  const missing = missingForStart(root);
  if (missing.length === 0) return;
  const filter = ['--prod', '--filter-prod', 'wintergate...', '--filter', scripts];
  // pnpm removes what a narrower install does not ask for, so a full one is only ever completed.
  const args = isFullyInstalled(root) ? [] : filter;
  const names = new Set(missing.filter((name) => !name.startsWith('@wintergate/')));
  console.log(`Installing ${[...names].join(', ') || 'what is missing'} …`);
  await install([...args, '--reporter=append-only', '--loglevel=warn'], root);
}

/** Installs everything in the lockfile: tests, checks, runtimes and SDKs. */
export async function installAll(root = repository) {
  await install(['--reporter=append-only'], root);
}

/** As `installAll`, for commands that can do nothing without it. */
export async function installAllOrExit() {
  await installAll().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}

async function install(args, root) {
  // Its hashes say what is installed. Asking the registry about the age of every package in it again
  // took more than a minute with a cold cache.
  const trust = '--config.trustLockfile=true';
  const { code } = await pnpm(['install', '--frozen-lockfile', trust, ...args], { cwd: root });
  if (code !== 0) throw new Error('Install failed: see the lines above');
}

/** Loads a package from the repository's own tools, such as `typescript`. */
export function loadTool(name) {
  return createRequire(join(repository, 'package.json'))(name);
}
