import type { Guard } from './guard.ts';
import { isExchanged, type SentencePair } from './sentence-pair.ts';

const whoever = /\b(?:(i|me|we|us)|you)\b/gi;
const prepositions = new Set(
  'about after against as at before by for from in into near of on to toward with without'.split(
    ' ',
  ),
);
/** Those that often say the same, in alphabetical order: "the weather in", "the weather for". */
const alike = new Set([
  'at in',
  'in on',
  'at on',
  'at near',
  'in near',
  'for in',
  'for on',
  'at for',
  'for of',
  'in of',
  'about on',
  'about of',
  'in into',
  'to toward',
]);

/**
 * Refuses when the same is done by another or to another: "can I help you" and "can you help me", "a poem for my
 * wife" and "a poem by my wife". English.
 */
export function roleGuard(): Guard {
  return {
    name: 'roles',
    refuses: (pair) => areTurned(pair) || hasOtherPreposition(pair),
  };
}

/** Both speak of the two who talk, and begin with the other one. */
function areTurned({ asked, stored }: SentencePair): boolean {
  const left = firstOf(asked.text);
  const right = firstOf(stored.text);
  return left !== right && left !== undefined && right !== undefined;
}

/** Who is named first, where both are. */
function firstOf(text: string): 'speaker' | 'hearer' | undefined {
  const named = [...text.matchAll(whoever)].map(([, speaker]) => speaker !== undefined);
  if (!named.includes(true) || !named.includes(false)) return undefined;
  return named[0] ? 'speaker' : 'hearer';
}

function hasOtherPreposition(pair: SentencePair): boolean {
  const [one, other] = [pair.onlyAsked[0]?.text ?? '', pair.onlyStored[0]?.text ?? ''];
  if (!prepositions.has(one) || !prepositions.has(other) || !isExchanged(pair)) return false;
  return !alike.has([one, other].sort().join(' '));
}
