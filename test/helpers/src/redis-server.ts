/** A real Redis for one test file: in memory only, on a free port of loopback. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';
import { spawnServer } from './spawn-server.ts';

export interface RedisServer {
  readonly port: number;
  readonly version: string;
  stop(): Promise<void>;
}

/** The path of `redis-server`, or `undefined` where it is not installed. */
export function findRedis(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
}

export async function startRedis(): Promise<RedisServer> {
  const command = findRedis();
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
