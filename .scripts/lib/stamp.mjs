// Says whether something has to be made again: a digest of what it is made from, kept beside it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTest, listFiles } from './workspace.mjs';

/** Digest of texts and of the contents (not times: a checkout changes those) of files. */
export function digest(texts, files) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\0`);
  for (const file of files) {
    hash.update(`${file}\0`);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

const shared = fileURLToPath(new URL('package-build.mjs', import.meta.url));

/** Everything a package is built from: sources without tests, manifest and build configuration. */
export function sourcesOf(entry) {
  const sources = listFiles(join(entry.dir, 'src')).filter((file) => !isTest(file));
  const configuration = ['package.json', 'tsup.config.ts', 'tsconfig.json'];
  return [...sources, ...configuration.map((name) => join(entry.dir, name)), shared];
}

export function isFresh(stamp, value, products) {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === value &&
    products.every((path) => existsSync(path))
  );
}

export function writeStamp(stamp, value) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, value);
}
