import type { Guard } from './guard.ts';
import { formOf, lowerOf } from './request-form.ts';
import type { Word } from './word.ts';

/** Words that name nothing by themselves. */
const small = new Set(
  (
    'a an the this that these those my your our his her its their some any is are am was were be been being do does did ' +
    'can could will would shall should may might must has have had not to there please and or nor but if then so very ' +
    'too also up out off back away down over around along apart today tonight tomorrow yesterday now currently right ' +
    'soon later morning afternoon evening night noon am pm who whose whom what which when where why how much many long ' +
    'it he she they him them you'
  ).split(' '),
);
/** "The balance of my account", "my account balance". */
const joining = new Set('of in on at for from by with about near between'.split(' '));
/** Not there when one asks what comes next. */
const passing = new Set('a an the some my your our his her their me us have has had'.split(' '));
/** What a thing's name may stand behind. */
const determiners = new Set(
  'a an the this that these those my your our his her its their'.split(' '),
);
/** Before a name they say no more than the article. */
const plain = new Set(
  'current present exact actual whole entire full complete overall total own specific correct'.split(
    ' ',
  ),
);
/** Words beyond these are not compared: it takes as many steps as there are pairs of them. */
const most = 64;
/** What stands behind another word and changes nothing of it. */
const empty = new Set(
  'like music information info details detail forecast one ones thing things please thanks'.split(
    ' ',
  ),
);

interface Token {
  readonly word: Word;
  readonly key: readonly string[];
  /** Its place among the words of the request. */
  readonly at: number;
}

/** What both have, in the order of the first. */
type Pairs = readonly (readonly [Token, Token])[];

/**
 * Refuses when what both name stands in another order, or one side has another word between two of them or behind the
 * last, or between an article and a name: "remind me to call mom" and "remind mom to call me", "fill a tank" and "fill a
 * fish tank", "the best phone" and "the best phone case", "the menu" and "the lunch menu". "The balance of my account" is "my account balance". English.
 */
export function arrangementGuard(): Guard {
  return {
    name: 'arrangement',
    refuses({ asked, stored }) {
      // One order for both directions: which of two equal words answers to which depends on it.
      const texts = asked.text < stored.text ? [asked, stored] : [stored, asked];
      const [left = [], right = []] = texts.map((sentence) => formOf(sentence).words);
      const pairs = matched(tokensOf(left), tokensOf(right));
      const shared = new Set(pairs.flatMap(([one, other]) => [one.word, other.word]));
      return (
        isReordered(pairs, left, right) ||
        goesOn(pairs, left, right, shared) ||
        inserts(pairs, left, right, shared) ||
        narrows(pairs, left, right, shared)
      );
    },
  };
}

function tokensOf(words: readonly Word[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < words.length && tokens.length < most; at++) {
    const word = words[at]!;
    const text = lowerOf(word);
    if (word.kind === 'sign' || small.has(text) || joining.has(text)) continue;
    tokens.push({ word, key: keyOf(word, text), at });
  }
  return tokens;
}

/** Whoever speaks is one, whether doing or being done to; an owner is who it is. */
function keyOf({ lemmas }: Word, text: string): readonly string[] {
  if (/^(?:i|me|we|us)$/.test(text)) return ['i'];
  return text.endsWith("'s") ? [text.slice(0, -2)] : lemmas;
}

function matched(left: readonly Token[], right: readonly Token[]): Pairs {
  const free = [...right];
  return left.flatMap((token) => {
    const found = free.findIndex(({ key }) => key.some((lemma) => token.key.includes(lemma)));
    return found < 0 ? [] : [[token, free.splice(found, 1)[0]!] as const];
  });
}

function isReordered(pairs: Pairs, left: readonly Word[], right: readonly Word[]): boolean {
  return pairs.some(([one, other], index) =>
    pairs
      .slice(index + 1)
      .some(
        ([laterOne, laterOther]) =>
          laterOther.at < other.at &&
          [one, laterOne].every(({ word }) => word.kind === 'word') &&
          joins(left, one.at, laterOne.at) === joins(right, laterOther.at, other.at) &&
          !(lists(left, one.at, laterOne.at) && lists(right, laterOther.at, other.at)),
      ),
  );
}

/** Whether a word stands between them that joins two things: then they change places where none does. */
function joins(words: readonly Word[], from: number, to: number): boolean {
  return words.slice(from + 1, to).some((word) => joining.has(lowerOf(word)));
}

/** "Cats and dogs" are "dogs and cats". */
function lists(words: readonly Word[], from: number, to: number): boolean {
  const between = words.slice(from + 1, to).map(lowerOf);
  return /^(?:and|or)(?: (?:the|an?|my|your))?$/.test(between.join(' '));
}

/** Whether one side names something behind a word with which the other ends what it names. */
function goesOn(
  pairs: Pairs,
  left: readonly Word[],
  right: readonly Word[],
  shared: ReadonlySet<Word>,
): boolean {
  return pairs.some(
    ([one, other]) =>
      (namesMore(left, one.at, shared) && isEnd(right, other.at)) ||
      (namesMore(right, other.at, shared) && isEnd(left, one.at)),
  );
}

/** What comes next but articles, auxiliaries and whom it is done for. */
function nextOf(words: readonly Word[], at: number): Word | undefined {
  return words.slice(at + 1).find((word) => !passing.has(lowerOf(word)));
}

function isEnd(words: readonly Word[], at: number): boolean {
  const next = nextOf(words, at);
  return next === undefined || joining.has(lowerOf(next)) || small.has(lowerOf(next));
}

/** Whether another word follows that the other side has not, or "of" and such a word. */
function namesMore(words: readonly Word[], at: number, shared: ReadonlySet<Word>): boolean {
  let next = nextOf(words, at);
  if (next !== undefined && lowerOf(next) === 'of') next = nextOf(words, words.indexOf(next));
  return next !== undefined && !shared.has(next) && isContent(next);
}

function isContent(word: Word): boolean {
  const text = lowerOf(word);
  if (word.kind !== 'word' || small.has(text) || joining.has(text)) return false;
  return !empty.has(text) && !text.endsWith('ly');
}

/** Whether a word that the other side has not stands between two that stand together there: "fill a fish tank". */
function inserts(
  pairs: Pairs,
  left: readonly Word[],
  right: readonly Word[],
  shared: ReadonlySet<Word>,
): boolean {
  const isOwn = (word: Word) => isContent(word) && !shared.has(word);
  return pairs.some(([one, other], index) => {
    const [nextOne, nextOther] = pairs[index + 1] ?? [];
    if (nextOne === undefined || nextOther === undefined || nextOther.at < other.at) return false;
    const [inLeft, inRight] = [between(left, one, nextOne), between(right, other, nextOther)];
    return inLeft.length === 0 ? inRight.some(isOwn) : inRight.length === 0 && inLeft.some(isOwn);
  });
}

/** Whether one side has a word of its own between an article and what the other names without: "the lunch menu". */
function narrows(
  pairs: Pairs,
  left: readonly Word[],
  right: readonly Word[],
  shared: ReadonlySet<Word>,
): boolean {
  const isBare = (words: readonly Word[], at: number) => determiners.has(lowerOf(words[at - 1]));
  const isNarrowed = (words: readonly Word[], at: number) => {
    let first = at;
    while (first > 0 && isContent(words[first - 1]!) && !shared.has(words[first - 1]!)) first--;
    const own = words.slice(first, at).filter((word) => !plain.has(lowerOf(word)));
    return own.length > 0 && isBare(words, first);
  };
  return pairs.some(
    ([one, other]) =>
      (isBare(left, one.at) && isNarrowed(right, other.at)) ||
      (isBare(right, other.at) && isNarrowed(left, one.at)),
  );
}

/** All but articles and the like. */
function between(words: readonly Word[], from: Token, to: Token): readonly Word[] {
  return words.slice(from.at + 1, to.at).filter((word) => !passing.has(lowerOf(word)));
}
