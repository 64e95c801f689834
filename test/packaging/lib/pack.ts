/** Packs with pnpm, as a release would, and installs with npm, as a user would. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inParallel, pnpm, run } from '../../../.scripts/lib/run.mjs';
import { readPackages } from '../../../.scripts/lib/workspace.mjs';
import { readTar } from './tar.ts';

export interface Tarball {
  readonly name: string;
  /** Folder name in packages/. */
  readonly folder: string;
  readonly path: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  /** The published manifest. */
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Record<string, { types: string; default: string }>;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

export async function packAll(folder: string): Promise<Tarball[]> {
  const jobs = readPackages().map((entry) => async () => {
    const path = join(folder, `${entry.folder}.tgz`);
    const { code, output } = await pnpm(['pack', '--out', path], { cwd: entry.dir, quiet: true });
    if (code !== 0) throw new Error(`Cannot pack ${entry.name}: ${output}`);
    const files = readTar(gunzipSync(readFileSync(path)));
    const names = [...files.keys()].map((name) => name.replace('package/', '')).sort();
    const manifest = JSON.parse(files.get('package/package.json')?.toString() ?? '{}') as Manifest;
    return { name: entry.name, folder: entry.folder, path, files: names, manifest };
  });
  return inParallel(2, jobs);
}

/** What a user of every entry has installed beside: the optional peers, in the versions tested here. */
function peersOf(): string[] {
  const peers = new Map<string, string>();
  for (const { dir, manifest } of readPackages()) {
    for (const name of Object.keys(manifest.peerDependencies ?? {})) {
      const path = join(dir, 'node_modules', name, 'package.json');
      // Used by its shape alone, and too heavy to be had here.
      if (!existsSync(path)) continue;
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      peers.set(name, version);
    }
  }
  return [...peers].map(([name, version]) => `${name}@${version}`);
}

export async function installTarballs(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "consumer", "private": true, "type": "module" }\n',
  );
  const paths = tarballs.map(({ path }) => path);
  const options = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  ];
  const { code, output } = await run('npm', ['install', ...options, ...paths, ...peersOf()], {
    cwd: folder,
    quiet: true,
    // The pnpm that runs the tests passes its own settings on, which npm does not know.
    env: Object.fromEntries(npmSettings().map((name) => [name, undefined])),
  });
  if (code !== 0) throw new Error(`Cannot install the tarballs: ${output}`);
}

const npmSettings = (): string[] =>
  Object.keys(process.env).filter((name) =>
    /^npm_(?!config_(registry|cache|userconfig)$)/i.test(name),
  );
