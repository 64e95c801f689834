// `pnpm bench quality [--quick] [--seed N]`: streams of requests through an empty cache: how often each policy hits, and
// how often it is wrong.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';
import { clinc150, hasData, hwu64, tinyModel } from '../semantic/data.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
if (!hasData()) {
  console.error('Put the collections in ../shared/data/semantic to run this benchmark');
  process.exit(1);
}
const seed = Number(values.seed);
const subject = stage(fileURLToPath(new URL('stream-cache.mjs', import.meta.url)));
const { runStream, seeded } = await import(pathToFileURL(subject).href);

const subjects = [
  { name: 'fixedThreshold(0.92), default guards', policy: 'fixed', at: 0.92, guards: 'default' },
  { name: 'fixedThreshold(0.92), no guards', policy: 'fixed', at: 0.92, guards: 'none' },
  { name: 'fixedThreshold(0.8), no guards', policy: 'fixed', at: 0.8, guards: 'none' },
  { name: 'fixedThreshold(0.8), light guards', policy: 'fixed', at: 0.8, guards: 'light' },
  { name: 'fixedThreshold(0.7), light guards', policy: 'fixed', at: 0.7, guards: 'light' },
  { name: 'fixedThreshold(0.6), light guards', policy: 'fixed', at: 0.6, guards: 'light' },
  { name: 'auditedThreshold(5 %), light guards', policy: 'audited', at: 0.05, guards: 'light' },
  { name: 'auditedThreshold(2 %), light guards', policy: 'audited', at: 0.02, guards: 'light' },
  { name: 'verified(2 %), light guards', policy: 'verified', at: 0.02, guards: 'light' },
  {
    name: 'auditedThreshold(5 %), light guards, a static model of 64 dimensions',
    ...{ policy: 'audited', at: 0.05, guards: 'light', model: tinyModel() },
  },
];
const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

async function section({ name, stored, asked }) {
  // Requests out of scope have no intent in common.
  const all = [...stored, ...asked].map(({ text, answer }, at) => ({
    text,
    answer: answer === 'oos' ? `oos ${at}` : answer,
  }));
  const stream = shuffled(all, seeded(seed)).slice(0, values.quick ? 4000 : undefined);
  const rows = [];
  for (const { name: label, ...options } of subjects) {
    console.log(`${name}, ${label}: ${stream.length} requests …`);
    const { requests, exact, hits, wrong, audits } = await runStream(stream, { ...options, seed });
    const others = requests - exact;
    rows.push([
      label,
      percent(hits, others),
      percent(wrong, hits),
      percent(wrong, others),
      percent(audits, others),
    ]);
  }
  const columns = ['policy', 'hits', 'of the hits wrong', 'of the requests wrong', 'audits'];
  return `**${name}**, ${stream.length} requests\n\n${table(columns, rows)}`;
}

function shuffled(list, random) {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}

const sections = [await section(clinc150()), await section(hwu64())];
const markdown = [
  '## Semantic cache: policies on streams',
  `\`pnpm bench quality${values.quick ? ' --quick' : ''} --seed ${seed}\`, ${machineFacts()}, Node ${process.versions.node}, revision ${revision()}.`,
  'All requests of a collection in a random order, one after the other, through an empty cache with the lexical embedder. A hit is right when the stored request has the same intent; requests out of scope have none in common. The judge of the audits knows the intent. Identical requests are left out of all shares. Neither lists nor thresholds were fitted to these collections. Light guards: all but those that demand the same words in the same order.',
  ...sections,
].join('\n\n');
console.log(`\n${markdown}`);
if (!values.quick) writeSection('quality', markdown);
