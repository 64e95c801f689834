// One subject in one fresh process: started, checked, warmed, measured, stopped.

import { repeats } from '../lib/messages.mjs';
import { ask, busySeconds, freePort, processorSeconds, start, stop } from '../lib/processes.mjs';
import { check, countOf } from './check.mjs';
import { launch } from './subjects.mjs';

export const connections = 32;
/** Offered rates, a second. A run finds out another one: half of what all six take of JSON calls. */
export const rates = { json: 200, stream: 50 };
/** Bytes of a call with a long history. */
export const longCall = 51_200;
const headroom = 1.3;
/**
 * Warm-up runs at most, and at least: on Bun, whose compiler is one thread, all six stay at half of their speed for seven
 * seconds before they reach the rest of it. They end when so many in a row were as fast as the best before them.
 */
const mostWarmups = 20;
const leastWarmups = 8;
const levelWarmups = 2;
const stillFaster = 1.05;
/** The machine was, not the subject: such a run says nothing. */
const slowedDown = 0.9;
let seed = 1;

/**
 * @param bench `upstream`, `upstreamPort`, `vectors`, `vectorPort`, `load` (running processes), `runtime`, `staged`, `ms` (of one
 *   measurement), `halfRate` (calls a second; only whoever has clearly more at saturation is offered so many).
 * @returns the measurements by name: `json`, `long`, `stream`, `hit`, `streamHit` (saturation), `jsonAt`, `jsonHalfAt`,
 *   `timedAt` (fixed rate).
 */
export async function measureSubject(subject, bench) {
  const port = await freePort();
  const options = await launch(subject, { ...bench, port });
  const target = await start({ ...options, core: 0, port });
  try {
    const lengths = await check(subject, { ...bench, port, seed: seed++ });
    const run = (job) => measure({ port, ...job }, lengths, target, bench);
    return await runPlan(subject, run, bench);
  } finally {
    await stop(target);
  }
}

async function runPlan({ plan, streams = true }, run, { ms, halfRate }) {
  const closed = { mode: 'closed', connections, warmMs: ms / 4, ms };
  const open = { mode: 'open', warmMs: ms / 4, ms };
  /**
   * Compiled code first: the compiler works on the same core, for thousands of calls where there is much code, and
   * what it gives comes in steps.
   */
  async function warm(kind) {
    let best = 0;
    let level = 0;
    for (let at = 0; at < leastWarmups || (at < mostWarmups && level < levelWarmups); at++) {
      const { perSecond } = await run({ ...closed, kind });
      if (perSecond >= best * stillFaster) level = 0;
      else if (perSecond > best * slowedDown) level++;
      best = Math.max(best, perSecond);
    }
  }
  if (plan === 'hit' || plan === 'similar') {
    const kind = plan === 'hit' ? 'same' : 'similar';
    await warm(kind);
    const hit = await run({ ...closed, kind });
    if (plan === 'similar' || !streams) return { hit };
    await warm('same-stream');
    return { hit, streamHit: await run({ ...closed, kind: 'same-stream' }) };
  }
  if (plan === 'json' || plan === 'template') {
    await warm(plan);
    return { json: await run({ ...closed, kind: plan }) };
  }
  if (plan === 'timed') {
    await warm('stream');
    return { timedAt: await run({ ...open, kind: 'timed', rate: rates.stream }) };
  }
  await warm('json');
  await warm('stream');
  const json = await run({ ...closed, kind: 'json' });
  const stream = await run({ ...closed, kind: 'stream' });
  const long = await run({ ...closed, kind: 'json', size: longCall });
  if (plan === 'short') return { json, long, stream };
  const jsonAt = await run({ ...open, kind: 'json', rate: rates.json });
  const canMore = json.perSecond > halfRate * headroom;
  const jsonHalfAt = canMore ? await run({ ...open, kind: 'json', rate: halfRate }) : undefined;
  const timedAt = await run({ ...open, kind: 'timed', rate: rates.stream });
  return { json, long, stream, jsonAt, jsonHalfAt, timedAt };
}

/** One job of the load generator, with the processor time that the subject and strangers used meanwhile. */
async function measure(job, lengths, target, { upstream, upstreamPort, vectors, load }) {
  const isRepeated = repeats(job.kind);
  const bodyBytes = lengths[job.kind];
  const pids = [target, upstream, vectors, load, process].map(({ pid }) => pid);
  const clock = () => ({
    at: performance.now(),
    busy: busySeconds(),
    own: pids.map(processorSeconds),
  });
  const countBefore = await countOf(upstream);
  const before = clock();
  const { result } = await ask(load, { ...job, upstreamPort, bodyBytes, seed: seed++ });
  const after = clock();
  const reached = (await countOf(upstream)) - countBefore;
  if (isRepeated && reached > 0) throw new Error(`${reached} repeated calls reached the upstream`);
  // Calls still under way at the end of a saturated run may be cut off before they get there.
  if (!isRepeated && reached < result.sent - connections) {
    throw new Error(`Only ${reached} of ${result.sent} different calls reached the upstream`);
  }
  return { ...result, ...usage(before, after, result.sent) };
}

function usage(before, after, calls) {
  if (before.busy === undefined) return {};
  const seconds = (after.at - before.at) / 1000;
  const own = after.own.map((value, index) => value - before.own[index]);
  const total = own.reduce((sum, value) => sum + value, 0);
  const foreign = Math.max(0, after.busy - before.busy - total) / seconds;
  // Upstream, vectors and load generator share the other core.
  const loadCore = (own[1] + own[2] + own[3]) / seconds;
  return { core: own[0] / seconds, loadCore, microseconds: (own[0] * 1e6) / calls, foreign };
}

/** Calls a second: half of what a subject takes at saturation. */
export async function findHalfRate(subject, bench) {
  const { json } = await measureSubject({ ...subject, plan: 'json' }, bench);
  return Math.round(json.perSecond / 2);
}
