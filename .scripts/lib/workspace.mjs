// What is in the workspace: packages in dependency order, their manifests and their files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const repository = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** `{ name: version }` of the catalog in pnpm-workspace.yaml. */
export function readCatalog(root = repository) {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const block = /^catalog:\n((?: .*\n?)*)/m.exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/^ +['"]?([^'":\s]+)['"]?: *['"]?([^'"\s]+)/gm)].map((match) => [
      match[1],
      match[2],
    ]),
  );
}

/**
 * Reads `packages/*`, each before those that depend on it.
 *
 * @returns `{ name, folder, dir, manifest, internal }`; `internal` names the workspace packages it depends on.
 */
export function readPackages(root = repository) {
  const base = join(root, 'packages');
  const found = new Map();
  for (const folder of readdirSync(base).sort()) {
    const dir = join(base, folder);
    if (!existsSync(join(dir, 'package.json'))) continue;
    const manifest = readJson(join(dir, 'package.json'));
    found.set(manifest.name, { name: manifest.name, folder, dir, manifest, internal: [] });
  }
  for (const entry of found.values()) {
    entry.internal = Object.keys(entry.manifest.dependencies ?? {}).filter((name) =>
      found.has(name),
    );
  }
  const ordered = new Map();
  const visit = (entry) => {
    if (ordered.has(entry.name)) return;
    for (const name of entry.internal) visit(found.get(name));
    ordered.set(entry.name, entry);
  };
  for (const entry of found.values()) visit(entry);
  return [...ordered.values()];
}

/** The package and everything in the workspace that it needs, dependencies first. */
export function withDependencies(packages, name) {
  const wanted = new Set();
  const visit = (current) => {
    if (wanted.has(current)) return;
    wanted.add(current);
    for (const next of packages.find((entry) => entry.name === current).internal) visit(next);
  };
  visit(name);
  return packages.filter((entry) => wanted.has(entry.name));
}

/** All files below a folder, sorted, without `node_modules`, `dist` and dot-folders. */
export function listFiles(dir) {
  if (!existsSync(dir)) return [];
  const files = [];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.'))
      continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) files.push(...listFiles(path));
    else files.push(path);
  }
  return files.sort();
}

/** Whether a file is a test or belongs to tests only. */
export const isTest = (path) =>
  /\.(test|test-d|bench)\.[cm]?[jt]sx?$|[/\\](fixtures|testing)[/\\]/.test(path);

/** `{ entry: source path }` of a package, such as `{ './node': '<dir>/src/node.ts' }`. */
export function entriesOf(entry) {
  return Object.fromEntries(
    Object.entries(entry.manifest.exports ?? {})
      .filter(([, target]) => typeof target === 'string' && target.endsWith('.ts'))
      .map(([name, target]) => [name, join(entry.dir, target)]),
  );
}
