// `pnpm bench profile SUBJECT [--what cpu|allocations] [--kind json|stream|template|same|same-stream|similar] [--ms N] [--top N]`:
// where a subject of the end-to-end benchmark spends its time on Node, or what it allocates there, in the same
// set-up, after warming. The calls are those of its plan, unless a kind is given.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check } from '../e2e/check.mjs';
import { launch, stageWintergate, subjects } from '../e2e/subjects.mjs';
import { ask, freePort, processorSeconds, start, stop } from '../lib/processes.mjs';
import { allocated } from './allocated.mjs';
import { selfTimes, totalTimes } from './self-time.mjs';

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    what: { type: 'string', default: 'cpu' },
    kind: { type: 'string' },
    ms: { type: 'string', default: '3000' },
    top: { type: 'string', default: '30' },
    out: { type: 'string' },
    server: { type: 'string' },
  },
});
if (!['cpu', 'allocations'].includes(values.what)) throw new Error('--what cpu or allocations');
const top = Number(values.top);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const subject = subjects.find((it) => it.id === positionals[0]);
if (subject === undefined) {
  throw new Error(`Choose a subject: ${subjects.map((it) => it.id).join(', ')}`);
}
const kinds = { hit: 'same', similar: 'similar', template: 'template' };
const kind = values.kind ?? kinds[subject.plan] ?? 'json';

const [port, upstreamPort] = [await freePort(), await freePort()];
const env = { PORT: String(upstreamPort) };
const upstream = await start({ args: [path('../lib/upstream.mjs')], core: 1, env });
const load = await start({ args: [path('../lib/load.mjs')], core: 1 });
const staged = values.server === undefined ? stageWintergate() : { server: values.server };
const how = await launch(subject, { runtime: 'node', port, upstreamPort, staged });
const target = await start({
  ...how,
  args: ['--import', path('hook.mjs'), ...how.args],
  core: 0,
  port,
});
try {
  const lengths = await check(subject, { port, upstreamPort, upstream, seed: 1 });
  const bodyBytes = lengths[kind];
  const job = { mode: 'closed', connections: 32, port, upstreamPort, kind, bodyBytes, warmMs: 0 };
  await ask(load, { ...job, ms: 3000, seed: 2 });
  const before = processorSeconds(target.pid);
  const { result } = await ask(load, { ...job, ms: Number(values.ms), seed: 3 });
  const seconds = processorSeconds(target.pid) - before;
  await ask(target, { type: 'start', what: values.what });
  const sampled = await ask(load, { ...job, ms: Number(values.ms), seed: 4 });
  const { profile } = await ask(target, { type: 'stop' });
  if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(profile));
  if (values.what === 'cpu') showTimes(result, (seconds * 1e6) / result.sent, profile);
  else showAllocated(profile, sampled.result.sent);
} finally {
  await Promise.all([stop(target), stop(upstream), stop(load)]);
}

function showAllocated(profile, calls) {
  const { total, own, below } = allocated(profile);
  console.log(`${subject.label}, ${kind}: ${kilobytes(total / calls)} allocated a call`);
  for (const [title, rows] of [
    ['Self', own],
    ['With everything called', below],
  ]) {
    console.log(`\n${title}`);
    for (const { name, bytes } of rows.slice(0, top))
      console.log(`${kilobytes(bytes / calls).padStart(10)}  ${name}`);
  }
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`;
}

function showTimes(result, cost, profile) {
  console.log(
    `${subject.label}, ${kind}: ${Math.round(result.perSecond)}/s, ${cost.toFixed(1)} µs a call`,
  );
  const line = (share, text) =>
    `${(share * 100).toFixed(1).padStart(6)} % ${(share * cost).toFixed(1).padStart(7)} µs  ${text}`;
  console.log('\nSelf');
  for (const { name, place, share } of selfTimes(profile).slice(0, top))
    console.log(line(share, `${name}  ${place}`));
  console.log('\nWith everything called');
  for (const { name, share } of totalTimes(profile).slice(0, top)) console.log(line(share, name));
}
