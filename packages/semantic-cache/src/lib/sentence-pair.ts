/** Two texts side by side: which words answer to each other, and which stand alone. */
import { isPlural } from './lemma.ts';
import { isMisspelling } from './misspelling.ts';
import { readSentence, type Sentence } from './sentence.ts';
import type { Word } from './word.ts';

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
  // Who writes no capitals at all writes none for names either.
  const careless = asked.capitals + stored.capitals === 1;
  asked.words.forEach((word, at) => {
    const places = free.get(word.text);
    const index =
      places?.findIndex((place) => isSameCase(word, stored.words[place]!, careless)) ?? -1;
    if (places === undefined || index < 0) return;
    const place = places.splice(index, 1)[0]!;
    taken.add(place);
    partner.set(at, place);
  });
  const askedRest = asked.words.map((_, at) => at).filter((at) => !partner.has(at));
  const storedRest = stored.words.map((_, at) => at).filter((at) => !taken.has(at));
  if (askedRest.length <= maxLooseWords && storedRest.length <= maxLooseWords) {
    // One such word is a slip, several are another text.
    loose: for (const isAlike of [isInflection, isSlip]) {
      for (const at of askedRest) {
        const place = storedRest.find(
          (other) => !taken.has(other) && isAlike(asked.words[at]!, stored.words[other]!),
        );
        if (place === undefined) continue;
        taken.add(place);
        partner.set(at, place);
        break loose;
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

/** Whether the texts are the same but for one word, which stands in the same place in both. */
export function isExchanged({ asked, stored, onlyAsked, onlyStored }: SentencePair): boolean {
  const [one, other] = [onlyAsked[0], onlyStored[0]];
  if (one === undefined || other === undefined) return false;
  if (onlyAsked.length > 1 || onlyStored.length > 1) return false;
  return asked.words.indexOf(one) === stored.words.indexOf(other);
}

/** Reads and aligns two texts. */
export function pairTexts(asked: string, stored: string): SentencePair {
  return pairSentences(readSentence(asked), readSentence(stored));
}

/** A name is not the common word, but for a capital that only the start of the sentence asked for. */
function isSameCase(left: Word, right: Word, careless: boolean): boolean {
  if (left.raw === right.raw || (!left.entity && !right.entity)) return true;
  return careless && !left.verbatim && !right.verbatim;
}

function isInflection(left: Word, right: Word): boolean {
  if (left.owner === undefined || left.owner !== right.owner) return false;
  return isLoose(left, right) && isPlural(left.text, right.text);
}

function isSlip(left: Word, right: Word): boolean {
  return isLoose(left, right) && isMisspelling(left.text, right.text);
}

/** A name is never taken for another name, nor anything with a capital. */
function isLoose(left: Word, right: Word): boolean {
  return isLower(left) && isLower(right);
}

function isLower({ kind, verbatim, raw }: Word): boolean {
  return kind === 'word' && !verbatim && /^[a-z]+$/.test(raw);
}
