import type { Guard } from './guard.ts';
import { antonymGuard } from './guard-antonyms.ts';
import { codeGuard } from './guard-code.ts';
import { contentWordGuard } from './guard-content-words.ts';
import { currencyGuard } from './guard-currency.ts';
import { dateGuard } from './guard-dates.ts';
import { directionGuard } from './guard-direction.ts';
import { entityGuard } from './guard-entities.ts';
import { languageGuard } from './guard-language.ts';
import { negationGuard } from './guard-negation.ts';
import { numberGuard } from './guard-numbers.ts';
import { questionGuard } from './guard-question.ts';
import { quoteGuard } from './guard-quotes.ts';
import { unitGuard } from './guard-units.ts';
import { urlGuard } from './guard-urls.ts';
import { wordOrderGuard } from './guard-word-order.ts';

/** All guards, the most telling reason first. What `semanticCache()` uses unless told otherwise. */
export function defaultGuards(): readonly Guard[] {
  return [...lightGuards(), contentWordGuard(), wordOrderGuard()];
}

/**
 * The guards that let a paraphrase pass: numbers, units, times, currencies, addresses, code, negation, opposites,
 * directions, kinds of question, languages, quotes and names must agree, other words need not. For embedders that know meaning, or for short requests whose wording varies.
 *
 * @example
 * semanticCache({ semantic: { guards: lightGuards(), policy: fixedThreshold(0.7) } });
 */
export function lightGuards(): readonly Guard[] {
  return [
    numberGuard(),
    unitGuard(),
    dateGuard(),
    currencyGuard(),
    urlGuard(),
    codeGuard(),
    negationGuard(),
    antonymGuard(),
    directionGuard(),
    questionGuard(),
    languageGuard(),
    quoteGuard(),
    entityGuard(),
  ];
}
