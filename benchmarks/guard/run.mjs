// `pnpm bench guard [--speed | --quality]`: what the rules find in public data, and what the guard costs.
// Writes the tables between the markers of packages/prompt-guard/README.md, and what they come to into RESULTS.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { speed: { type: 'boolean' }, quality: { type: 'boolean' } },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const readme = path('../../packages/prompt-guard/README.md');
const data = path('../../../shared/data/guard/');
const bundle = path('../.cache/guard-subjects.mjs');

mkdirSync(path('../.cache'), { recursive: true });
const source = (name) => path(`../../packages/${name}/src/index.ts`);
await build({
  entryPoints: [path('subjects.mjs')],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  outfile: bundle,
  logLevel: 'error',
  // The sources: what is measured needs no build and is what stands in the tree.
  alias: {
    '@wintergate/core': source('core'),
    '@wintergate/wire': source('wire'),
    '@wintergate/prompt-guard': source('prompt-guard'),
  },
});
const { createInspect, createJudge, createSubjects, measureHeld } = await import(
  pathToFileURL(bundle).href
);

/** What a model may well write: nothing in it is a value but one address and one card of the test range. */
const talkative =
  `Sure! Here is how to reach us: write to garden.centre@example.org, or call +44 20 7946 0958 between 9 and 17.
Your order 20458-77 of 12 lavender plants (3.49 each) comes to 41.88; the card 4111 1111 1111 1111 was charged.
\`\`\`js
const token = process.env.API_TOKEN;
const response = await fetch(\`https://api.example.org/v1/plants?page=\${page}\`, { headers: { authorization: token } });
\`\`\`
Water them twice a week in summer - less in winter - and keep them out of the wind. "Hidcote" stays small; "Grosso" does not. `.repeat(
    3,
  );

if (!values.speed) {
  if (existsSync(data)) await measureQuality();
  else console.log('No data in "../shared/data/guard": quality not measured');
}
if (!values.quality) {
  await measureSpeed();
  await measureHostile();
}

async function measureQuality() {
  const judge = createJudge();
  const sections = [];
  for (const file of ['train.jsonl', 'train-evaluation-only.jsonl', 'dev.jsonl']) {
    console.log(`quality on ${file} …`);
    const sources = new Map();
    for (const line of readFileSync(`${data}${file}`, 'utf8').trim().split('\n')) {
      const { source, role, label, text } = JSON.parse(line);
      const key = `${label === 1 ? 'attack' : 'benign'} | ${source} | ${role}`;
      const counts = sources.get(key) ?? { rows: 0, flag: 0, block: 0 };
      const verdict = await judge(text, role);
      counts.rows++;
      if (verdict !== 'allow') counts.flag++;
      if (verdict === 'block') counts.block++;
      sources.set(key, counts);
    }
    const rows = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
    const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
    sections.push(
      `\`${file}\`\n`,
      table(
        ['', 'source', 'role', 'rows', 'flagged or blocked', 'blocked'],
        rows.map(([key, { rows: total, flag, block }]) => [
          ...key.split(' | '),
          total,
          percent(flag, total),
          percent(block, total),
        ]),
      ),
      '',
    );
  }
  writeBetween('quality', sections.join('\n').trim());
}

async function measureSpeed() {
  console.log('speed: about a minute …');
  const sentence =
    'The quarterly report shows that revenue grew by 12 percent, while costs stayed flat. ';
  const long = (length) => sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length);
  const chunk = (content) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
  const deltas = Array.from({ length: 64 }, (_, index) =>
    chunk(`${sentence.split(' ')[index % 13]} `),
  );
  const cases = [
    ['JSON, 1 kB each way', { text: long(1000) }],
    ['JSON, 16 kB each way', { text: long(16_000) }],
    ['stream of 64 deltas', { text: long(200), stream: [...deltas, 'data: [DONE]\n\n'].join('') }],
  ];
  // Once around for nothing: whatever came first would be measured while V8 still compiles.
  for (const [, given] of cases) await time(createSubjects(given));
  const rows = [];
  let chunkCost = 0;
  for (const [name, given] of cases) {
    const subjects = createSubjects(given);
    const answers = await Promise.all(subjects.map(({ run }) => run()));
    if (new Set(answers).size !== 1) throw new Error(`Not all subjects answer the same: "${name}"`);
    const times = await time(subjects);
    const [bare, ...guarded] = times;
    rows.push([name, micro(bare), ...guarded.map((one) => `+${micro(one - bare)}`)]);
    if (given.stream !== undefined) chunkCost = ((guarded[0] - bare) * 1e6) / deltas.length;
  }
  const columns = ['µs a call, median', 'without guard', 'default options', 'e-mail redacted too'];
  columns.push('defaults, a text known from before');
  const encoder = new TextEncoder();
  const held = [];
  for (const [name, options] of [
    ['default options', {}],
    ['e-mail redacted too', { email: 'redact' }],
  ]) {
    const pieces = talkative.match(/\s*\S{1,4}/g);
    const waiting = await measureHeld(options, pieces, (piece) => encoder.encode(chunk(piece)));
    const mean = waiting.reduce((sum, count) => sum + count, 0) / waiting.length;
    held.push([name, mean.toFixed(1), Math.max(...waiting)]);
  }
  const [, mean, most] = held[0];
  writeSection(
    'guard',
    [
      '## Prompt guard',
      `\`pnpm bench guard\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. Node ${process.versions.node}, ${machineFacts()}.`,
      `With its default options, which read replies too, the guard takes ${chunkCost.toFixed(1)} µs of processor time for each of the ${deltas.length} deltas of a stream, its request included (aim: at most 20). Of a text full of code, numbers and addresses ${mean} characters wait for a verdict on average, ${most} at most. What it finds, and what it costs otherwise: the tables in [its README](../packages/prompt-guard/README.md).`,
    ].join('\n\n'),
  );
  writeBetween(
    'speed',
    [
      table(columns, rows),
      'Of a streamed text of prose, code, numbers and addresses in pieces of up to four characters, so many characters waited for a verdict after a piece:',
      table(['', 'on average', 'at most'], held),
      `Node ${process.versions.node}, ${machineFacts()}.`,
    ].join('\n\n'),
  );
}

/** Texts made to be slow: what a kilobyte costs must not grow with how many there are. */
async function measureHostile() {
  const inspect = createInspect();
  const secret = `sk-${'aB3dE6gH9jK2'.repeat(3).slice(0, 30)} `;
  const patterns = [
    ['words of rules', 'ignore forget all your previous '],
    ['persona names', 'DAN dan '],
    ['letters spaced out', 'i g n o r e '],
    ['one long word', 'a'],
    ['percent escapes', '%69%67'],
    ['pairs of hexadecimal digits', '69 67 '],
    ['invisible characters', 'a\u200b'],
    ['ideographs of rules', '忽略之前'],
    ['marks of templates', '<|im_start|>'],
    ['beginnings of keys', 'sk-proj-'],
    ['keys too short', secret],
    ['beginnings of URLs', '://a:b'],
    ['addresses without end', 'a@a.'],
    ['digits in groups', '4111 '],
    ['names of secrets', 'password: "'],
    ['private key headers', '-----BEGIN PRIVATE KEY-----\n'],
    ['placeholders', '[EMAIL_1] '],
  ];
  const rows = [];
  for (const [name, pattern] of patterns) {
    const costs = [];
    for (const length of [10_240, 1_048_576]) {
      const text = pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
      const samples = [];
      for (let round = 0; round < (length > 100_000 ? 7 : 40); round++) {
        const started = process.cpuUsage();
        await inspect(text);
        const { user, system } = process.cpuUsage(started);
        samples.push((user + system) / (length / 1024));
      }
      costs.push(samples.sort((a, b) => a - b)[samples.length >> 1]);
    }
    rows.push([name, ...costs.map((cost) => cost.toFixed(0))]);
  }
  writeBetween('hostile', table(['µs a kB', 'in 10 kB', 'in 1 MB'], rows));
}

/** Seconds a call: the median of rounds in which the subjects take turns. */
async function time(subjects) {
  const rounds = subjects.map(() => []);
  for (let round = 0; round < 15; round++) {
    for (const [index, { run }] of subjects.entries()) {
      const started = process.cpuUsage();
      const count = 400;
      for (let turn = 0; turn < count; turn++) await run();
      const { user, system } = process.cpuUsage(started);
      if (round > 3) rounds[index].push((user + system) / 1e6 / count);
    }
  }
  return rounds.map((samples) => samples.sort((a, b) => a - b)[samples.length >> 1]);
}

function micro(seconds) {
  return (seconds * 1e6).toFixed(0);
}

function writeBetween(id, markdown) {
  const text = readFileSync(readme, 'utf8');
  const [begin, end] = [`<!-- begin ${id} -->`, `<!-- end ${id} -->`];
  const [before, rest] = text.split(begin);
  if (rest === undefined) throw new Error(`Cannot find "${begin}" in the README`);
  writeFileSync(readme, `${before}${begin}\n\n${markdown}\n\n${end}${rest.split(end)[1]}`);
  console.log(markdown);
}
