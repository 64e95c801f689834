/** A real browser without a window, for one page on loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Browser {
  readonly version: string;
  /** What it printed, for when the page says nothing. */
  output(): string;
  stop(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of a Chromium in the PATH; `undefined` where there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Opens a page. Nothing but loopback can be reached from it. */
export async function openPage(url: string): Promise<Browser> {
  const command = findBrowser();
  if (command === undefined) throw new Error('Cannot find Chromium: install it by apt');
  const profile = await mkdtemp(join(tmpdir(), 'wintergate-browser-'));
  const child = spawn(
    command,
    [
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
      url,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const print = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', print);
  child.stderr.on('data', print);
  child.once('error', (error) => print(Buffer.from(error.message)));
  const version = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  return {
    version: /\d[\d.]*/.exec(version)?.[0] ?? 'unknown',
    output: () => printed,
    async stop() {
      await end(child);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(late);
}
