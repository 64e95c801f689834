// What the project expects of itself, beside what was measured.
import { table } from '../lib/results.mjs';

/** Whether the subject was the only limit; where no processor time is known it has to be believed. */
export function counts({ core, loadCore }) {
  return !(core < 0.95 || loadCore > 0.85);
}

/** `[name, subject, measurement, base, least]`. */
const expected = {
  node: [
    ['nothing in it ÷ pipe, JSON', 'core', 'json', 'pipe', 0.8],
    ['nothing in it ÷ pipe, streams', 'core', 'stream', 'pipe', 0.8],
    ['all six, a miss ÷ pipe, 1 kB JSON', 'all', 'json', 'pipe', 0.65],
    ['all six, a miss ÷ pipe, 50 kB JSON', 'all', 'long', 'pipe', 0.6],
    ['all six, a miss ÷ pipe, streams', 'all', 'stream', 'pipe', 0.85],
    ['all six, a miss ÷ Portkey, JSON', 'all', 'json', 'portkey', 20],
    ['all six, a miss ÷ Portkey, streams', 'all', 'stream', 'portkey', 12],
    ['all six, a miss ÷ Hono + fetch, JSON', 'all', 'json', 'hono-fetch', 6],
    ['all six, a miss ÷ Hono + fetch, streams', 'all', 'stream', 'hono-fetch', 3],
    ['an exact hit ÷ Hono constant, JSON', 'all-hit', 'hit', 'hono-constant', 0.6],
    ['an exact hit ÷ Hono constant, streams', 'all-hit', 'streamHit', 'hono-constant', 0.6],
  ],
  bun: [
    ['all six, a miss ÷ Hono + fetch, 1 kB JSON', 'all', 'json', 'hono-fetch', 0.6],
    ['all six, a miss ÷ Hono + fetch, 50 kB JSON', 'all', 'long', 'hono-fetch', 0.5],
    ['all six, a miss ÷ Hono + fetch, streams', 'all', 'stream', 'hono-fetch', 0.7],
    ['all six, a miss ÷ Portkey, JSON', 'all', 'json', 'portkey', 4],
    ['an exact hit ÷ Hono constant, JSON', 'all-hit', 'hit', 'hono-constant', 0.6],
    ['an exact hit ÷ Hono constant, streams', 'all-hit', 'streamHit', 'hono-constant', 0.6],
  ],
  other: [
    ['nothing in it ÷ fetch proxy, JSON', 'core', 'json', 'hono-fetch', 0.5],
    ['nothing in it ÷ fetch proxy, streams', 'core', 'stream', 'hono-fetch', 0.5],
    ['all six, a miss ÷ fetch proxy, JSON', 'all', 'json', 'hono-fetch', 0.5],
    ['all six, a miss ÷ fetch proxy, streams', 'all', 'stream', 'hono-fetch', 0.5],
  ],
};

/** Milliseconds that all six may add to the pipe: `[name, subject, measurement, what, p50, p99]`. */
const expectedDelays = [
  ['JSON at half of their saturation', 'all', 'jsonHalfAt', 'latency', 0.25, 1],
  ['first word, replies not looked into', 'all-open', 'timedAt', 'firstWord', undefined, 1],
  ['later words, replies not looked into', 'all-open', 'timedAt', 'laterWord', undefined, 0.3],
];

/** @returns a table of what was expected and what was measured; `''` when nothing of it was. */
export function expectations(runtime, view) {
  const lines = expected[runtime.startsWith('node') ? 'node' : runtime] ?? expected.other;
  const rows = lines.flatMap(([name, subject, what, base, least]) => {
    const [own, other] = [view(subject, what), view(base, what)];
    if (own === undefined || other === undefined) return [];
    const measured = own.perSecond / other.perSecond;
    const mark = counts(own) && counts(other) ? '' : ' ‡';
    const verdict = measured >= least ? 'kept' : 'missed';
    return [[name, measured.toFixed(2), `≥ ${least}`, verdict + mark]];
  });
  for (const [name, subject, measurement, what, ...most] of expectedDelays) {
    const [own, pipe] = [view(subject, measurement)?.[what], view('pipe', measurement)?.[what]];
    if (own === undefined || pipe === undefined) continue;
    for (const [index, quantile] of ['p50', 'p99'].entries()) {
      if (most[index] === undefined) continue;
      const added = own[quantile] - pipe[quantile];
      const kept = added <= most[index] ? 'kept' : 'missed';
      const label = `all six, a miss: ${quantile} of ${name} over the pipe's`;
      rows.push([label, `${added.toFixed(2)} ms`, `≤ ${most[index]} ms`, kept]);
    }
  }
  if (rows.length === 0) return '';
  return `### Expectations\n\n${table(['', 'measured', 'aim', ''], rows)}`;
}
