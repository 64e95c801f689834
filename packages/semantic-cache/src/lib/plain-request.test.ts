import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutText } from './piece.ts';
import { plainRequest, withoutGreeting } from './plain-request.ts';

function plain(text: string): string {
  return plainRequest(withoutGreeting(cutText(text).pieces))
    .map(({ text: word, before, after }) => `${before}${word}${after}`)
    .join(' ');
}

it.each([
  ['Can you tell me how I can reset it?', 'how to reset it?'],
  ["Hi! I'd like to know what the price is, and why.", 'what the price is, and why.'],
  ['tell me who the owner of the shop is?', 'who is the owner of the shop?'],
  ['I want you to write me a poem.', 'write a poem.'],
  ['Explain how the engine works!', 'how does the engine work!'],
  ['Could you tell me, how is it', 'Could you tell me, how is it'],
  ['How (do I) do it', 'How (do I) do it'],
  ['explain', 'explain'],
  ['how', 'how'],
  ['hello', 'hello'],
])('makes of %j %j', (text, expected) => {
  expect(plain(text)).toBe(expected);
});

it('takes any words in any order, keeps the last of them, and is done after one look', () => {
  const words = fc.constantFrom(
    ...'can could you please tell me how what who where do does i to is are the a explain works write want know hello hi, there! work? stop. "it"'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 16 }), (list) => {
      const once = plain(list.join(' '));
      expect(once).not.toBe('');
      expect(once.split(' ').length).toBeLessThanOrEqual(list.length + 2);
    }),
  );
});
