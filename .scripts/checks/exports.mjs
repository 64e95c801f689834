// The public names of every entry, compared with the kept list: they change on purpose only.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { entriesOf, readJson, readPackages } from '../lib/workspace.mjs';
import { readEntry } from './entry-exports.mjs';

const snapshotFile = 'test/packaging/exports.snapshot.json';

export async function checkExports({ root, update = false }) {
  const problems = [];
  const names = {};
  for (const entry of readPackages(root)) {
    for (const [subpath, source] of Object.entries(entriesOf(entry))) {
      if (!existsSync(source)) {
        problems.push(
          `${relative(root, source)} is missing: write it or take "${subpath}" out of the exports`,
        );
        continue;
      }
      const found = readEntry(source);
      problems.push(...found.problems.map((problem) => `${relative(root, source)} ${problem}`));
      names[`${entry.name}${subpath.slice(1)}`] = { values: found.values, types: found.types };
    }
    problems.push(...publishedDiffers(entry));
  }
  const path = join(root, snapshotFile);
  if (update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(names, null, 2)}\n`);
  }
  const kept = existsSync(path) ? readJson(path) : {};
  problems.push(...compareNames(kept, names));
  return { problems, summary: `${Object.keys(names).length} entries` };
}

/** Workspace exports and published ones must offer the same entries. */
function publishedDiffers(entry) {
  const here = Object.keys(entry.manifest.exports ?? {});
  const published = Object.keys(entry.manifest.publishConfig?.exports ?? {});
  const differing = [...here, ...published].filter(
    (name) => !here.includes(name) || !published.includes(name),
  );
  return differing.map(
    (name) => `${entry.name}: "${name}" must be in "exports" and in "publishConfig.exports"`,
  );
}

/** Lists what was added, removed, or became a type or a value. */
export function compareNames(kept, found) {
  const problems = [];
  const remedy = 'run `pnpm check exports --update` if that is meant';
  for (const entry of new Set([...Object.keys(kept), ...Object.keys(found)])) {
    for (const kind of ['values', 'types']) {
      const before = kept[entry]?.[kind] ?? [];
      const after = found[entry]?.[kind] ?? [];
      const added = after.filter((name) => !before.includes(name));
      const removed = before.filter((name) => !after.includes(name));
      if (added.length > 0)
        problems.push(`${entry} has new ${kind}: ${added.join(', ')}; ${remedy}`);
      if (removed.length > 0)
        problems.push(`${entry} lost ${kind}: ${removed.join(', ')}; ${remedy}`);
    }
  }
  return problems;
}
