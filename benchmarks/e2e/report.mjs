// Turns the measurements of one runtime into the section of RESULTS.md: medians over rounds, with spread.
import { machineFacts, revision } from '../lib/machine.mjs';
import { table } from '../lib/results.mjs';
import { median, shares, spread } from '../lib/samples.mjs';
import { counts, expectations } from './expectations.mjs';
import { connections, rates } from './measure.mjs';
import { versionOf } from './runtimes.mjs';

/** @param options what `run.mjs` knows: see there. */
export function render(options) {
  const { runtime, subjects, results, failures } = options;
  const view = viewOf(results);
  const shown = subjects.filter(({ id }) => (results.get(id) ?? []).length > 0);
  const parts = [
    `## End to end on ${versionOf(runtime)}`,
    introduction(options),
    `### Throughput at saturation, ${connections} connections`,
    throughputTable(shown, view),
    '### Latency at a fixed offered rate, in milliseconds',
    latencyTable(shown, view, options.halfRate),
    resolution(view),
    '### A hit',
    hitTable(shown, view),
    expectations(options.runtime, view),
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

/** @returns `(id, name)` to the medians of one measurement of a subject. */
export function viewOf(results) {
  return (id, name) => collect(results.get(id) ?? [], name);
}

/** All rounds of one measurement as one value a field. */
function collect(rounds, name) {
  const all = rounds.map((round) => round[name]).filter((it) => it !== undefined);
  if (all.length === 0) return undefined;
  const middle = (pick) => median(all.map(pick));
  const both = (what) =>
    all[0][what] && { p50: middle((it) => it[what].p50), p99: middle((it) => it[what].p99) };
  return {
    perSecond: middle((it) => it.perSecond),
    spread: spread(all.map((it) => it.perSecond)),
    latency: both('latency'),
    firstWord: both('firstWord'),
    laterWord: both('laterWord'),
    quantiles: shares.map((_, at) => middle((it) => it.latency.quantiles[at])),
    core: middle((it) => it.core ?? Number.NaN),
    loadCore: middle((it) => it.loadCore ?? Number.NaN),
    microseconds: middle((it) => it.microseconds ?? Number.NaN),
    disturbed: all.some((it) => it.foreign > 0.1),
  };
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (value) => (value >= 0 ? `${Math.round(value * 100)} %` : '–');
const cost = (it) => (it?.microseconds > 0 ? it.microseconds.toFixed(0) : '–');
const rate = (it) =>
  it === undefined ? '–' : `${whole(it.perSecond)} ±${Math.round(it.spread * 100)} %${marks(it)}`;
const marks = (it) => `${it.disturbed ? ' †' : ''}${counts(it) ? '' : ' ‡'}`;
const cores = (it) => `${percent(it?.core)} / ${percent(it?.loadCore)}`;
const ratio = (it, base) =>
  it === undefined || base === undefined ? '–' : (it.perSecond / base.perSecond).toFixed(2);

function throughputTable(subjects, view) {
  const rows = subjects
    .filter(({ plan }) => ['full', 'short', 'json', 'template'].includes(plan))
    .map(({ id, label }) => {
      const json = view(id, 'json');
      const stream = view(id, 'stream');
      const long = view(id, 'long');
      const toPipe = (it, name) => ratio(it, view('pipe', name));
      const toFetch = (it, name) => ratio(it, view('hono-fetch', name));
      return [
        label,
        rate(json),
        toPipe(json, 'json'),
        toFetch(json, 'json'),
        cost(json),
        rate(long),
        toPipe(long, 'long'),
        rate(stream),
        toPipe(stream, 'stream'),
        toFetch(stream, 'stream'),
        cost(stream),
        cores(json),
        cores(stream),
      ];
    });
  const columns = ['', '1 kB JSON calls/s', '÷ pipe', '÷ fetch', 'µs a call'];
  columns.push('50 kB JSON calls/s', '÷ pipe');
  columns.push('64-event streams/s', '÷ pipe', '÷ fetch', 'µs a stream');
  columns.push('cores, JSON', 'cores, streams');
  return table(columns, rows);
}

function latencyTable(subjects, view, halfRate) {
  const pair = (it) => (it === undefined ? '–' : `${it.p50.toFixed(2)} / ${it.p99.toFixed(2)}`);
  const rows = subjects
    .filter(({ plan }) => plan === 'full' || plan === 'timed')
    .map(({ id, label }) => [
      label,
      pair(view(id, 'jsonAt')?.latency),
      pair(view(id, 'jsonHalfAt')?.latency),
      pair(view(id, 'timedAt')?.firstWord),
      pair(view(id, 'timedAt')?.laterWord),
    ]);
  const columns = [
    'p50 / p99',
    `JSON, ${rates.json}/s`,
    `JSON, ${halfRate}/s`,
    `first word of a stream, ${rates.stream}/s`,
    'each later word',
  ];
  return table(columns, rows);
}

function hitTable(subjects, view) {
  const base = (name) => view('hono-constant', name);
  const rows = subjects
    .filter(({ plan }) => plan === 'hit' || plan === 'similar')
    .map(({ id, label }) => {
      const hit = view(id, 'hit');
      const stream = view(id, 'streamHit');
      const json = [rate(hit), ratio(hit, base('hit')), cost(hit), cores(hit)];
      const streams = [rate(stream), ratio(stream, base('streamHit')), cost(stream), cores(stream)];
      return [label, ...json, ...streams];
    });
  const columns = ['', 'JSON calls/s', '÷ constant', 'µs a call', 'cores'];
  columns.push('streams/s', '÷ constant', 'µs a stream', 'cores');
  return table(columns, rows);
}

/** The same subject twice: what two measurements differ by when nothing does. */
function resolution(view) {
  const parts = ['json', 'long', 'stream'].flatMap((name) => {
    const [one, again] = [view('core', name), view('core-again', name)];
    if (one === undefined || again === undefined) return [];
    const apart = Math.abs(1 - again.perSecond / one.perSecond);
    return [{ name, apart: Math.max(apart, one.spread, again.spread) }];
  });
  if (parts.length === 0) return '';
  const words = { json: '1 kB', long: '50 kB', stream: 'streams' };
  const said = parts.map(({ name, apart }) => `${words[name]} ${Math.round(apart * 100)} %`);
  return `A/A: Wintergate with nothing in it was measured twice in every round. The two differed, or their rounds did, by up to ${said.join(', ')}: smaller differences between subjects are not resolvable.`;
}

function notes({ pinned }) {
  const text = [
    'The upstream is a raw TCP server that answers with bytes made beforehand; a stream is 64 events, each its own HTTP chunk, sent in one write. "µs" is processor time of the subject: the least disturbed by a busy machine. "Cores" are the shares that the subject took of its core, and the load generator with the upstream of theirs. ‡ marks what was measured with less than 95 % of the one or more than 85 % of the other: there the subject was not the only limit, and the figure does not count.',
    'Every miss is a call never sent before (five parts drawn from a pool of made-up words and a mark that counts; all have the same system text, so that the semantic tier compares them with one another), and the upstream counts that it saw it; a hit is one call repeated, and the upstream counts that it saw none. A streamed hit is the replay of a stored stream of 64 events, and what it is measured against answers with these.',
    'At a fixed rate (one is half of what all six take at saturation, measured before the rounds) calls become due at random moments whether or not earlier ones were answered, and waiting for a connection counts. The words of the streams measured there leave the upstream 5 ms apart, each with the time when it was sent, by a clock that both processes share: what is told is how long a word was on its way. "–" at a rate: the subject has less than 1.3 times that at saturation.',
    "Beside Upstash's semantic cache the same is done, an answer kept under the text of the last message, but not the same is kept: it has neither the model nor the system text, the tenant or the guards in its key. Its embeddings and vectors are a service's; a stand-in on the load generator's core answers at once.",
    'Before it is timed each subject must answer the exact JSON and all 64 events in order up to `[DONE]` (Portkey, which writes replies anew: the same fields); any other status or body length during a run invalidates it. Wintergate on Node calls `tuneNode()` first, as its command line does. † marks a measurement during which other processes used more than a tenth of a core.',
  ];
  if (!pinned) text.push('This machine has one core or no `taskset`.');
  return text.join('\n\n');
}
