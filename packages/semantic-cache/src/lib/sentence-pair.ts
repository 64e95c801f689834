/** Two texts side by side: which words answer to each other, and which stand alone. */
import { isSameWord } from './lemma.ts';
import { isMisspelling } from './misspelling.ts';
import { readSentence, type Sentence, type Word } from './sentence.ts';

/** Words further than this are compared for equality only: looking for slips is quadratic. */
const maxLooseWords = 64;

/** What a guard looks at: the text asked now, the text of the stored entry, and their alignment. */
export interface SentencePair {
  readonly asked: Sentence;
  readonly stored: Sentence;
  /** Positions in `asked.words` and `stored.words` of words that are the same, in the order of `asked`. */
  readonly matches: readonly (readonly [asked: number, stored: number])[];
  readonly onlyAsked: readonly Word[];
  readonly onlyStored: readonly Word[];
}

/** Aligns two texts. */
export function pairSentences(asked: Sentence, stored: Sentence): SentencePair {
  const free = new Map<string, number[]>();
  stored.words.forEach((word, at) => {
    const places = free.get(word.text);
    if (places === undefined) free.set(word.text, [at]);
    else places.push(at);
  });
  const taken = new Set<number>();
  const partner = new Map<number, number>();
  asked.words.forEach((word, at) => {
    const place = free.get(word.text)?.shift();
    if (place === undefined) return;
    taken.add(place);
    partner.set(at, place);
  });
  const askedRest = asked.words.map((_, at) => at).filter((at) => !partner.has(at));
  const storedRest = stored.words.map((_, at) => at).filter((at) => !taken.has(at));
  if (askedRest.length <= maxLooseWords && storedRest.length <= maxLooseWords) {
    for (const isAlike of [isInflection, isSlip]) {
      for (const at of askedRest) {
        if (partner.has(at)) continue;
        const place = storedRest.find(
          (other) => !taken.has(other) && isAlike(asked.words[at]!, stored.words[other]!),
        );
        if (place === undefined) continue;
        taken.add(place);
        partner.set(at, place);
      }
    }
  }
  return {
    asked,
    stored,
    matches: [...partner].sort(([left], [right]) => left - right),
    onlyAsked: asked.words.filter((_, at) => !partner.has(at)),
    onlyStored: stored.words.filter((_, at) => !taken.has(at)),
  };
}

/** Reads and aligns two texts. */
export function pairTexts(asked: string, stored: string): SentencePair {
  return pairSentences(readSentence(asked), readSentence(stored));
}

function isInflection(left: Word, right: Word): boolean {
  return isLoose(left, right) && isSameWord(left.lemmas, right.lemmas);
}

/** A name is never taken for another name misspelt. */
function isSlip(left: Word, right: Word): boolean {
  if (!isLoose(left, right) || (left.entity && right.entity)) return false;
  return isMisspelling(left.text, right.text);
}

function isLoose(left: Word, right: Word): boolean {
  return left.kind === 'word' && right.kind === 'word' && !left.verbatim && !right.verbatim;
}
