import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from './fast-hash.ts';

describe('hashText()', () => {
  it('answers the same safe integer for the same text and seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, seed) => {
        const hash = hashText(text, seed);
        expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
        expect(hashText(`${text}`, seed)).toBe(hash);
      }),
    );
  });

  it('spreads texts that differ in little, and depends on the seed', () => {
    const hashes = new Set<number>();
    for (let at = 0; at < 50_000; at++) hashes.add(hashText(`{"content":"question ${at}"}`, 1));
    expect(hashes.size).toBe(50_000);
    expect(hashText('a', 1)).not.toBe(hashText('a', 2));
  });
});
