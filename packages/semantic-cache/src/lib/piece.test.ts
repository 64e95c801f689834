import fc from 'fast-check';
import { expect, it } from 'vitest';
import { piecesOf } from './piece.ts';
import { mayBeVerbatim, verbatimVerb } from './word-lists.ts';

const signs = fc.constantFrom(...'aZ 9\t\n\v\f\r.,?"\'(-\u0000\u001c\u001f');

it('cuts ASCII where a regular expression would, in one pass', () => {
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 40 }), (letters) => {
      const text = letters.join('').trim();
      const whole = piecesOf(text, true).map(({ before, text, after }) => before + text + after);
      expect(whole).toEqual(text.split(/\s+/));
      expect(piecesOf(text, true)).toEqual(piecesOf(text, false));
    }),
  );
});

it('looks for verbs that take their object to the letter wherever there is one', () => {
  const words = 'translate translations say count counting countless words word means a THE naïve';
  const word = fc.constantFrom(
    ...words.split(' '),
    '"spell',
    '(repeat)',
    'x-say',
    'défine',
    'said.',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (chosen) => {
      const text = chosen.join(' ');
      if (piecesOf(text, false).some(({ lower }) => verbatimVerb.test(lower)))
        expect(mayBeVerbatim.test(text.toLowerCase())).toBe(true);
    }),
  );
});
