// Lays packages out as users get them from the registry: built files, published manifest.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCatalog, readPackages, repository } from './workspace.mjs';

/** The manifest after publishing: `publishConfig` applied, workspace and catalog ranges resolved. */
export function publishedManifest(entry, packages, catalog) {
  const {
    publishConfig = {},
    devDependencies: _development,
    scripts: _scripts,
    ...manifest
  } = entry.manifest;
  const { exports } = publishConfig;
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
    name,
    publishedRange(name, range, packages, catalog),
  ]);
  return {
    ...manifest,
    ...(exports === undefined ? {} : { exports }),
    ...(dependencies.length === 0 ? {} : { dependencies: Object.fromEntries(dependencies) }),
  };
}

function publishedRange(name, range, packages, catalog) {
  const sibling = packages.find((candidate) => candidate.name === name);
  if (sibling !== undefined) {
    return range.replace('workspace:', '').concat(sibling.manifest.version);
  }
  return range === 'catalog:' ? catalog[name] : range;
}

/**
 * Writes `<dir>/node_modules/@wintergate/*` and `wintergate` from the built `dist` of every package, and
 * links what those packages import from npm. Code in `dir` may then run on Node, Bun and Deno.
 *
 * @param options `root`; `links`: `{ name: folder }`, further packages to link.
 */
export function stagePackages(dir, options = {}) {
  const root = options.root ?? repository;
  const packages = readPackages(root);
  const catalog = readCatalog(root);
  const modules = join(dir, 'node_modules');
  const links = new Map();
  mkdirSync(dir, { recursive: true });
  // Without one Deno does not look into node_modules.
  if (!existsSync(join(dir, 'package.json'))) {
    writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }\n');
  }
  for (const entry of packages) {
    const home = join(modules, entry.name);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    if (!existsSync(join(entry.dir, 'dist')))
      throw new Error(`Build "${entry.name}" first: it has no "dist"`);
    cpSync(join(entry.dir, 'dist'), join(home, 'dist'), { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      `${JSON.stringify(publishedManifest(entry, packages, catalog), null, 2)}\n`,
    );
    for (const name of importedFromNpm(entry, packages))
      links.set(name, join(entry.dir, 'node_modules', name));
  }
  for (const [name, target] of [...links, ...Object.entries(options.links ?? {})])
    link(modules, name, target);
}

function importedFromNpm(entry, packages) {
  const { dependencies = {}, peerDependencies = {} } = entry.manifest;
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  return names.filter((name) => !packages.some((candidate) => candidate.name === name));
}

function link(modules, name, target) {
  if (!existsSync(target)) return;
  const path = join(modules, name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path, 'junction');
}
