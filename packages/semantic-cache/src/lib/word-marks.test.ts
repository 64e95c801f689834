import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOtherSpelling } from './misspelling.ts';
import { marksOf, mayBeOneWord } from './word-marks.ts';

const word = fc.string({ minLength: 1, maxLength: 6 }).map((text) => text.replaceAll('\n', ' '));
const words = fc.array(word, { maxLength: 40 });

function marks(...words: readonly string[]) {
  return marksOf(words.join('\n'), Math.max(1, words.length), 0);
}

function mayBeNear(first: readonly string[], second: readonly string[]): boolean {
  const [of, to] = [marks(...first), marks(...second)];
  return mayBeOneWord(of.one ^ to.one) && mayBeOneWord(of.other ^ to.other);
}

describe('the parity of marksOf()', () => {
  it('never parts texts that differ by one word', () => {
    fc.assert(
      fc.property(words, words, word, word, (before, after, given, another) => {
        const text = [...before, given, ...after];
        expect(mayBeNear(text, text)).toBe(true);
        expect(mayBeNear(text, [...before, ...after])).toBe(true);
        expect(mayBeNear([...before, ...after], text)).toBe(true);
        expect(mayBeNear(text, [...before, another, ...after])).toBe(true);
      }),
    );
  });

  it('parts nearly all that differ by two, whatever else they share', () => {
    const shared = Array.from({ length: 200 }, (_, at) => `shared${at % 7}`);
    const asked = ['item9999', 'at9998', ...shared];
    let left = 0;
    for (let at = 0; at < 2000; at++)
      if (mayBeNear([`item${at}`, `at${at * 7}`, ...shared], asked)) left++;
    // Four bits on 32 places meet in pairs once in six times, and twice at once in 36.
    expect(left).toBeLessThan(2000 / 10);
  });
});

describe('the letters of marksOf()', () => {
  const plain = fc.stringMatching(/^[a-z]{4,12}$/);
  /** A letter doubled, two neighbours swapped, or an ending of a plural. */
  const change = fc.tuple(plain, fc.nat(), fc.constantFrom('double', 'swap', 's', 'es', 'ies'));

  function changed([given, place, how]: [string, number, string]): string {
    const at = place % (given.length - 1);
    const [one, two] = [given[at]!, given[at + 1]!];
    if (how === 'double') return given.slice(0, at) + one + given.slice(at);
    if (how === 'swap') return given.slice(0, at) + two + one + given.slice(at + 2);
    return how === 'ies' ? `${given.slice(0, -1)}ies` : given + how;
  }

  it('are the same in every spelling of one word', () => {
    let alike = 0;
    fc.assert(
      fc.property(change, words, (how, around) => {
        const [given, other] = [how[0], changed(how)];
        if (!isOtherSpelling(given, other)) return;
        alike++;
        expect(marks(...around, other).letters).toBe(marks(...around, given).letters);
      }),
      { numRuns: 2000 },
    );
    expect(alike).toBeGreaterThan(200);
  });

  it('tell most other words apart', () => {
    const found = new Set<number>();
    for (const word of ['paris', 'london', 'madrid', 'berlin', 'tokyo', 'oslo', 'rome', 'cairo'])
      found.add(marks('capital', 'of', word).letters);
    expect(found.size).toBe(8);
  });
});
