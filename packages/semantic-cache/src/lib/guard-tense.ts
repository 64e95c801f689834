import type { Guard } from './guard.ts';
import { lowerOf } from './request-form.ts';
import type { Sentence } from './sentence.ts';
import type { SentencePair } from './sentence-pair.ts';
import type { Word } from './word.ts';

const verbs =
  /\b(?:(was|were|did|had)|(will|shall|going to)|is|are|am|do|does|has|have)(?:n't)?\b|(?<=\w)'(ll)\b/gi;
/** What makes a participle of the form behind it: "is used", "have lost". */
const auxiliary = /^(?:is|are|am|was|were|be|been|being|has|have|had|get|got|gets)$/;

/**
 * Refuses when one text speaks of what was and the other of what is or will be: "who was the president", "who is the
 * president"; "did it arrive", "will it arrive"; "how many people lived there", "how many people live there". English.
 */
export function tenseGuard(): Guard {
  return {
    name: 'tense',
    refuses(pair) {
      const [left, right] = [tenseOf(pair.asked), tenseOf(pair.stored)];
      if (left !== right && (left === 'past' || right === 'past')) {
        if (left !== undefined && right !== undefined) return true;
      }
      return hasOtherForm(pair);
    },
  };
}

/** Of a text that has verbs of one kind only. */
function tenseOf({ text }: Sentence): 'past' | 'present' | 'future' | undefined {
  let tense: 'past' | 'present' | 'future' | undefined;
  for (const [, past, future, short] of text.matchAll(verbs)) {
    const found = past ? 'past' : future || short ? 'future' : 'present';
    // "Is it going to rain" is about what will be.
    if (tense !== undefined && tense !== found && found !== 'future') return undefined;
    tense = found;
  }
  return tense;
}

/** Whether one verb stands in the past on one side and not on the other. */
function hasOtherForm({ asked, stored, onlyAsked, onlyStored }: SentencePair): boolean {
  return onlyAsked.some((left) =>
    onlyStored.some(
      (right) =>
        isPast(left, asked) !== isPast(right, stored) &&
        left.lemmas.some((lemma) => right.lemmas.includes(lemma)),
    ),
  );
}

function isPast(word: Word, { words }: Sentence): boolean {
  const before = lowerOf(words[words.indexOf(word) - 1]);
  return word.lemmas.length > 1 && /[^e]ed$/.test(word.text) && !auxiliary.test(before);
}
