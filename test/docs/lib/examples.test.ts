import { describe, expect, it } from 'vitest';
import { completed, missingNames, parseExamples } from './examples.ts';

describe('parseExamples()', () => {
  it('gives every example of a comment with its place, up to the next tag', () => {
    const text = `const a = 1;
/**
 * Adds.
 *
 * @example
 * add(1,
 *   2);
 *
 * add(3, 4);
 * @example add(5, 6);
 * @throws never
 */
/** @example one(); */
/* @example no(); */
/**
 * @example
 * start();
 *
 * Runs on: Node.
 */`;
    expect(parseExamples(text, 'a.ts')).toEqual([
      { place: 'a.ts:5', language: 'ts', code: 'add(1,\n  2);\n\nadd(3, 4);' },
      { place: 'a.ts:10', language: 'ts', code: 'add(5, 6);' },
      { place: 'a.ts:13', language: 'ts', code: 'one();' },
      { place: 'a.ts:16', language: 'ts', code: 'start();' },
    ]);
  });
});

describe('completed()', () => {
  const exports = {
    '@wintergate/core': { values: ['compose'], types: ['Options'] },
    '@wintergate/logger': { values: ['logger'], types: ['Options'] },
  };
  const complete = (code: string, names: string[]): string =>
    completed({ place: 'packages/logger/src/a.ts:1', language: 'ts', code }, names, exports).code;

  it('imports what a package exports, its own first, and declares the rest', () => {
    expect(complete('x();', ['compose', 'Options', 'mine'])).toBe(
      "import { compose } from '@wintergate/core'; import { Options } from '@wintergate/logger'; declare const mine: any; type mine = any;\nx();",
    );
  });

  it('fills in what is left open', () => {
    expect(complete('a({ … }, …);', [])).toBe('\na(({} as any), ...([] as any));');
  });
});

describe('missingNames()', () => {
  it('reads them from errors, once each', () => {
    const errors = [
      "line 1 of the block: TS2304: Cannot find name 'a'.",
      "line 2 of the block: TS2304: Cannot find name 'a'.",
      "line 2 of the block: TS2552: Cannot find name 'bb'. Did you mean 'b'?",
      "line 3 of the block: TS18004: No value exists in scope for the shorthand property 'c'. Declare one.",
      "line 4 of the block: TS2345: Argument of type 'x' is not assignable.",
    ];
    expect(missingNames(errors)).toEqual(['a', 'bb', 'c']);
  });
});
