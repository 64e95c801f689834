// `pnpm bench semantic [--quick]`: how often the lexical tier hits, and how often it is wrong, with and without guards.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';
import { clinc150, hasData, hwu64, sick } from './data.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false } },
});
if (!hasData()) {
  console.error('Put the collections in ../shared/data/semantic to run this benchmark');
  process.exit(1);
}

const subject = stage(fileURLToPath(new URL('similar-cache.mjs', import.meta.url)));
const { createSubject } = await import(pathToFileURL(subject).href);
const settings = [0.8, 0.92].flatMap((threshold) =>
  [false, true].map((guarded) => ({ threshold, guarded })),
);
const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);
const label = ({ threshold, guarded }) => `${threshold}${guarded ? ', guards' : ', no guards'}`;

/** Similar hits over a filled cache: right when the stored request has the intent of the asked one. */
async function retrieval({ name, stored, asked }) {
  const sample = values.quick ? asked.filter((_, index) => index % 5 === 0) : asked;
  const rows = [];
  for (const setting of settings) {
    console.log(`${name}, ${label(setting)}: ${stored.length} stored, ${sample.length} asked …`);
    const cache = createSubject(setting);
    for (const { text, answer } of stored) await cache.store(text, answer);
    let hits = 0;
    let right = 0;
    let exact = 0;
    for (const { text, answer } of sample) {
      const found = await cache.ask(text);
      if (found?.exact) exact += 1;
      else if (found !== undefined) {
        hits += 1;
        if (found.answer === answer && answer !== 'oos') right += 1;
      }
    }
    rows.push([
      label(setting),
      sample.length,
      exact,
      hits,
      percent(hits, sample.length),
      percent(right, hits),
    ]);
  }
  return `${name} (${stored.length} stored)\n\n${table(['threshold', 'asked', 'exact hits', 'similar hits', 'hit rate', 'right'], rows)}`;
}

/** Each pair for itself: how many of each judgement would have been answered with the other. */
async function pairs(list) {
  const kinds = ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'];
  const rows = [];
  for (const setting of settings) {
    console.log(`SICK, ${label(setting)}: ${list.length} pairs …`);
    const cache = createSubject(setting);
    const hits = new Map(kinds.map((kind) => [kind, 0]));
    for (const [index, { stored, asked, judgement }] of list.entries()) {
      await cache.store(stored, 'x', `pair-${index}`);
      if ((await cache.ask(asked, `pair-${index}`)) !== undefined)
        hits.set(judgement, hits.get(judgement) + 1);
    }
    const all = [...hits.values()].reduce((sum, count) => sum + count, 0);
    const counts = kinds.map((kind) => list.filter(({ judgement }) => judgement === kind).length);
    rows.push([
      label(setting),
      ...kinds.map((kind, at) => `${hits.get(kind)} of ${counts[at]}`),
      percent(hits.get('ENTAILMENT'), all),
    ]);
  }
  return `SICK (pairs; evaluation only)\n\n${table(['threshold', 'entailment', 'neutral', 'contradiction', 'hits that are entailment'], rows)}`;
}

const sections = [await retrieval(clinc150()), await retrieval(hwu64()), await pairs(sick())];
const markdown = [
  '## Semantic cache: lexical embedder',
  `\`pnpm bench semantic${values.quick ? ' --quick' : ''}\`, ${machineFacts()}, Node ${process.versions.node}, revision ${revision()}.`,
  'A similar hit is right when the stored request has the same intent label; nothing may answer a request out of scope. Neither lists nor thresholds were fitted to these collections.',
  ...sections,
].join('\n\n');
console.log(`\n${markdown}`);
if (!values.quick) writeSection('semantic', markdown);
