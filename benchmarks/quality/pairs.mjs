// Pairs of texts that people have judged: what the guards refuse, what is answered, and how an embedder ranks them.
import { percent, table } from '../lib/results.mjs';
import { scoredPairs, sick } from '../semantic/data.mjs';

/** What the light guards make of pairs of which one follows from the other, contradicts it, or neither. */
export async function judgedPairs(explained, quick) {
  const list = sick().slice(0, quick ? 1000 : undefined);
  console.log(`SICK: ${list.length} pairs …`);
  const pairs = list.map(({ stored, asked }) => [stored, asked]);
  const found = await explained(pairs, { guards: 'light' });
  const rows = ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'].map((kind) => {
    const at = list.flatMap(({ judgement }, index) => (judgement === kind ? [index] : []));
    const refused = at.filter((index) => found[index]?.guard !== undefined).length;
    return [kind.toLowerCase(), at.length, percent(refused, at.length)];
  });
  return `**SICK**, light guards alone, whatever the similarity\n\n${table(['', 'pairs', 'refused'], rows)}`;
}

/** How many pairs of texts each setting takes for the same question, by what people made of them. */
export async function answeredPairs(explained, weights, quick) {
  const kinds = {
    ...Object.fromEntries(
      Object.entries(scoredPairs()).flatMap(([name, pairs]) => [
        [`${name}: scored 4 to 5`, pairs.filter(({ score }) => score >= 4)],
        [`${name}: scored below 3`, pairs.filter(({ score }) => score < 3)],
      ]),
    ),
    ...Object.fromEntries(
      ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'].map((kind) => [
        `SICK: ${kind.toLowerCase()}`,
        sick()
          .filter(({ judgement }) => judgement === kind)
          .map(({ stored, asked }) => ({ left: stored, right: asked })),
      ]),
    ),
  };
  const words = { embedder: 'words', weights };
  const settings = [
    [{ guards: 'default' }, 0.92],
    [{ ...words, guards: 'none' }, 0.71],
    [{ ...words, guards: 'light' }, 0.71],
    [{ ...words, guards: 'words' }, 0.71],
  ];
  const rows = [];
  for (const [kind, all] of Object.entries(kinds)) {
    const pairs = all.slice(0, quick ? 100 : undefined).map(({ left, right }) => [left, right]);
    console.log(`${kind}: ${pairs.length} pairs …`);
    const cells = [];
    for (const [options, threshold] of settings) {
      const found = await explained(pairs, options);
      const answered = found.filter(
        (one) => one !== undefined && one.guard === undefined && one.similarity >= threshold,
      );
      cells.push(percent(answered.length, pairs.length));
    }
    rows.push([kind, pairs.length, ...cells]);
  }
  const columns = [
    '',
    'pairs',
    'the default',
    'words, no guards',
    'words, light guards',
    'words, its guards',
  ];
  return `**Pairs that people judged**, answered at the threshold of the embedder\n\n${table(columns, rows)}`;
}

/** How the cosine of each embedder ranks pairs that people have scored (Spearman). */
export function rankedPairs(embedders, weights) {
  const rows = Object.entries(scoredPairs()).map(([name, pairs]) => [
    name,
    pairs.length,
    ...['lexical', 'words'].map((which) => {
      const embedder = embedders[which]({ weights });
      const cosines = pairs.map(({ left, right }) => cosine(...embedder.embed([left, right])));
      return spearman(
        pairs.map(({ score }) => score),
        cosines,
      ).toFixed(3);
    }),
  ]);
  return `**Rank correlation** with people's scores\n\n${table(['', 'pairs', 'lexical', 'words'], rows)}`;
}

function cosine(left, right) {
  const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right) || 1);
}

function spearman(left, right) {
  const [a, b] = [ranks(left), ranks(right)];
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (term) => a.reduce((total, _, at) => total + term(a[at] - ma, b[at] - mb), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

/** From 0 on; equal ones share the middle of theirs. */
function ranks(list) {
  const order = list.map((_, at) => at).sort((a, b) => list[a] - list[b]);
  const out = new Array(list.length);
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && list[order[end]] === list[order[at]]) end++;
    for (let same = at; same < end; same++) out[order[same]] = (at + end - 1) / 2;
    at = end;
  }
  return out;
}
