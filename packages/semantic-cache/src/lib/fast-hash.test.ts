import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText, mapKey, ownHash } from './fast-hash.ts';

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

  it('sees a change of any one character, at every length and across the pieces it works in', () => {
    const lengths = fc.oneof(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 16_300, max: 16_500 }),
    );
    fc.assert(
      fc.property(lengths, fc.nat(), fc.boolean(), (length, place, wide) => {
        const at = place % length;
        const text = (wide ? 'ä' : 'a').repeat(length);
        const other = `${text.slice(0, at)}b${text.slice(at + 1)}`;
        expect(hashText(other, 1)).not.toBe(hashText(text, 1));
        expect(hashText(`${text}\0`, 1)).not.toBe(hashText(text, 1));
      }),
    );
  });
});

describe('ownHash()', () => {
  it('tells texts of several lines apart by each of them, and by where they end', () => {
    const long = 'x'.repeat(3000);
    const texts = [`a\n${long}`, `b\n${long}`, `a\n${long}\nc`, `a\n${long}c`, `${long}\na`];
    texts.push(`a\n${long}\n`, `\na\n${long}`, `a\n\n${long}`, `a\n${'x'.repeat(2999)}y`);
    const hashes = texts.map(ownHash);
    expect(new Set(hashes).size).toBe(texts.length);
    // In another order: whatever is remembered of a line changes nothing.
    expect([...texts].reverse().map(ownHash).reverse()).toEqual(hashes);
    expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash > 0xffffffff)).toBe(true);
  });

  it('spreads long texts that differ in their last line', () => {
    const hashes = new Set<number>();
    for (let at = 0; at < 20_000; at++) hashes.add(ownHash(`${'x'.repeat(3000)}\n${at}`));
    expect(hashes.size).toBe(20_000);
  });
});

describe('mapKey()', () => {
  it('is the text itself where V8 hashes it, and short beyond', () => {
    expect(mapKey('a'.repeat(16_000))).toBe('a'.repeat(16_000));
    const keys = new Set<string | number>();
    for (let at = 0; at < 1000; at++) keys.add(mapKey(`${'a'.repeat(20_000)}${1000 + at}`));
    expect(keys.size).toBe(1000);
    expect([...keys].every((key) => typeof key === 'number')).toBe(true);
    expect(mapKey('b'.repeat(50_000))).toBe(mapKey('b'.repeat(50_000)));
  });
});
