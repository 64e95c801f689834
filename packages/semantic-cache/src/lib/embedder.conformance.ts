import { describe, expect, it } from 'vitest';
import { dotProduct, type Embedder, normalizeVector } from './embedder.ts';
import { pairTexts } from './sentence-pair.ts';

const texts = [
  'hello',
  'How do I reset my password?',
  '今天',
  '👍',
  '__proto__',
  'x'.repeat(50_000),
];

/** What every embedder must do. */
export function embedderConformance(embedder: Embedder): void {
  describe(`embedder "${embedder.id}"`, () => {
    it('answers one vector of the promised length for each text, in order', async () => {
      const vectors = await embedder.embed(texts);
      expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => embedder.dimensions));
      for (const [at, text] of texts.entries()) {
        const [alone] = await embedder.embed([text]);
        const [one, other] = [vectors[at], alone].map((vector) =>
          normalizeVector(vector, embedder.dimensions),
        );
        // Nothing but zeros: not comparable, however it is asked.
        if (one === undefined || other === undefined) expect(one).toBe(other);
        else expect(dotProduct(one, other)).toBeCloseTo(1, 4);
      }
    });

    it('answers nothing for nothing, and a vector for an empty text', async () => {
      expect(await embedder.embed([])).toEqual([]);
      expect((await embedder.embed(['']))[0]).toHaveLength(embedder.dimensions);
    });

    it('does not change a vector that it has handed out', async () => {
      const [first] = await embedder.embed(['hello']);
      const copy = first?.slice();
      await embedder.embed(texts);
      expect(first).toEqual(copy);
    });

    it('compares a text with itself as the same, if it compares', () => {
      const { compare } = embedder;
      for (const text of texts.slice(0, 2))
        expect(compare?.(pairTexts(text, text), 1) ?? 1).toBeCloseTo(1, 4);
    });
  });
}
