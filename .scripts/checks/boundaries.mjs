// Who may import whom (DESIGN, section 1), and what no source may do.
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { entriesOf, isTest, listFiles, readPackages } from '../lib/workspace.mjs';
import { findForbiddenCalls } from './forbidden-calls.mjs';
import { packageOf, reachableFrom, readImports } from './imports.mjs';

const feature = ['@wintergate/core', '@wintergate/wire'];
/** Arrows run downward only; feature packages never import one another. */
export const allowed = {
  '@wintergate/core': [],
  '@wintergate/wire': ['@wintergate/core'],
  '@wintergate/providers': ['@wintergate/core', '@wintergate/wire'],
  '@wintergate/semantic-cache': feature,
  '@wintergate/ratelimit': feature,
  '@wintergate/prompt-guard': feature,
  '@wintergate/logger': feature,
  '@wintergate/router': [...feature, '@wintergate/providers'],
  '@wintergate/failover': [...feature, '@wintergate/providers'],
};
/** Entries whose reach may use Node's modules. */
const nodeEntries = { '@wintergate/core': ['./node'], wintergate: 'all' };

const isBuiltin = (specifier) =>
  specifier.startsWith('node:') || builtinModules.includes(specifier);

export async function checkBoundaries({ root }) {
  const problems = [];
  let files = 0;
  const packages = readPackages(root);
  for (const entry of packages) {
    const published = listFiles(`${entry.dir}/src`).filter(
      (path) => path.endsWith('.ts') && !isTest(path),
    );
    const sources = published.filter((path) => !isTestSupport(path));
    problems.push(...reachedSupport(entry, root));
    files += sources.length;
    // A package also depends on what its siblings leave to it as a peer.
    const used = new Set(
      packages
        .filter(({ name }) => entry.internal.includes(name))
        .flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {})),
    );
    for (const path of sources) {
      const say = (line, text) => problems.push(`${relative(root, path)}:${line} ${text}`);
      for (const { specifier, line } of readImports(path))
        checkImport(entry, path, specifier, line, say, used);
      for (const { line, name } of findForbiddenCalls(path)) {
        say(line, `calls ${name}(): read bodies through the context, watch replies with a stage`);
      }
    }
    problems.push(...misusedBuiltins(entry, root, sources), ...heavyInMain(entry, root));
    for (const name of Object.keys(entry.manifest.dependencies ?? {})) {
      if (!used.has(name))
        problems.push(`${entry.name} declares "${name}" and never imports it: remove it`);
    }
  }
  return { problems, summary: `${files} files` };
}

/** What tests share: it imports vitest itself, and no entry may reach it. */
const isTestSupport = (path) => readImports(path).some(({ specifier }) => specifier === 'vitest');

function reachedSupport(entry, root) {
  const reached = Object.values(entriesOf(entry)).flatMap((source) => reachableFrom(source));
  const support = [...new Set(reached)].filter(isTestSupport);
  return support.map((path) => `${relative(root, path)} imports "vitest" and is part of an entry`);
}

function checkImport(entry, path, specifier, line, say, used) {
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(path), specifier);
    if (!target.startsWith(`${entry.dir}/`)) say(line, `leaves its package: "${specifier}"`);
    else if (!existsSync(target))
      say(line, `imports "${specifier}", which is not a file: write the ".ts" ending`);
    return;
  }
  if (isBuiltin(specifier)) return;
  const name = packageOf(specifier);
  used.add(name);
  const may = allowed[entry.name];
  if (name.startsWith('@wintergate/') && may !== undefined && !may.includes(name)) {
    say(
      line,
      `imports "${name}", which ${entry.name} may not: meet through context keys, events or headers`,
    );
  }
  const { dependencies = {}, peerDependencies = {} } = entry.manifest;
  if (!(name in dependencies) && !(name in peerDependencies) && name !== entry.name) {
    say(line, `imports "${name}", which its package.json does not declare`);
  }
}

/** `node:` only where an allowed entry reaches and no other does. */
function misusedBuiltins(entry, root, sources) {
  const permitted = nodeEntries[entry.name] ?? [];
  if (permitted === 'all') return [];
  const portable = Object.entries(entriesOf(entry)).filter(([name]) => !permitted.includes(name));
  const reached = new Map(
    portable.flatMap(([name, source]) => reachableFrom(source).map((path) => [path, name])),
  );
  const fromNode = new Set(
    permitted.flatMap((name) => reachableFrom(entriesOf(entry)[name] ?? '')),
  );
  const problems = [];
  for (const path of sources) {
    for (const { specifier, line } of readImports(path)) {
      if (!isBuiltin(specifier)) continue;
      const where = `${relative(root, path)}:${line} imports "${specifier}"`;
      if (reached.has(path))
        problems.push(`${where} and is reached from "${reached.get(path)}": only core/node may`);
      else if (!fromNode.has(path)) problems.push(`${where}: only core/node and wintergate may`);
    }
  }
  return problems;
}

/** An optional peer stays out of the main entry, so that nobody needs it who does not use it. */
function heavyInMain(entry, root) {
  const main = entriesOf(entry)['.'];
  const optional = Object.keys(entry.manifest.peerDependenciesMeta ?? {});
  if (main === undefined || optional.length === 0) return [];
  return reachableFrom(main).flatMap((path) =>
    readImports(path)
      .filter(({ specifier }) => optional.includes(packageOf(specifier)))
      .map(
        ({ specifier, line }) =>
          `${relative(root, path)}:${line} brings "${specifier}" into the main entry`,
      ),
  );
}
