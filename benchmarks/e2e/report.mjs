// Turns the measurements of one runtime into the section of RESULTS.md: medians over rounds, with spread.
import { machineFacts, revision } from '../lib/machine.mjs';
import { table } from '../lib/results.mjs';
import { median, spread } from '../lib/samples.mjs';
import { connections, rates } from './measure.mjs';
import { versionOf } from './runtimes.mjs';

/** @param options what `run.mjs` knows: see there. */
export function render(options) {
  const { runtime, subjects, results, failures } = options;
  const view = (id, name) => collect(results.get(id) ?? [], name);
  const shown = subjects.filter(({ id }) => (results.get(id) ?? []).length > 0);
  const parts = [
    `## End to end on ${versionOf(runtime)}`,
    introduction(options),
    `### Throughput at saturation, ${connections} connections`,
    throughputTable(shown, view),
    '### Latency at a fixed offered rate, in milliseconds',
    latencyTable(shown, view),
    '### A hit',
    hitTable(shown, view),
    // Stated for Node, where fetch is the slow part; Bun's own fetch is as fast as a pipe.
    runtime.startsWith('node') ? expectations(view) : '',
    notes(options),
  ];
  for (const { id, round, message } of failures) {
    parts.push(`**Invalid:** \`${id}\` in round ${round}: ${message}`);
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function introduction({ command, rounds, ms, seconds, pinned }) {
  const date = new Date().toISOString().slice(0, 10);
  const pinning = pinned
    ? 'each subject in a fresh process pinned to one core, load generator and upstream on the other'
    : 'nothing was pinned to a core: compare with care';
  return [
    `\`${command}\` on ${date}, revision ${revision()}, in ${Math.round(seconds)} s.`,
    `Machine: ${machineFacts()}.`,
    `${rounds} rounds of ${ms} ms a measurement, order reversed every round; ${pinning}. Medians over the rounds; ± is the distance between the highest and the lowest round, as a share of the median.`,
  ].join('\n');
}

/** All rounds of one measurement as one value a field. */
function collect(rounds, name) {
  const all = rounds.map((round) => round[name]).filter((it) => it !== undefined);
  if (all.length === 0) return undefined;
  const middle = (pick) => median(all.map(pick));
  return {
    perSecond: middle((it) => it.perSecond),
    spread: spread(all.map((it) => it.perSecond)),
    latency: { p50: middle((it) => it.latency.p50), p99: middle((it) => it.latency.p99) },
    firstByte: { p50: middle((it) => it.firstByte.p50), p99: middle((it) => it.firstByte.p99) },
    core: middle((it) => it.core ?? Number.NaN),
    microseconds: middle((it) => it.microseconds ?? Number.NaN),
    disturbed: all.some((it) => it.foreign > 0.1),
  };
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (value) => (value > 0 ? `${Math.round(value * 100)} %` : '–');
const cost = (it) => (it?.microseconds > 0 ? it.microseconds.toFixed(0) : '–');
const rate = (it) =>
  it === undefined
    ? '–'
    : `${whole(it.perSecond)} ±${Math.round(it.spread * 100)} %${it.disturbed ? ' †' : ''}`;
const ratio = (it, base) =>
  it === undefined || base === undefined ? '–' : (it.perSecond / base.perSecond).toFixed(2);

function throughputTable(subjects, view) {
  const rows = subjects
    .filter(({ plan }) => plan !== 'hit' && plan !== 'similar')
    .map(({ id, label }) => {
      const json = view(id, 'json');
      const stream = view(id, 'stream');
      const toPipe = (it, name) => ratio(it, view('pipe', name));
      const toFetch = (it, name) => ratio(it, view('hono-fetch', name));
      return [
        label,
        rate(json),
        toPipe(json, 'json'),
        toFetch(json, 'json'),
        cost(json),
        rate(stream),
        toPipe(stream, 'stream'),
        toFetch(stream, 'stream'),
        cost(stream),
        percent(Math.min(json?.core, stream?.core)),
      ];
    });
  const columns = ['', '1 kB JSON calls/s', '÷ pipe', '÷ fetch', 'µs a call'];
  columns.push('64-event streams/s', '÷ pipe', '÷ fetch', 'µs a stream', 'core used');
  return table(columns, rows);
}

function latencyTable(subjects, view) {
  const pair = (it) => (it === undefined ? '–' : `${it.p50.toFixed(2)} / ${it.p99.toFixed(2)}`);
  const rows = subjects
    .filter(({ plan }) => plan === 'full')
    .map(({ id, label }) => [
      label,
      pair(view(id, 'jsonAt')?.latency),
      pair(view(id, 'jsonHighAt')?.latency),
      pair(view(id, 'streamAt')?.firstByte),
    ]);
  const columns = [
    'p50 / p99',
    `JSON, ${rates.json}/s`,
    `JSON, ${rates.jsonHigh}/s`,
    `first byte of a stream, ${rates.stream}/s`,
  ];
  return table(columns, rows);
}

function hitTable(subjects, view) {
  const base = view('hono-constant', 'hit');
  const rows = subjects
    .filter(({ plan }) => plan === 'hit' || plan === 'similar')
    .map(({ id, label }) => {
      const hit = view(id, 'hit');
      return [label, rate(hit), ratio(hit, base), cost(hit), percent(hit?.core)];
    });
  return table(['', 'calls/s', '÷ constant', 'µs a call', 'core used'], rows);
}

/** What the project expects of itself, computed: kept or not. */
function expectations(view) {
  const lines = [
    ['all six, a miss ÷ Portkey, JSON', view('all', 'json'), view('portkey', 'json'), 10],
    ['all six, a miss ÷ Hono + fetch, JSON', view('all', 'json'), view('hono-fetch', 'json'), 3],
    ['all six, a miss ÷ Portkey, streams', view('all', 'stream'), view('portkey', 'stream'), 10],
    [
      'all six, a miss ÷ Hono + fetch, streams',
      view('all', 'stream'),
      view('hono-fetch', 'stream'),
      3,
    ],
    ['nothing in it ÷ pipe, JSON', view('core', 'json'), view('pipe', 'json'), 0.8],
    ['nothing in it ÷ pipe, streams', view('core', 'stream'), view('pipe', 'stream'), 0.8],
    ['an exact hit ÷ Hono constant', view('all-hit', 'hit'), view('hono-constant', 'hit'), 0.5],
  ];
  const rows = lines
    .filter(([, value, base]) => value !== undefined && base !== undefined)
    .map(([name, value, base, least]) => {
      const measured = value.perSecond / base.perSecond;
      return [name, measured.toFixed(2), String(least), measured >= least ? 'kept' : 'missed'];
    });
  if (rows.length === 0) return '';
  return `### Expectations\n\n${table(['', 'measured', 'at least', ''], rows)}`;
}

function notes({ pinned }) {
  const text = [
    'The upstream is a raw TCP server that answers with bytes made beforehand; a stream is 64 events, each its own HTTP chunk, sent in one write. "µs" is processor time of the subject: the least disturbed by a busy machine. "Core used" is the share of its core that a subject took: near 100 % means that it was the limit, not the load generator or the upstream.',
    'Every miss is a call never sent before (five parts drawn from a pool of made-up words and a mark that counts; all have the same system text, so that the semantic tier compares them with one another), and the upstream counts that it saw it; a hit is one call repeated, and the upstream counts that it saw none.',
    'At a fixed rate calls become due at random moments whether or not earlier ones were answered, and waiting for a connection counts. The stream measured there pauses 100 ms after its first word, so that its first byte says who holds events back. "–" at a rate: the subject has less than 1.3 times that at saturation.',
    'Before it is timed each subject must answer the exact JSON and all 64 events in order up to `[DONE]` (Portkey, which writes replies anew: the same fields); any other status or body length during a run invalidates it. † marks a measurement during which other processes used more than a tenth of a core.',
  ];
  if (!pinned) text.push('This machine has one core or no `taskset`.');
  return text.join('\n\n');
}
