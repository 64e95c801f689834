/** Starts a program, waits until it answers, and ends it by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Launched {
  readonly url: string;
  readonly port: number;
  /** Everything printed so far, both streams. */
  output(): string;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Added to the environment; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Asked until it answers with any status. @default '/' */
  readonly probe?: string;
}

const startMs = 20_000;
const stopMs = 3_000;

export async function launch(options: LaunchOptions): Promise<Launched> {
  const { command, args, port, probe = '/' } = options;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const print = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', print);
  child.stderr.on('data', print);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startMs;
  while (!(await answers(url + probe))) {
    if (failure === undefined && child.exitCode === null && Date.now() < deadline) {
      await sleep(25);
      continue;
    }
    await end(child);
    throw new Error(`Cannot start ${command} ${args.join(' ')}: ${failure?.message ?? printed}`);
  }
  return { url, port, output: () => printed, stop: () => end(child) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(late);
}
