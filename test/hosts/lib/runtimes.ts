/**
 * Where the runtimes are. They come from npm as platform packages, so that nothing of the machine's
 * own is used, and are called by path: a `.bin/node` would decide for everything else.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../node_modules');

const packaged: Readonly<Record<string, string>> = {
  bun: 'bun-linux-x64/bin/bun',
  deno: 'deno-linux-x64/deno',
  node20: 'node20-linux-x64/bin/node',
  node22: 'node22-linux-x64/bin/node',
  node24: 'node24-linux-x64/bin/node',
  node26: 'node26-linux-x64/bin/node',
  vercel: 'vercel/dist/vc.js',
  workerd: 'workerd-linux-64/bin/workerd',
};

export type Runtime =
  | 'node20'
  | 'node22'
  | 'node24'
  | 'node26'
  | 'bun'
  | 'deno'
  | 'workerd'
  | 'vercel';

/**
 * The executable, or `undefined` where its package is not installed (another platform).
 * `WINTERGATE_BUN=/path/to/bun` and the like name one instead.
 */
export function findRuntime(runtime: Runtime): string | undefined {
  const named = process.env[`WINTERGATE_${runtime.toUpperCase()}`];
  if (named !== undefined && named !== '') return named;
  const path = join(modules, packaged[runtime] ?? '');
  return existsSync(path) ? path : undefined;
}

/** Whether whatever is missing is a failure rather than a line in the report. */
export const requireAll: boolean = process.env['WINTERGATE_REQUIRE'] === 'all';
