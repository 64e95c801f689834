/** Packs every package and installs all tarballs by npm in an empty folder, once for all test files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installTarballs, packAll, type Tarball } from './pack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed packages. */
    tarballs: Tarball[];
    /** The folder in which they are installed. */
    consumer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  // Outside the repository, so that nothing is found by accident in a node_modules above.
  const folder = mkdtempSync(join(tmpdir(), 'wintergate-packaging-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const tarballs = await packAll(folder);
    const consumer = join(folder, 'consumer');
    await installTarballs(consumer, tarballs);
    project.provide('tarballs', tarballs);
    project.provide('consumer', consumer);
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
