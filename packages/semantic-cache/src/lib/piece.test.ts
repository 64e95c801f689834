import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutText, type Piece } from './piece.ts';

const signs = fc.constantFrom(...'aZ 9\t\n\v\f\r.,?"\'(-:=+\u0000\u001c\u001f');
const texts = fc.array(signs, { maxLength: 40 }).map((letters) => letters.join('').trim());

/** All of a piece, wherever it is kept. */
function fieldsOf({ text, before, after, lower, isPlain, hasCapital, isListed }: Piece) {
  return { text, before, after, lower, isPlain, hasCapital, isListed };
}

it('cuts ASCII where a regular expression would, in one pass', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const whole = cutText(text).pieces.map(({ before, text, after }) => before + text + after);
      expect(whole).toEqual(text.split(/\s+/));
    }),
  );
});

it('sees the same in ASCII as in a text that is not', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const [ascii, other] = [cutText(text), cutText(`é ${text}`.trim())];
      expect(ascii.isAscii).toBe(true);
      expect(other.isAscii).toBe(false);
      expect(ascii.isExact).toBe(other.isExact);
      if (text !== '')
        expect(ascii.pieces.map(fieldsOf)).toEqual(other.pieces.slice(1).map(fieldsOf));
    }),
  );
});

const verbatim =
  /^(?:translat|correct|proofread|rewrit|re?phras|paraphras|summar|shorten|spell|pronounc|conjugat|gramma|punctuat|count(?:ing)?$|repeat|continue$|encod|decod|reverse|anagram|rhyme|defin(?:e|ition)$|meaning|means?$|syllable|letters|said$|say|words?$)/;

it('knows verbs that take their object to the letter wherever there is one', () => {
  const words =
    'translate rephrased rphrase syllables define spell counting countless words word mean meant means a an re co the THE naïve "spell (repeat) x-say défine said. Say';
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...words.split(' ')), { minLength: 1, maxLength: 6 }),
      (chosen) => {
        const { pieces, isVerbatim } = cutText(chosen.join(' '));
        expect(isVerbatim).toBe(pieces.some(({ lower }) => verbatim.test(lower)));
      },
    ),
  );
});
