/** Starts a program, waits until it says that it is ready, and ends it by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface ServerOptions {
  /** Added to the environment; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What it prints (either stream) once it is ready. */
  readonly ready: RegExp;
  /** Milliseconds it may take. @default 20_000 */
  readonly timeout?: number;
  /** Leads its own process group, which is ended as a whole: for commands that start others, such as npx. @default false */
  readonly group?: boolean;
}

export interface Server {
  readonly pid: number;
  /** What `ready` matched. */
  readonly match: RegExpMatchArray;
  /** Everything printed so far, both streams; the last 100,000 characters. */
  output(): string;
  /** Sends a signal without waiting. */
  signal(name: NodeJS.Signals): void;
  /** Sends SIGTERM, after 3 s SIGKILL, and waits for the end; does nothing when it has ended. */
  stop(): Promise<void>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const killAfterMs = 3_000;
const keptCharacters = 100_000;

export async function spawnServer(
  command: string,
  args: readonly string[],
  options: ServerOptions,
): Promise<Server> {
  const { ready, timeout = 20_000, group = false } = options;
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, {
    cwd: options.cwd,
    env,
    detached: group,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
    child.once('error', () => resolve(1));
  });
  const signal = (name: NodeJS.Signals): void => send(child, name, group);
  const stop = async (): Promise<void> => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    signal('SIGTERM');
    const killer = setTimeout(() => signal('SIGKILL'), killAfterMs);
    await ended;
    clearTimeout(killer);
  };
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      void stop();
      reject(new Error(`Cannot start ${[command, ...args].join(' ')}: ${why}\n${printed}`));
    };
    const timer = setTimeout(() => fail(`not ready after ${timeout} ms`), timeout);
    const read = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-keptCharacters);
      const found = ready.exec(printed);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(error.message));
    void ended.then((end) => fail(`it ended with ${end}`));
  });
  return { pid: child.pid ?? 0, match, output: () => printed, signal, stop, ended };
}

function send(child: ChildProcess, name: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined) return;
  try {
    process.kill(group ? -child.pid : child.pid, name);
  } catch {
    // It ended in the meantime.
  }
}
