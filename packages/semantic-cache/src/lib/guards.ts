import type { Guard } from './guard.ts';
import { antonymGuard } from './guard-antonyms.ts';
import { contentWordGuard } from './guard-content-words.ts';
import { entityGuard } from './guard-entities.ts';
import { negationGuard } from './guard-negation.ts';
import { numberGuard } from './guard-numbers.ts';
import { quoteGuard } from './guard-quotes.ts';
import { wordOrderGuard } from './guard-word-order.ts';

/** All guards, the most telling reason first. What `semanticCache()` uses unless told otherwise. */
export function defaultGuards(): readonly Guard[] {
  return [...lightGuards(), contentWordGuard(), wordOrderGuard()];
}

/**
 * The guards that let a paraphrase pass: numbers, negation, antonyms, quotes and names must agree, other
 * words need not. For embedders that know meaning, or for short requests whose wording varies.
 *
 * @example
 * semanticCache({ semantic: { guards: lightGuards(), policy: fixedThreshold(0.7) } });
 */
export function lightGuards(): readonly Guard[] {
  return [numberGuard(), negationGuard(), antonymGuard(), quoteGuard(), entityGuard()];
}
