// Measures what an entry adds to somebody's bundle, and compares it with its ceiling.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { externalsOf, gzippedSize } from '../lib/bundle.mjs';
import { entriesOf, readPackages } from '../lib/workspace.mjs';
import { limitOf } from './size-limits.mjs';
import { checkTable } from './size-table.mjs';

/** Bytes of these entries in one: bundled, minified, gzipped; npm's and the workspace's packages outside. */
export async function measure(sources, packages) {
  const contents = sources.map((source) => `export * from ${JSON.stringify(source)};`).join('\n');
  const outside = [...externalsOf(packages), '@wintergate/*', 'node:*'];
  return gzippedSize(contents, dirname(sources[0]), outside);
}

/**
 * `{ entry, bytes, limit }` of every entry of every package; `limit` undefined where there is none. An
 * entry beside a package's main counts with what it adds to the main, which nobody leaves out.
 */
export async function measureAll(root, limits = limitOf) {
  const packages = readPackages(root);
  const sizes = [];
  for (const entry of packages) {
    const entries = Object.entries(entriesOf(entry)).filter(([, source]) => existsSync(source));
    const main = entries.find(([subpath]) => subpath === '.')?.[1];
    for (const [subpath, source] of entries) {
      const name = `${entry.name}${subpath.slice(1)}`;
      const limit = limits(name);
      const failed = (error) => ({ entry: name, limit, problem: error.message });
      sizes.push(
        await added(resolve(source), main && resolve(main), packages).then(
          (bytes) => ({ entry: name, limit, bytes }),
          failed,
        ),
      );
    }
  }
  return sizes;
}

async function added(source, main, packages) {
  if (main === undefined || main === source) return measure([source], packages);
  return (await measure([main, source], packages)) - (await measure([main], packages));
}

export async function checkSizes({ root, limits, update = false }) {
  const sizes = await measureAll(root, limits);
  const problems = sizes.flatMap(({ entry, bytes, limit, problem }) => {
    if (problem !== undefined) return [`${entry} cannot be bundled: ${problem}`];
    if (limit === undefined || bytes <= limit) return [];
    return [`${entry} is ${bytes} bytes, ${bytes - limit} over its ${limit}: make it smaller`];
  });
  problems.push(...(await checkTable(root, sizes, update)));
  const limited = sizes.filter(({ bytes, limit }) => bytes !== undefined && limit !== undefined);
  const short = ({ entry, bytes, limit }) =>
    `${entry.replace('@wintergate/', '')} ${(bytes / 1000).toFixed(1)}/${limit / 1000}`;
  return { problems, summary: `kB: ${limited.map(short).join(', ')}` };
}
