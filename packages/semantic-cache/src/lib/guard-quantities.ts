import type { Guard } from './guard.ts';
import { lowerOf } from './request-form.ts';
import type { SentencePair } from './sentence-pair.ts';
import type { Word } from './word.ts';

/** Words that say which, how many, or how often, each with another that says the same. */
const which: ReadonlyMap<string, string> = new Map(
  (
    'all every:all each:all both only just:only another other others:other else:other again twice half double ' +
    'first second third fourth fifth sixth seventh eighth ninth tenth next last previous:last ' +
    'except besides:except instead rid avoid prevent'
  )
    .split(' ')
    .map((row): [string, string] => {
      const [word = '', same = word] = row.split(':');
      return [word, same];
    }),
);
const joints = new Set(['and', 'or', 'nor']);
const articles = new Set('a an the my your some'.split(' '));

/**
 * Refuses when a word that says which, how many or how often stands on one side only, or one side joins another thing
 * to what both ask for: "the tallest building" and "the second tallest building", "delete a file" and "delete all
 * files", "add milk" and "add milk and eggs". English.
 */
export function quantityGuard(): Guard {
  return {
    name: 'quantities',
    refuses: (pair) =>
      quantitiesOf(pair.asked.words) !== quantitiesOf(pair.stored.words) || joinsMore(pair),
  };
}

function quantitiesOf(words: readonly Word[]): string {
  const found: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const same = which.get(lowerOf(words[at]));
    // "Just" before a verb only softens.
    if (same !== undefined && (at > 0 || same !== 'only')) found.push(same);
  }
  return found.sort().join();
}

function joinsMore({ asked, stored, onlyAsked, onlyStored }: SentencePair): boolean {
  return hasOwnJoint(asked.words, onlyAsked) || hasOwnJoint(stored.words, onlyStored);
}

/** Whether a joint that the other side has not stands beside a word that it has not. */
function hasOwnJoint(words: readonly Word[], alone: readonly Word[]): boolean {
  return alone.some((word) => {
    if (!joints.has(lowerOf(word))) return false;
    const at = words.indexOf(word);
    const next = words[at + 1];
    const behind = articles.has(lowerOf(next)) ? words[at + 2] : next;
    return [words[at - 1], behind].some((one) => one !== undefined && alone.includes(one));
  });
}
