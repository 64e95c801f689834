/** Examples as a user has them: in a folder of their own, with the packages as published. */
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stagePackages } from '@wintergate/test-helpers';

const here = join(import.meta.dirname, '..');
const examples = join(here, '../../examples');

export interface StagedExample {
  readonly dir: string;
  remove(): Promise<void>;
}

/**
 * Puts an example into a fresh folder, with the built packages and what it takes from npm.
 *
 * @param options.place where to; default: inside here.
 * @param options.copies real folders instead of links, for tools that check what is installed.
 */
export async function stageExample(
  name: string,
  { place = join(here, '.stage'), copies = false } = {},
): Promise<StagedExample> {
  await mkdir(place, { recursive: true });
  const dir = await mkdtemp(join(place, `${name}-`));
  const from = join(examples, name);
  const isSource = (path: string): boolean => !path.includes('node_modules');
  await cp(from, dir, { recursive: true, filter: isSource });
  stagePackages(dir);
  const path = join(dir, 'package.json');
  const manifest = await readJson(path);
  for (const kind of ['dependencies', 'devDependencies']) {
    for (const dependency of Object.keys(manifest[kind] ?? {})) {
      const target = join(dir, 'node_modules', dependency);
      if (!dependency.startsWith('@wintergate/')) {
        await install(await realpath(join(from, 'node_modules', dependency)), target, copies);
      }
      const installed = await readJson(join(target, 'package.json'));
      manifest[kind][dependency] = installed.version;
    }
  }
  await writeFile(path, JSON.stringify(manifest, null, 2));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

async function install(source: string, target: string, copies: boolean): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  if (!copies) return symlink(source, target, 'junction');
  await cp(source, target, { recursive: true });
  const { name, dependencies } = await readJson(join(source, 'package.json'));
  // pnpm keeps what a package needs beside it; here everything lies flat.
  const [theirs, ours] = [source, target].map((path) => path.slice(0, -name.length));
  for (const dependency of Object.keys(dependencies ?? {})) {
    await install(
      await realpath(join(theirs ?? '', dependency)),
      join(ours ?? '', dependency),
      true,
    );
  }
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}
