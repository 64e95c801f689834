import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAutomaton } from './automaton.ts';
import { createTermState, createTermTable, findTerms } from './terms.ts';

const term = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });

describe('createAutomaton()', () => {
  it('finds what a search for each term at each place finds', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(term, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }),
        (terms, text) => {
          const automaton = createAutomaton(terms);
          let state = 0;
          for (let end = 1; end <= text.length; end++) {
            state = automaton.step(state, text.charCodeAt(end - 1));
            const found: string[] = [];
            for (let node = state; automaton.longest(node) !== -1; node = automaton.shorter(node))
              found.push(terms[automaton.longest(node)]!);
            const expected = terms
              .filter((one) => text.slice(0, end).endsWith(one))
              .sort((a, b) => b.length - a.length);
            expect(found).toEqual(expected);
          }
        },
      ),
    );
  });
});

describe('findTerms()', () => {
  function find(text: string, deny: string[], allow: string[] = []): string[] {
    const found: string[] = [];
    findTerms(createTermTable(deny, allow)!, createTermState(), text, true, (from, to) =>
      found.push(text.slice(from, to)),
    );
    return found;
  }

  it.each([
    ['Dan and DAN, not Daniel, redundant or Dan2', ['dan'], [], ['Dan', 'DAN']],
    ['naïve éclair', ['clair', 'na'], [], []],
    ['我不喜欢猎鹰项目', ['猎鹰'], [], ['猎鹰']],
    ['kill the process, kill it', ['kill'], ['kill the process'], ['kill']],
    ['kill the processes', ['kill'], ['kill the process'], ['kill']],
    ['a b c d', ['b', 'b c'], ['a b c'], []],
    ['c++ and C++!', ['c++'], [], ['c++', 'C++']],
  ])('finds in %j', (text, deny, allow, expected) => {
    expect(find(text, deny, allow)).toEqual(expected);
  });
});
