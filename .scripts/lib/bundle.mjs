// Bundles the gateway's command for `start`: workspace packages inside, everything from npm outside.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digest, isFresh, sourcesOf, writeStamp } from './stamp.mjs';
import { readPackages, repository, withDependencies } from './workspace.mjs';

/** Names from npm that packages may import; each also with its sub-paths. */
export function externalsOf(packages) {
  const workspace = new Set(packages.map((entry) => entry.name));
  const names = packages.flatMap(({ manifest }) => [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const external = [...new Set(names)].filter((name) => !workspace.has(name));
  return external.flatMap((name) => [name, `${name}/*`]);
}

/**
 * Makes `packages/wintergate/.cache/cli.js` unless it is up to date, and returns its path. It is as deep
 * as the published `dist/cli.js`, so files beside it are found the same way; that one stays unbundled.
 */
export async function bundleCli(root = repository) {
  const packages = withDependencies(readPackages(root), 'wintergate');
  const home = packages.at(-1).dir;
  const [entry, output, stamp] = ['src/cli.ts', '.cache/cli.js', '.cache/cli.stamp'].map((path) =>
    join(home, path),
  );
  if (!existsSync(entry)) throw new Error(`Cannot find the gateway's command: "${entry}"`);
  const scripts = readFileSync(join(root, '.scripts/package.json'), 'utf8');
  const value = digest([scripts], packages.flatMap(sourcesOf));
  if (isFresh(stamp, value, [output])) return output;
  const { build, stop } = await import('esbuild');
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: externalsOf(packages),
    logLevel: 'warning',
  });
  // Its service process would otherwise live as long as the gateway.
  await stop();
  writeStamp(stamp, value);
  return output;
}

/** Bytes of this source in one file: bundled, minified, gzipped. */
export async function gzippedSize(contents, resolveDir, external) {
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external,
    logLevel: 'silent',
  });
  await stop();
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
