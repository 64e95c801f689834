/** A real Redis for one test file: in memory only, on a free port of loopback. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPrograms } from './find-program.ts';
import { freePort } from './free-port.ts';
import { spawnServer } from './spawn-server.ts';

export interface RedisServer {
  readonly port: number;
  readonly version: string;
  stop(): Promise<void>;
}

/**
 * The path of a `redis-server` in the PATH or, for tests that need a newer one than the system has, the one that
 * `WINTERGATE_REDIS_8` names.
 *
 * @param atLeast the major version that will do.
 * @returns `undefined` where there is none.
 */
export function findRedis(atLeast = 0): string | undefined {
  const named = process.env['WINTERGATE_REDIS_8'] ?? '';
  const paths = findPrograms('redis-server');
  if (existsSync(named)) paths.push(named);
  return paths.find((path) => isNew(path, atLeast));
}

function isNew(path: string, atLeast: number): boolean {
  if (atLeast === 0) return true;
  const text = execFileSync(path, ['--version'], { encoding: 'utf8' });
  return Number(/v=(\d+)/.exec(text)?.[1] ?? 0) >= atLeast;
}

/** @param atLeast as for {@link findRedis}. */
export async function startRedis(atLeast = 0): Promise<RedisServer> {
  const command = findRedis(atLeast);
  if (command === undefined) throw new Error('Cannot find redis-server: install it by apt');
  const port = await freePort();
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = await spawnServer(command, options, { ready: /[Rr]eady to accept connections/ });
  const version = /Redis version=([\d.]+)/.exec(server.output())?.[1] ?? 'unknown';
  return { port, version, stop: server.stop };
}
