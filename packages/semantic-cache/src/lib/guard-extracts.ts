import type { Guard } from './guard.ts';
import type { Sentence } from './sentence.ts';

/**
 * A guard that reads something out of each text and refuses when it differs: as often, in any order.
 * What was read of a text is kept with it.
 *
 * @param options.both only where there is some in both texts.
 */
export function extractGuard(
  name: string,
  extract: (sentence: Sentence) => readonly string[],
  { both = false }: { readonly both?: boolean } = {},
): Guard {
  const known = new WeakMap<Sentence, string>();

  function read(sentence: Sentence): string {
    let found = known.get(sentence);
    if (found === undefined)
      known.set(sentence, (found = [...extract(sentence)].sort().join('\n')));
    return found;
  }

  return {
    name,
    refuses({ asked, stored }) {
      const [left, right] = [read(asked), read(stored)];
      return left !== right && !(both && (left === '' || right === ''));
    },
  };
}

/** All that an expression with the flag `g` finds, in lower case. */
export function findAll(expression: RegExp, text: string): string[] {
  return (text.match(expression) ?? []).map((found) => found.toLowerCase());
}
