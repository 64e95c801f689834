import { describe, expect, it } from 'vitest';
import { embedderConformance } from '../embedder.conformance.ts';
import { dotProduct, normalizeVector } from '../embedder.ts';
import { createBench } from '../fixture.ts';
import { lightGuards } from '../guards.ts';
import { wordEmbedder } from './word-embedder.ts';
import { wordWeights } from './word-weights.ts';

const embedder = wordEmbedder();

embedderConformance(embedder);

function cosine(left: string, right: string, by = embedder): number {
  const vectors = by.embed([left, right]) as readonly Float32Array[];
  const [one, other] = vectors.map((vector) => normalizeVector(vector, by.dimensions));
  return one === undefined || other === undefined ? 0 : dotProduct(one, other);
}

describe('wordEmbedder()', () => {
  it('minds the words that say something, and hardly those that do not', () => {
    const same = cosine('show me my account balance', 'can you show my account balance please');
    const other = cosine('show me my account balance', 'show me my account number');
    expect(same).toBeGreaterThan(embedder.threshold ?? 1);
    expect(other).toBeLessThan(same);
  });

  it('takes a slip of the keys for nearly the same', () => {
    expect(cosine('what is the exchange rate', 'what is the exchnage rate')).toBeGreaterThan(0.6);
    expect(cosine('what is the exchange rate', 'tell me a joke')).toBeLessThan(0.3);
  });

  it('passes over case, signs and short forms', () => {
    expect(cosine("What's up? I'll see, don't", 'what is up i will see do not')).toBeCloseTo(1);
    expect(cosine('What’s up', 'what is up')).toBeCloseTo(1);
    expect(cosine('What is up?', 'what is up')).toBeCloseTo(1);
  });

  it('weighs as it is told, and never compares with other weights', () => {
    const own = wordEmbedder({ weights: [['balance', 0]] });
    expect(cosine('balance', 'balance', own)).toBe(0);
    expect(own.id).not.toBe(embedder.id);
    expect(wordEmbedder({ weights: [['balance', 1]] }).id).not.toBe(own.id);
    expect(() => wordEmbedder({ weights: [['balance', 16]] })).toThrow(RangeError);
    expect(() => wordEmbedder({ weights: [['balance', Number.NaN]] })).toThrow(RangeError);
  });

  it('takes texts apart as its weights were learned', async () => {
    const script = new URL('../../../scripts/word-weights.mjs', import.meta.url).href;
    const { wordsOf } = await import(script);
    for (const text of [
      "What’s up? I'll see",
      "Don't, can't",
      'Ünïcode 42 and A.B-C_d',
      "'quoted' o'clock",
    ]) {
      const silent = wordEmbedder({ weights: wordsOf(text).map((word: string) => [word, 0]) });
      const [vector] = silent.embed([text]) as readonly Float32Array[];
      expect([text, vector?.every((value) => value === 0)]).toEqual([text, true]);
    }
  });

  it('knows no word that says more than one unseen', () => {
    for (const [weight, words] of wordWeights) {
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThan(14);
      expect(words.split(' ').every((word) => word !== '')).toBe(true);
    }
  });

  it('finds rewordings in the cache, and the guards keep apart what is not the same', async () => {
    const semantic = { embedder, guards: lightGuards() };
    const { ask } = createBench({ cache: { tenant: 'shared', semantic } });
    await ask('can you show me my account balance');
    expect((await ask('please show my account balance')).cache).toContain('detail=semantic');
    await ask('set an alarm for 7 am');
    expect((await ask('set the alarm for 8 am')).cache).toContain('fwd=miss');
    expect((await ask('do not set an alarm for 7 am')).cache).toContain('fwd=miss');
  });
});
