import type { Guard } from './guard.ts';
import type { Sentence } from './sentence.ts';

/** "What" and "which" may ask for any of these. */
const kinds = new Set(['who', 'whose', 'where', 'when', 'why']);
const measures = new Set([
  'many',
  'much',
  'long',
  'far',
  'old',
  'often',
  'tall',
  'big',
  'fast',
  'soon',
]);
/** The asking word stands near the beginning. */
const near = 4;

/**
 * Refuses when both texts ask, and for something else: who, whose, where, when, why, or how much, many,
 * long, far, old, often. English.
 */
export function questionGuard(): Guard {
  return {
    name: 'question',
    refuses({ asked, stored }) {
      const left = kindOf(asked);
      const right = kindOf(stored);
      return left !== undefined && right !== undefined && left !== right;
    },
  };
}

function kindOf({ words }: Sentence): string | undefined {
  for (let at = 0; at < Math.min(near, words.length); at++) {
    const word = words[at]?.text.toLowerCase() ?? '';
    if (kinds.has(word)) return word;
    if (word !== 'how') continue;
    const next = words[at + 1]?.text.toLowerCase() ?? '';
    return measures.has(next) ? `how ${next}` : 'how';
  }
  return undefined;
}
