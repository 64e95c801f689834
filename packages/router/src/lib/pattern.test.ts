import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPattern } from './pattern.ts';

describe('createPattern()', () => {
  it.each([
    ['gpt-*', 'gpt-5', true],
    ['gpt-*', 'gpt-', true],
    ['gpt-*', 'agpt-5', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['*-mini', 'gpt-5-mini', true],
    ['*-mini', 'gpt-5-minimal', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['a**c', 'abc', true],
    ['g.t-*', 'gpt-5', false],
    ['openai/*', 'openai/gpt-5', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(createPattern(pattern).matches(name)).toBe(expected);
  });

  it('agrees with the regular expression that it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, names, (text, name) => {
        const pattern = `${text}*`;
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(createPattern(pattern).matches(name)).toBe(expression.test(name));
      }),
    );
  });

  it('ends for a hostile name', () => {
    // Backtracking over fifty stars would not end within any limit.
    const pattern = createPattern(`${'a*'.repeat(50)}b`);
    for (let turn = 0; turn < 1000; turn++) expect(pattern.matches('a'.repeat(256))).toBe(false);
    expect(pattern.matches('a'.repeat(100_000))).toBe(false);
  });
});
