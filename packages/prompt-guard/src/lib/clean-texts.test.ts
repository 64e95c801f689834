import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCleanTexts } from './clean-texts.ts';

const long = 'Which plants grow in the shade of a wall that never sees the sun, even in June?';

describe('createCleanTexts()', () => {
  it('knows a text from the second time on, and only of whom it was', () => {
    const clean = createCleanTexts(1000);
    clean.add(long, 'user');
    expect(clean.has(long, 'user')).toBe(false);
    clean.add(long, 'user');
    expect(clean.has(long, 'user')).toBe(true);
    expect(clean.has(long, 'tool-result')).toBe(false);
    clean.add(long, 'tool-result');
    clean.add(long, 'tool-result');
    expect(clean.has(long, 'tool-result')).toBe(true);
    expect(clean.has(long, 'user')).toBe(true);
  });

  it('remembers nothing short, nothing larger than all of it, and nothing at 0', () => {
    for (const [characters, text] of [
      [1000, 'short'],
      [long.length - 1, long],
      [0, long],
    ] as const) {
      const clean = createCleanTexts(characters);
      for (let times = 0; times < 3; times++) clean.add(text, 'user');
      expect(clean.has(text, 'user')).toBe(false);
    }
  });

  it('drops what was used longest ago', () => {
    const clean = createCleanTexts(3 * (long.length + 1));
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter + long);
    const twice = (text: string) => {
      clean.add(text, 'user');
      clean.add(text, 'user');
    };
    texts.slice(0, 3).forEach(twice);
    expect(clean.has(texts[0]!, 'user')).toBe(true);
    twice(texts[3]!);
    expect(texts.map((text) => clean.has(text, 'user'))).toEqual([true, false, true, true]);
  });

  it('takes no text for another, however alike', () => {
    const near = fc
      .tuple(fc.string({ minLength: 64, maxLength: 4000 }), fc.nat(), fc.string({ maxLength: 2 }))
      .map(([text, at, change]) => {
        const place = at % text.length;
        return [text, text.slice(0, place) + change + text.slice(place + 1)] as const;
      });
    fc.assert(
      fc.property(near, ([text, other]) => {
        const clean = createCleanTexts(100_000);
        clean.add(text, 'user');
        clean.add(text, 'user');
        expect(clean.has(text, 'user')).toBe(true);
        expect(clean.has(other, 'user')).toBe(text === other);
      }),
    );
  });

  it('lets two texts of one sample take turns', () => {
    const clean = createCleanTexts(100_000);
    const filler = 'x'.repeat(3000);
    // Only what stands between the samples differs.
    const [one, other] = [`${filler}a${filler}`, `${filler}b${filler}`];
    for (const text of [one, other, one]) {
      clean.add(text, 'user');
      clean.add(text, 'user');
      expect([one, other].map((each) => clean.has(each, 'user'))).toEqual([
        text === one,
        text === other,
      ]);
    }
  });
});
