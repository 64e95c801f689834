/** What an English request may have or not have without asking something else. */
import { type CutText, endedBy, type Piece } from './piece.ts';
import { englishWords, foreignWords, imperatives } from './word-lists.ts';

/** Before these, "please" at the beginning is what is done or talked about. */
const pleased =
  /^(?:the|an?|my|your|his|her|its|our|their|me|him|them|us|you|it|all|every(?:one|body|thing)?|any(?:one|body)|some(?:one|body)|this|that|these|those|people|in|to|for|from|of|as|by|on|at|with|is|was|are|and|or|not|vs)$/;
/** After these, "please" at the end is what is talked about. */
const takesPlease = /^(?:to|i|you|we|they|he|she|it|and|or|with|of|the|a|an|not|no|like|as|that)$/;

const thanking = / (?:thanks|thank you)(?: (?:in advance|a lot|so much|very much))?$/;

/** Whether the text is plainly English: ASCII, a word that only English has, and none of its neighbours'. */
export function isEnglish({ isAscii, pieces }: CutText): boolean {
  if (!isAscii) return false;
  let english = false;
  for (const { lower, isListed } of pieces) {
    if (isListed && foreignWords.has(lower)) return false;
    english ||= isListed && englishWords.has(lower.split("'", 1)[0]!);
  }
  return english;
}

/**
 * Whether the word is a "the" that nothing hangs on: before "best" or "most", and before what an "of"
 * describes. Elsewhere an article counts: "the time" is not "time".
 */
export function isPassedOver(pieces: readonly Piece[], at: number): boolean {
  if (pieces[at]!.lower !== 'the') return false;
  const next = pieces[at + 1]?.text ?? '';
  return (
    /^(?:best|worst|most|least|largest|biggest|highest)$/.test(next) ||
    pieces[at + 2]?.text === 'of'
  );
}

/**
 * The request without "please" and thanks around it.
 *
 * @param verbatim every word is taken to the letter: in "how do I say please" it is the matter itself.
 */
export function withoutCourtesy(pieces: readonly Piece[], verbatim: boolean): readonly Piece[] {
  let start = 0;
  let end = pieces.length;
  const word = (at: number) => pieces[at]?.lower ?? '';
  const hasMark = (at: number) => /[,.!?]$/.test(pieces[at]?.after ?? '');
  const polite = /^(?:can|could|would|will)$/.test(word(0)) && word(1) === 'you' ? 2 : 0;
  const next = word(polite + 1);
  const asks = verbatim ? imperatives.has(next) : !pleased.test(next);
  if (word(polite) === 'please' && asks) start = polite + 1;

  if (!verbatim) {
    const tail = ` ${word(end - 4)} ${word(end - 3)} ${word(end - 2)} ${word(end - 1)}`;
    const thanks = thanking.exec(tail)?.[0].trim().split(' ').length ?? 0;
    if (thanks > 0 && hasMark(end - thanks - 1)) end -= thanks;
    if (word(end - 1) === 'please' && (hasMark(end - 2) || !takesPlease.test(word(end - 2)))) end--;
  }
  // Nothing but courtesy is what it says.
  if (end - start < 2) return pieces;
  const rest = pieces.slice(start, end);
  const last = rest[rest.length - 1]!;
  // "…, please?" asks, and the comma goes with the word.
  if (end < pieces.length) {
    const mark = /[?]/.test(last.after + pieces[pieces.length - 1]!.after) ? '?' : '';
    rest[rest.length - 1] = endedBy(last, mark);
  }
  return rest;
}
