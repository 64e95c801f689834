// Measures what an entry adds to somebody's bundle, and compares it with its ceiling.
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { externalsOf } from '../lib/bundle.mjs';
import { entriesOf, readPackages } from '../lib/workspace.mjs';
import { limitOf } from './size-limits.mjs';

/** Bytes of one entry: bundled, minified, gzipped; npm's and the workspace's packages outside. */
export async function measure(source, packages) {
  const { build, stop } = await import('esbuild');
  const result = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: [...externalsOf(packages), '@wintergate/*', 'node:*'],
    logLevel: 'silent',
  });
  await stop();
  return gzipSync(result.outputFiles[0].contents, { level: 9 }).length;
}

/** `{ entry, bytes, limit }` of every entry of every package; `limit` undefined where there is none. */
export async function measureAll(root, limits = limitOf) {
  const packages = readPackages(root);
  const sizes = [];
  for (const entry of packages) {
    for (const [subpath, source] of Object.entries(entriesOf(entry))) {
      if (!existsSync(source)) continue;
      const name = `${entry.name}${subpath.slice(1)}`;
      const limit = limits(name);
      const failed = (error) => ({ entry: name, limit, problem: error.message });
      sizes.push(
        await measure(source, packages).then((bytes) => ({ entry: name, limit, bytes }), failed),
      );
    }
  }
  return sizes;
}

export async function checkSizes({ root, limits }) {
  const sizes = await measureAll(root, limits);
  const problems = sizes.flatMap(({ entry, bytes, limit, problem }) => {
    if (problem !== undefined) return [`${entry} cannot be bundled: ${problem}`];
    if (limit === undefined || bytes <= limit) return [];
    return [`${entry} is ${bytes} bytes, ${bytes - limit} over its ${limit}: make it smaller`];
  });
  const limited = sizes.filter(({ bytes, limit }) => bytes !== undefined && limit !== undefined);
  const short = ({ entry, bytes, limit }) =>
    `${entry.replace('@wintergate/', '')} ${(bytes / 1000).toFixed(1)}/${limit / 1000}`;
  return { problems, summary: `kB: ${limited.map(short).join(', ')}` };
}
