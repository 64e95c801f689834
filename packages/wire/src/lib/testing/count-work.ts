/**
 * Counts how often code ran, where a clock would measure the machine. For tests, which import it first:
 * V8 counts only what is compiled after it was told to.
 */

import { type Profiler, Session } from 'node:inspector';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

function take(): Profiler.ScriptCoverage[] {
  let taken: Profiler.ScriptCoverage[] = [];
  // Answers at once, whatever its shape promises.
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error;
    taken = result;
  });
  return taken;
}

/**
 * How many blocks of this workspace's code one call of `run` executes. What built-in functions do inside
 * (a search in a string, say) is not in it.
 */
export function countWork(run: () => void): number {
  take();
  run();
  let blocks = 0;
  for (const { url, functions } of take()) {
    if (!url.includes('/packages/')) continue;
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
  }
  return blocks;
}
