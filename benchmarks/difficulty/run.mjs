// `pnpm bench difficulty`: which prompts the router's scorer takes for hard, by their category.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { repository } from '../../.scripts/lib/workspace.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';
import { clinc150, hasData } from '../semantic/data.mjs';

if (!hasData()) {
  console.error('Put the collections in ../shared/data/semantic to run this benchmark');
  process.exit(1);
}
const scorer = stage(fileURLToPath(new URL('scorer.mjs', import.meta.url)));
const { scoreOf } = await import(pathToFileURL(scorer).href);

const questions = readFileSync(
  join(repository, '../shared/data/semantic/prompts/mt_bench_question.jsonl'),
  'utf8',
);
const groups = new Map();
for (const line of questions.trim().split('\n')) {
  const { category, turns } = JSON.parse(line);
  if (!groups.has(category)) groups.set(category, []);
  groups.get(category).push(turns[0]);
}
groups.set(
  'CLINC150 (short requests)',
  clinc150().asked.map(({ text }) => text),
);

const rows = [...groups].map(([name, texts]) => {
  const scores = texts.map(scoreOf).sort((a, b) => a - b);
  const atLeast = (limit) => scores.filter((score) => score >= limit).length;
  const median = scores[Math.floor(scores.length / 2)];
  return [name, scores.length, median.toFixed(2), ...[0.3, 0.5, 0.7].map(atLeast)];
});
const body = table(['prompts', 'count', 'median', 'at 0.3', 'at 0.5', 'at 0.7'], rows);
console.log(body);
writeSection(
  'difficulty',
  [
    '## Router: difficulty',
    '',
    `\`pnpm bench difficulty\`, ${machineFacts()}, revision ${revision()}. First turns of 78 public two-turn questions by their category,`,
    'and short requests of an assistant: how many score at least so much. The categories are no',
    'labels of difficulty; the weights were changed once after a first look at these questions, so',
    'that the figures are rather too good.',
    '',
    body,
  ].join('\n'),
);
