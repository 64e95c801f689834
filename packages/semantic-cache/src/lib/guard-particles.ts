import type { Guard } from './guard.ts';
import { formOf, lowerOf } from './request-form.ts';
import type { Sentence } from './sentence.ts';

const particles = new Set('up out off back away down over around along apart'.split(' '));
/** Behind such a verb, or where nothing comes behind them that they could belong to. */
const atEnd = new Set(['in', 'on', 'through']);
const takesThem = new Set(
  'turn turned switch switched put log sign check try plug hand'.split(' '),
);
const ends = new Set('to with for from at and or please again when if so'.split(' '));
/** What is looked for is not looked at. */
const lookers = new Set(['look', 'looks', 'looking']);
/** "Wake up" is "wake". */
const idle = new Set(
  'wake find fill print list note write clean start open send read figure finish hurry'.split(' '),
);
const pronouns = new Set(['me', 'you', 'him', 'her', 'them', 'us']);
const towards = new Set(
  'to about with from by on at after against of like than without'.split(' '),
);
/** "Buy me a ticket" is "buy a ticket", "charge me" is not "charge". */
const forSomeone = new Set(
  (
    'write make get find buy book order show give tell send recommend suggest play cook read teach bring call help let ' +
    'remind wake do draw save list'
  ).split(' '),
);
/** "Explain it to me" is "explain it". */
const tells = new Set('explain describe read send give show tell teach'.split(' '));

/**
 * Refuses when a verb has another particle, or only one of them one: "sign up" and "sign out", "log in" and "log", "my
 * money back" and "my money"; and when somebody is spoken of on one side only: "a poem about me" and "a poem". English.
 */
export function particleGuard(): Guard {
  return {
    name: 'particles',
    refuses: ({ asked, stored }) => particlesOf(asked) !== particlesOf(stored),
  };
}

/** In alphabetical order: what goes with a particle may stand before or behind it. */
function particlesOf(sentence: Sentence): string {
  const { words } = formOf(sentence);
  const found: string[] = [];
  let verb = '';
  let tellsSomeone = false;
  for (let at = 0; at < words.length; at++) {
    const [before, word, next] = [
      lowerOf(words[at - 1]),
      lowerOf(words[at]),
      lowerOf(words[at + 1]),
    ];
    if (towards.has(word) && (pronouns.has(next) || (next === '' && !atEnd.has(word)))) {
      if (!tellsSomeone || word !== 'to') found.push(`${word} ${next}`);
    } else if (pronouns.has(word) && !/^(?:you|her)$/.test(word)) {
      if (before !== 'for' && !towards.has(before) && !forSomeone.has(before)) found.push(word);
    } else if (
      particles.has(word) ||
      (atEnd.has(word) && (next === '' || ends.has(next) || takesThem.has(before)))
    ) {
      if (!idle.has(verb)) found.push(word);
    } else if (lookers.has(before)) {
      if (/^(?:for|at|after|into|like)$/.test(word)) found.push(`look ${word}`);
    }
    if (tells.has(word)) tellsSomeone = true;
    if (idle.has(word)) verb = word;
  }
  return found.sort().join();
}
