/** A real browser without a window, for one page on loopback. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms, spawnServer } from '@wintergate/test-helpers';

export interface Browser {
  /** What it printed, for when the page says nothing. */
  output(): string;
  stop(): Promise<void>;
}

/** The first start of a fresh profile on a busy machine. */
const timeout = 60_000;

/** The path of a Chromium in the PATH; `undefined` where there is none. */
export function findBrowser(): string | undefined {
  return findPrograms('chromium', 'chromium-browser', 'google-chrome')[0];
}

/** Opens a page. Nothing but loopback can be reached from it. */
export async function openPage(url: string): Promise<Browser> {
  const command = findBrowser();
  if (command === undefined) throw new Error('Cannot find Chromium: install it by apt');
  const profile = await mkdtemp(join(tmpdir(), 'wintergate-browser-'));
  const flags = [
    '--headless=new',
    // Root may not run it otherwise, and containers have little shared memory.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    `--user-data-dir=${profile}`,
    // On a free port; that it listens says that it runs.
    '--remote-debugging-port=0',
    url,
  ];
  const ready = /DevTools listening/;
  const server = await spawnServer(command, flags, { ready, timeout, group: true });
  return {
    output: server.output,
    async stop() {
      await server.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
