import { describe, expect, it } from 'vitest';
import { embedderConformance } from './embedder.conformance.ts';
import { dotProduct, normalizeVector } from './embedder.ts';
import { lexicalEmbedder } from './lexical-embedder.ts';
import { pairTexts } from './sentence-pair.ts';

const embedder = lexicalEmbedder();

embedderConformance(embedder);

function cosine(left: string, right: string): number {
  const [one, other] = (embedder.embed([left, right]) as Float32Array[]).map(
    (vector) => normalizeVector(vector, 512)!,
  );
  return dotProduct(one!, other!);
}

describe('lexicalEmbedder()', () => {
  it('passes over case, signs, short forms and inflection', () => {
    expect(cosine('What is the capital of France?', "what's the capital of france")).toBeCloseTo(1);
    expect(cosine('the best cities', 'The best city')).toBeGreaterThan(0.99);
  });

  it('takes a misspelling for the word when it looks closer, not before', () => {
    const [asked, stored] = ['What is the captial of France?', 'What is the capital of France?'];
    expect(cosine(asked, stored)).toBeLessThan(0.92);
    expect(embedder.compare?.(pairTexts(asked, stored), 0.62)).toBeCloseTo(1);
  });

  it('knows spelling and not meaning', () => {
    expect(cosine('I forgot my password', 'reset the login')).toBeLessThan(0.3);
  });

  it('answers zeros for a text without words', () => {
    expect(normalizeVector((embedder.embed(['']) as Float32Array[])[0], 512)).toBeUndefined();
  });
});
