import { expect, it } from 'vitest';
import { dotProduct, normalizeVector } from './embedder.ts';
import { wordEmbedder } from './embedders/word-embedder.ts';
import { differentThings } from './fixture-different.ts';
import { sameThings } from './fixture-same.ts';
import { findRefusal } from './guard.ts';
import { lightGuards } from './guards.ts';
import { pairTexts } from './sentence-pair.ts';
import { wordGuards } from './word-guards.ts';

const embedder = wordEmbedder();

function vectorOf(text: string): Float32Array {
  const [vector] = embedder.embed([text]) as readonly Float32Array[];
  return normalizeVector(vector, embedder.dimensions)!;
}

/** How many of the pairs answer one another, each way. */
function answered(pairs: readonly string[], guards = wordGuards()): number {
  return pairs
    .map((pair) => pair.split(' | ') as [string, string])
    .flatMap(([left, right]) => [pairTexts(left, right), pairTexts(right, left)])
    .filter(({ asked, stored }, at, all) => {
      const alike = dotProduct(vectorOf(asked.text), vectorOf(stored.text));
      return alike >= embedder.threshold! && findRefusal(guards, all[at]!) === undefined;
    }).length;
}

it('wordGuards() part requests for different things, and let most rewordings pass', () => {
  expect(answered(differentThings)).toBeLessThanOrEqual(16);
  expect(answered(sameThings)).toBeGreaterThanOrEqual(178);
});

it('the pairs are such as need them', () => {
  expect(answered(differentThings, lightGuards())).toBeGreaterThan(300);
});
