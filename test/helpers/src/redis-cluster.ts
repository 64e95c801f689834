/** A cluster of real Redis servers for one test file: each in memory only, on free ports of loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { findRedis } from './redis-server.ts';
import { type Server, spawnServer } from './spawn-server.ts';

export interface RedisCluster {
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** The first version whose servers take slots by the range and a port of their own to talk to each other. */
export const clusterVersion = 7;
const slots = 16_384;
const patience = { tries: 200, pauseMs: 50 };

/** Starts so many masters, which share the slots, and waits until each knows of all. */
export async function startRedisCluster(size: number): Promise<RedisCluster> {
  const command = findRedis(clusterVersion);
  if (command === undefined) throw new Error('Cannot find redis-server 7: install it by apt');
  const folder = mkdtempSync(join(tmpdir(), 'wintergate-redis-'));
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const nodes: { port: number; bus: number }[] = [];
    for (let at = 0; at < size; at++) {
      const node = { port: await freePort(), bus: await freePort() };
      nodes.push(node);
      const options = {
        ...{ port: node.port, 'cluster-port': node.bus, bind: '127.0.0.1', dir: folder },
        ...{ save: '', appendonly: 'no', 'cluster-enabled': 'yes' },
        'cluster-config-file': `${at}.conf`,
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
      servers.push(await spawnServer(command, args, { ready: /[Rr]eady to accept connections/ }));
    }
    for (const [at, { port, bus }] of nodes.entries()) {
      const from = Math.floor((slots * at) / size);
      const to = Math.floor((slots * (at + 1)) / size) - 1;
      await tell(port, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
      await tell(nodes[0]?.port ?? port, `CLUSTER MEET 127.0.0.1 ${port} ${bus}`);
    }
    for (const { port } of nodes) await untilWhole(port, size);
    return { ports: nodes.map(({ port }) => port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilWhole(port: number, size: number): Promise<void> {
  let info = '';
  for (let tried = 0; tried < patience.tries; tried++) {
    info = await tell(port, 'CLUSTER INFO');
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${size}\r`)) return;
    await sleep(patience.pauseMs);
  }
  throw new Error(`The cluster did not come about: ${info}`);
}

/** Sends one command as a line. @returns what is answered, as it stands. */
function tell(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(`${line}\r\nQUIT\r\n`));
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () =>
      answer.startsWith('-') ? reject(new Error(`${line}: ${answer}`)) : resolve(answer),
    );
  });
}
