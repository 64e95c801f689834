/** Where programs of the system are that some tests need. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The paths of a program in the PATH, by any of its names; the first is the one that a shell would start. */
export function findPrograms(...names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((path) => existsSync(path));
}
