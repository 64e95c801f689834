// Portkey, Upstash's cache and Bun: an install of their own, so that nobody else has to download them.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pnpm } from '../../.scripts/lib/run.mjs';
import { hasRuntime } from './runtimes.mjs';
import { portkey, upstashCache } from './subjects.mjs';

/** @throws when the install fails. */
export async function installPeers() {
  if ([portkey, upstashCache].every(existsSync) && hasRuntime('bun')) return;
  const { code } = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: fileURLToPath(new URL('../peers/', import.meta.url)),
  });
  if (code !== 0) throw new Error('Cannot install the peers: see the lines above');
}
