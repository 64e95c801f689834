import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeOneWord, parityOf } from './word-parity.ts';

const word = fc.string({ minLength: 1, maxLength: 6 }).map((text) => text.replaceAll('\n', ' '));
const words = fc.array(word, { maxLength: 40 });

function mayBeNear(first: readonly string[], second: readonly string[]): boolean {
  const [of, to] = [parityOf(first.join('\n')), parityOf(second.join('\n'))];
  return mayBeOneWord(of[0] ^ to[0]) && mayBeOneWord(of[1] ^ to[1]);
}

describe('parityOf()', () => {
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
