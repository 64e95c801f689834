// `pnpm bench quality [--quick] [--seeds N,N]`: streams of requests through an empty cache: how often each policy hits, and
// how often it is wrong.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { wordWeights } from '../../packages/semantic-cache/scripts/word-weights.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { percent, table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';
import { clinc150, hasData, hwu64 } from '../semantic/data.mjs';
import { chartOf, curveOf, rateAt } from './curve.mjs';
import { answeredPairs, judgedPairs, rankedPairs } from './pairs.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
if (!hasData()) {
  console.error('Put the collections in ../shared/data/semantic to run this benchmark');
  process.exit(1);
}
const seeds = values.seeds.split(',').map(Number);
const subject = stage(fileURLToPath(new URL('stream-cache.mjs', import.meta.url)));
const isolation = stage(fileURLToPath(new URL('isolation-cache.mjs', import.meta.url)));
const { wrongHits } = await import(pathToFileURL(isolation).href);
const { embedders, explained, runStream, seeded } = await import(pathToFileURL(subject).href);

const plots = fileURLToPath(new URL('../plots/', import.meta.url));

const subjects = [
  { name: 'lexical, default guards: the default', policy: 'fixed', at: 0.92, guards: 'default' },
  { name: 'lexical, light guards, 0.7', policy: 'fixed', at: 0.7, guards: 'light' },
  { name: 'words, light guards, 0.71: its default', ...words('fixed', 0.71, 'light') },
  { name: 'words, its guards, 0.71', ...words('fixed', 0.71, 'words') },
  { name: 'words, no guards, 0.71', ...words('fixed', 0.71, 'none') },
  { name: 'words, light guards, auditedThreshold(5 %)', ...words('audited', 0.05, 'light') },
  { name: 'words, light guards, auditedThreshold(2 %)', ...words('audited', 0.02, 'light') },
  { name: 'words, light guards, verified(2 %)', ...words('verified', 0.02, 'light') },
  {
    name: 'words, light guards, verified(2 %), no aliases',
    ...words('verified', 0.02, 'light'),
    aliases: false,
  },
  {
    name: 'words, its guards, verified(2 %)',
    ...words('verified', 0.02, 'words'),
  },
];
const curves = [
  { label: 'words, light guards', embedder: 'words', guards: 'light' },
  { label: 'words, its guards', embedder: 'words', guards: 'words' },
  { label: 'words, no guards', embedder: 'words', guards: 'none' },
  { label: 'lexical, light guards', embedder: 'lexical', guards: 'light' },
];

function words(policy, at, guards) {
  return { embedder: 'words', policy, at, guards };
}

/** @param other the collection that the weights of words are learned from. */
async function section({ name, stored, asked }, other) {
  const weights = [...wordWeights([...other.stored, ...other.asked])];
  // Requests out of scope have no intent in common.
  const all = [...stored, ...asked].map(({ text, answer }, at) => ({
    text,
    answer: answer === 'oos' ? `oos ${at}` : answer,
  }));
  const streams = seeds.map((seed) => [
    seed,
    shuffled(all, seeded(seed)).slice(0, values.quick ? 3000 : undefined),
  ]);
  const [[firstSeed, first]] = streams;
  const rows = [];
  for (const { name: label, ...options } of subjects) {
    const sum = { requests: 0, exact: 0, hits: 0, wrong: 0, audits: 0 };
    for (const [seed, stream] of streams) {
      console.log(`${name}, ${label}, seed ${seed}: ${stream.length} requests …`);
      const counts = await runStream(stream, { ...options, weights, seed });
      for (const key of Object.keys(sum)) sum[key] += counts[key];
    }
    const { requests, exact, hits, wrong, audits } = sum;
    const others = requests - exact;
    rows.push([
      label,
      percent(hits, others),
      percent(wrong, hits),
      percent(wrong, others),
      percent(audits, others),
    ]);
  }
  const columns = ['', 'hits', 'of the hits wrong', 'of the requests wrong', 'audits'];
  const drawn = [];
  for (const { label, ...options } of curves) {
    console.log(`${name}, curve of ${label} …`);
    const heard = [];
    const onHeard = (one) => heard.push(one);
    const how = { ...options, policy: 'heard', onHeard, weights, seed: firstSeed };
    const { requests, exact } = await runStream(first, how);
    drawn.push({ label, points: curveOf(heard, requests - exact) });
  }
  const file = `quality-${name.toLowerCase()}.svg`;
  if (!values.quick) {
    mkdirSync(plots, { recursive: true });
    writeFileSync(`${plots}${file}`, chartOf(name, drawn));
  }
  const most = drawn.map(({ label, points }) => [
    label,
    ...[0.98, 0.95, 0.9].map((precision) => percent(rateAt(points, precision), 1)),
  ]);
  return [
    `**${name}**, ${first.length} requests in ${seeds.length} orders; weights of words learned from ${other.name} alone`,
    table(columns, rows),
    'Most hits at a precision, every request stored (thresholds chosen afterwards):',
    table(['', 'at 98 %', 'at 95 %', 'at 90 %'], most),
    `![precision against hit rate](plots/${file})`,
  ].join('\n\n');
}

/** Calls that must never answer one another. */
async function madeUp() {
  const cases = values.quick ? 4000 : 100_000;
  const rows = [];
  for (const [setting, label] of [
    ['default', 'the default'],
    ['loose', 'words, light guards, 0.5'],
  ]) {
    console.log(`${cases} made-up cases, ${label} …`);
    const counts = await wrongHits(setting, cases, seeded(seeds[0]));
    for (const [name, { cases: count, wrong, example }] of Object.entries(counts)) {
      rows.push([`${label}: another ${name}`, count, wrong]);
      if (example !== undefined) console.log(`wrong: ${example}`);
    }
  }
  const columns = ['', 'pairs of calls', 'answered alike'];
  return `**Calls that must never answer one another**, made up: placeholders are numbers, amounts, dates, weekdays, names, addresses, mail addresses, quotes, identifiers\n\n${table(columns, rows)}`;
}

function shuffled(list, random) {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}

const [clinc, hwu] = [clinc150(), hwu64()];
const bothWeights = [
  ...wordWeights([...clinc.stored, ...clinc.asked, ...hwu.stored, ...hwu.asked]),
];
const sections = [
  await section(clinc, hwu),
  await section(hwu, clinc),
  await judgedPairs(explained, values.quick),
  await answeredPairs(explained, bothWeights, values.quick),
  rankedPairs(embedders, bothWeights),
  await madeUp(),
];
const markdown = [
  '## Semantic cache: policies on streams',
  `\`pnpm bench quality${values.quick ? ' --quick' : ''} --seeds ${seeds}\`, ${machineFacts()}, Node ${process.versions.node}, revision ${revision()}.`,
  'All requests of a collection in a random order, one after the other, through an empty cache. A hit is right when the stored request has the same intent; requests out of scope have none in common. The judge of the audits knows the intent. Identical requests are left out of all shares. The threshold of `wordEmbedder()` was chosen once for both collections, after a look at their curves; its weights are never learned from the collection that is asked (those that are published are learned from both). Light guards: all but those that demand the same words in the same order; its guards: `wordGuards()`, with the same weights. Some of the opposites of the guards, and what they make of "one" and of two negations, were changed after a look at SICK.',
  ...sections,
].join('\n\n');
console.log(`\n${markdown}`);
if (!values.quick) writeSection('quality', markdown);
