/**
 * How much a word says about what is asked for, learned from requests whose intent is known: little when
 * it stands in requests of all intents ("the", "can"), much when in those of one ("balance").
 */

/** Weights are whole numbers up to this. */
export const highest = 15;
/** Of words that were not seen: they are rare, and rare words say much. */
export const unseen = 14;
/** Words in fewer requests are not judged. */
const least = 4;
/** So many imagined sightings pull a word towards those unseen. */
const doubt = 3;

const short = { s: 'is', re: 'are', m: 'am', ll: 'will', ve: 'have', d: 'would' };

/** The words of a text as the embedder takes them: short forms written out. */
export const wordsOf = (text) =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('\u2019', "'")
    .replace(/n't\b/g, ' not')
    .replace(/'(s|re|m|ll|ve|d)\b/g, (_, form) => ` ${short[form]}`)
    .match(/[\p{L}\p{N}']+/gu) ?? [];

/**
 * @param rows requests `{ text, answer }` with their intents; those without (`oos`) are left out.
 * @returns the weight of each word that says less than one unseen, in alphabetical order.
 */
export function wordWeights(rows) {
  const intents = new Set();
  const byWord = new Map();
  for (const { text, answer } of rows) {
    if (answer.endsWith('oos')) continue;
    intents.add(answer);
    for (const word of new Set(wordsOf(text))) {
      let counts = byWord.get(word);
      if (counts === undefined) byWord.set(word, (counts = new Map()));
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
  }
  const weights = [];
  for (const [word, counts] of byWord) {
    const seen = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (seen < least) continue;
    const entropy = [...counts.values()].reduce(
      (sum, count) => sum - (count / seen) * Math.log(count / seen),
      0,
    );
    const trust = seen / (seen + doubt);
    const said = trust * (1 - entropy / Math.log(intents.size)) + (1 - trust) * 0.9;
    const weight = Math.round(Math.sqrt(Math.max(0.03, said)) * highest);
    if (weight < unseen) weights.push([word, weight]);
  }
  return new Map(weights.sort(([a], [b]) => (a < b ? -1 : 1)));
}
