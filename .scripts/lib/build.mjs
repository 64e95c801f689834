// Builds packages with tsup: JavaScript and bundled types, at most two at a time.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { digest, isFresh, sourcesOf, writeStamp } from './stamp.mjs';
import { entriesOf, readPackages, repository, withDependencies } from './workspace.mjs';

/**
 * Builds the named packages (folder or full name; all without names) and what they depend on.
 *
 * @param options `names`, `force`, `root`, `log`.
 * @returns whether every build succeeded.
 */
export async function buildPackages(options = {}) {
  const root = options.root ?? repository;
  const all = readPackages(root);
  const wanted = selectPackages(all, options.names ?? []);
  const state = {
    root,
    log: options.log ?? console.log,
    force: options.force ?? false,
    values: new Map(),
  };
  return withLock(join(root, '.cache/build.lock'), () => buildInOrder(wanted, state));
}

function selectPackages(all, names) {
  if (names.length === 0) return all;
  const wanted = new Set();
  for (const name of names) {
    const entry = all.find((candidate) => candidate.folder === name || candidate.name === name);
    if (entry === undefined) throw new Error(`Cannot find the package: "${name}"`);
    for (const { name: needed } of withDependencies(all, entry.name)) wanted.add(needed);
  }
  return all.filter((entry) => wanted.has(entry.name));
}

/** Two at a time; types of a package may contain its dependencies' types, so those come first. */
async function buildInOrder(wanted, state) {
  const done = new Map();
  const waiting = [...wanted];
  let running = 0;
  return new Promise((resolve) => {
    const advance = () => {
      if (waiting.length === 0 && running === 0) resolve([...done.values()].every(Boolean));
      while (running < 2) {
        const index = waiting.findIndex((entry) => entry.internal.every((name) => done.has(name)));
        if (index === -1) return;
        const [entry] = waiting.splice(index, 1);
        running += 1;
        buildOne(entry, state)
          .catch((error) => state.log(`failed  ${entry.name}: ${error.message}`))
          .then((ok) => {
            running -= 1;
            done.set(entry.name, ok === true);
            advance();
          });
      }
    };
    advance();
  });
}

async function buildOne(entry, state) {
  const inherited = entry.internal.map((name) => state.values.get(name) ?? '');
  const value = digest(inherited, [...sourcesOf(entry), join(state.root, 'tsconfig.json')]);
  state.values.set(entry.name, value);
  const stamp = join(state.root, '.cache/build', `${entry.folder}.stamp`);
  if (!state.force && isFresh(stamp, value, productsOf(entry))) return true;
  const absent = Object.entries(entriesOf(entry)).filter(([, source]) => !existsSync(source));
  if (absent.length > 0) {
    state.log(
      `failed  ${entry.name}: cannot find the source of ${absent.map(([name]) => `"${name}"`).join(', ')}`,
    );
    return false;
  }
  const started = Date.now();
  const tsup = join(entry.dir, 'node_modules/tsup/dist/cli-default.js');
  // Made aside and moved in whole, so that nobody who runs it meets half a build.
  const made = '.cache/dist';
  const options = { cwd: entry.dir, quiet: true };
  const { code, output } = await run(
    process.execPath,
    [tsup, '--silent', '--out-dir', made],
    options,
  );
  if (code !== 0) {
    state.log(`failed  ${entry.name}\n${output.trimEnd()}`);
    return false;
  }
  rmSync(join(entry.dir, 'dist'), { recursive: true, force: true });
  renameSync(join(entry.dir, made), join(entry.dir, 'dist'));
  writeStamp(stamp, value);
  state.log(`built   ${entry.name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** Every file that the published manifest names. */
export function productsOf(entry) {
  const targets = Object.values(entry.manifest.publishConfig?.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const bins = Object.values(entry.manifest.bin ?? {});
  return [...targets, ...bins].map((path) => join(entry.dir, path));
}
