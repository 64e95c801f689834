import { openaiChat } from '@wintergate/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difficultyOf } from './difficulty.ts';

const url = new URL('http://g.test/v1/chat/completions');
const score = (content: string, body: object = {}) =>
  difficultyOf(
    openaiChat.readCall(
      { model: 'm', messages: [{ role: 'user', content }], ...body },
      'chat',
      url,
    ),
  );

describe('difficultyOf()', () => {
  it.each([
    'Hi there',
    'What is the capital of Peru?',
    'Translate "good morning" into Polish.',
    'Set an alarm for 7 tomorrow',
    'Write a short poem about rain.',
  ])('is easy: %s', (text) => {
    expect(score(text).score).toBeLessThan(0.3);
  });

  it.each([
    'Write a Python function that finds the longest path in a binary tree, without recursion.',
    'A train covers 120 km in 90 minutes and another 200 km in 2 hours. Find the ratio of their speeds and the total time for 400 km.',
    'Prove step by step that there is no largest prime, then compare two proofs and evaluate their trade-offs.',
  ])('is hard: %s', (text) => {
    expect(score(text).score).toBeGreaterThanOrEqual(0.5);
  });

  it('says what a score is made of', () => {
    const tools = Array.from({ length: 9 }, (_, at) => ({
      type: 'function',
      function: { name: `f${at}`, parameters: {} },
    }));
    const { signs } = score('Solve 3x + 4 = 19 and find the sum of its digits.', { tools });
    expect(signs.map(({ sign }) => sign)).toEqual(['length', 'quantities', 'tools']);
    expect(signs.at(-1)?.adds).toBe(0.15);
  });

  it('is from 0 to 1 for any text, in bounded time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { score: value } = score(text);
        return value >= 0 && value <= 1;
      }),
    );
    expect(score('prove 1 + 1 if only '.repeat(200_000)).score).toBeLessThanOrEqual(1);
    expect(score('').score).toBe(0);
  });
});
