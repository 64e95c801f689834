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
  return [
    numberGuard(),
    negationGuard(),
    antonymGuard(),
    quoteGuard(),
    entityGuard(),
    contentWordGuard(),
    wordOrderGuard(),
  ];
}
