// Runs commands for the scripts: inherited output, exit code as the result, never a shell.
import { spawn } from 'node:child_process';

/** The pnpm this repository is made with; `npx` finds it in its cache after the first time. */
export const pnpmVersion = '12.21.0';

/**
 * Runs a command to its end.
 *
 * @param options `cwd`; `env`, added to ours, undefined removes; `quiet`, collect instead of show; `timeout`
 * in milliseconds, after which it is ended.
 * @returns exit code (124 after the timeout) and, when quiet, everything it printed.
 */
export function run(command, args, options = {}) {
  const env = { ...process.env, ...options.env };
  for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
  return new Promise((resolve, reject) => {
    const stdio = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd: options.cwd, env, stdio });
    let output = '';
    let late = false;
    const end = () => {
      late = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(end, options.timeout);
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), output });
    });
  });
}

/** Runs pnpm, the one that started us when there is one. */
export function pnpm(args, options) {
  const agent = process.env.npm_config_user_agent ?? '';
  const path = process.env.npm_execpath ?? '';
  const native = /pnpm[^/\\]*$/.test(path) && !/\.[cm]?js$/.test(path);
  if (agent.startsWith(`pnpm/${pnpmVersion}`) && native) return run(path, args, options);
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  return run(npx, ['--yes', `pnpm@${pnpmVersion}`, ...args], options);
}

/** Runs async jobs, at most `limit` at a time, and gives their results in order. */
export async function inParallel(limit, jobs) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await jobs[index]();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, jobs.length) }, worker));
  return results;
}
