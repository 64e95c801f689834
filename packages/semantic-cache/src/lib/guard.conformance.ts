import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guard } from './guard.ts';
import { pairTexts } from './sentence-pair.ts';

const words = fc.constantFrom(
  'not',
  'Paris',
  'increase',
  '5',
  '3.10',
  '"x"',
  "don't",
  'the',
  '+',
  ':',
  '\n',
  '女',
  '👍',
  'how',
  'i',
  '__proto__',
  'constructor',
);
const texts = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
);

/** What every guard must do, whatever it looks for. */
export function guardConformance(guard: Guard): void {
  describe(`guard "${guard.name}"`, () => {
    it('has a name that can stand in a header', () => {
      expect(guard.name).toMatch(/^[a-z][a-z0-9-]{0,40}$/);
    });

    it('lets a text answer itself, and answers the same in both directions', () => {
      fc.assert(
        fc.property(texts, texts, (left, right) => {
          expect(guard.refuses(pairTexts(left, left))).toBe(false);
          expect(guard.refuses(pairTexts(left, right))).toBe(guard.refuses(pairTexts(right, left)));
        }),
        { numRuns: 300 },
      );
    });

    it('takes time in proportion to the text, whatever it holds', () => {
      // One that is quadratic would take minutes.
      for (const piece of [
        'a',
        'aA',
        '_a',
        'a.',
        'a::',
        '1',
        '1-',
        '/',
        '`',
        '(',
        ' --',
        'a@',
        '{',
        '$',
      ]) {
        const long = piece.repeat(100_000 / piece.length);
        expect(guard.refuses(pairTexts(long, long))).toBe(false);
      }
    });

    it('takes texts of any length', () => {
      const long = `${'word '.repeat(20_000)}${'('.repeat(20_000)}${'"a '.repeat(20_000)}`;
      expect(guard.refuses(pairTexts(long, long))).toBe(false);
      expect(typeof guard.refuses(pairTexts(long, `${long} not`))).toBe('boolean');
    });
  });
}
