import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, type Server, spawnServer } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pnpmVersion } from '../../.scripts/lib/run.mjs';
import { repository } from '../../.scripts/lib/workspace.mjs';

const folder = mkdtempSync(join(tmpdir(), 'wintergate-start-'));
const clone = join(folder, 'clone');

/** What a fresh clone of this working tree would hold. */
function cloneWorkingTree(): void {
  const options = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', options, { cwd: repository, encoding: 'utf8' }).split('\0');
  for (const file of files) {
    if (file === '' || !existsSync(join(repository, file))) continue;
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    copyFileSync(join(repository, file), join(clone, file));
  }
}

/** Starts as a newcomer does, with an empty package store, and waits until it answers. */
async function start(): Promise<{ server: Server; url: string; milliseconds: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = Date.now();
  const server = await spawnServer('npx', ['--yes', `pnpm@${pnpmVersion}`, 'start'], {
    cwd: clone,
    group: true,
    timeout: 90_000,
    ready: new RegExp(`127\\.0\\.0\\.1:${port}`),
    env: {
      ...Object.fromEntries(pnpmSettings().map((name) => [name, undefined])),
      CI: undefined,
      PORT: String(port),
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_STATE_HOME: join(folder, 'state'),
    },
  });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  return { server, url, milliseconds: Date.now() - began };
}

/** What the pnpm that runs the tests passes on to us. */
const pnpmSettings = (): string[] =>
  Object.keys(process.env).filter((name) =>
    /^(npm|pnpm)_(?!config_(registry|cache|userconfig)$)/i.test(name),
  );

function bytesIn(dir: string): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += bytesIn(path);
    else if (entry.isFile()) bytes += lstatSync(path).size;
  }
  return bytes;
}

beforeAll(cloneWorkingTree);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('pnpm start in a fresh clone', () => {
  it('answers within 60 s with nothing cached, installs at most 150 MB and no tools', async () => {
    const { server, milliseconds } = await start();
    await server.stop();
    expect(milliseconds).toBeLessThan(60_000);
    expect(bytesIn(join(clone, 'node_modules'))).toBeLessThan(150_000_000);
    for (const tool of ['vitest', 'typescript', '@biomejs']) {
      expect(existsSync(join(clone, 'node_modules', tool)), tool).toBe(false);
    }
  });

  it('answers within 3 s the second time, and drains when it is interrupted', async () => {
    const { server, url, milliseconds } = await start();
    expect(milliseconds).toBeLessThan(3_000);
    server.signal('SIGINT');
    await server.ended;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
