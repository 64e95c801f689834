// Lays the built packages out as users get them, so that what is measured is what is published.
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagePackages } from '../../.scripts/lib/stage.mjs';

const stageDirectory = fileURLToPath(new URL('../.stage/', import.meta.url));
let staged = false;

/**
 * Copies a file to where `@wintergate/*` resolves to the built packages.
 *
 * @returns the path of the copy, which node and bun can run and `import()` can load.
 */
export function stage(file) {
  mkdirSync(stageDirectory, { recursive: true });
  if (!staged) stagePackages(stageDirectory);
  staged = true;
  const copy = join(stageDirectory, basename(file));
  copyFileSync(file, copy);
  return copy;
}
