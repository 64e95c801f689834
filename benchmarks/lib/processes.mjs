// Starts a process on one core, knows when it is ready and how much processor time it has used.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const taskset = '/usr/bin/taskset';
/** Without two cores or without taskset nothing is pinned, and the table says so. */
export const canPin = existsSync(taskset) && cpus().length > 1;
const ticksPerSecond = 100;

/**
 * @param options `command`, `args`, `core` (undefined leaves it free), `env`, `port` (wait until it
 *   listens; without it wait for the message `ready`).
 */
export async function start({ command = process.execPath, args, core, env, port }) {
  const pinned = canPin && core !== undefined;
  const child = spawn(
    pinned ? taskset : command,
    pinned ? ['-c', String(core), command, ...args] : args,
    {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const self = { pid: child.pid, child, output: '', exited: false };
  const keep = (data) => (self.output = (self.output + data).slice(-2000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.once('exit', () => (self.exited = true));
  child.on('error', keep);
  if (port === undefined) await message(self, 'ready');
  else await listening(self, port);
  return self;
}

export async function stop(self) {
  if (self.exited) return;
  const gone = new Promise((resolve) => self.child.once('exit', resolve));
  self.child.kill('SIGKILL');
  await gone;
}

/** Sends a message and waits for the answer of the given type. */
export async function ask(self, question, type = 'result') {
  const answer = message(self, type);
  self.child.send(question);
  return answer;
}

function message(self, type) {
  return new Promise((resolve, reject) => {
    const settle = (act) => {
      self.child.off('message', heard).off('exit', ended);
      act();
    };
    const heard = (value) => {
      if (value.type === type) settle(() => resolve(value));
      if (value.type === 'failed') settle(() => reject(new Error(value.message)));
    };
    const ended = () => settle(() => reject(new Error(`Process ended: ${self.output.trim()}`)));
    self.child.on('message', heard).once('exit', ended);
  });
}

async function listening(self, port) {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (self.exited) throw new Error(`Process ended: ${self.output.trim()}`);
    if (await canConnect(port)) return;
    await sleep(50);
  }
  await stop(self);
  throw new Error(`Nothing listens on port ${port} after 20 s: ${self.output.trim()}`);
}

function canConnect(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => undefined);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Processor time of a process in seconds; undefined where /proc is not there. */
export function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** Seconds that all cores together were busy since boot; undefined where /proc is not there. */
export function busySeconds() {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
      .split('\n')[0]
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softirq) / ticksPerSecond;
  } catch {
    return undefined;
  }
}
