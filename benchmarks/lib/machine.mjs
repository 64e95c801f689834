// What the numbers were made on, and whether the machine was quiet: without names of hosts or folders.
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../.scripts/lib/workspace.mjs';
import { busySeconds } from './processes.mjs';

/** One line of facts for a results table. */
export function machineFacts() {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${first?.model.trim()}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release().split('.', 2).join('.')}, ${process.arch}`;
}

/** The commit that was measured, with a plus sign when files in packages differ from it. */
export function revision() {
  const git = (...args) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--', 'packages', 'benchmarks') !== '';
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** How many cores are busy now with the work of others, over one second; undefined if unknown. */
export async function foreignLoad() {
  const before = busySeconds();
  if (before === undefined) return undefined;
  const started = performance.now();
  await sleep(1000);
  return ((busySeconds() - before) * 1000) / (performance.now() - started);
}
