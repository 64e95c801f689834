import type { Guard } from './guard.ts';
import type { Sentence } from './sentence.ts';

/** What turns a question round when its sides change places, and comparisons that point one way. */
const links = /^(?:from|to|into|than|before|after|by|versus|vs|over|under|between|against|per)$/;
/** What comes before the "to" of a verb, which points nowhere: "I want to book a flight to Paris". */
const beforeVerb =
  /^(?:want|wants|wanted|need|needs|needed|like|love|wish|try|trying|going|have|has|able|how|where|supposed|ready)$/;
const pointers = new Map(
  [
    'more most higher highest greater greatest larger largest bigger biggest longer longest older oldest better best faster fastest cheaper cheapest above over maximum max first up',
    'less least fewer fewest lower lowest smaller smallest shorter shortest younger youngest newer newest worse worst slower slowest below under minimum min last down',
  ].flatMap((words, side) => words.split(' ').map((word) => [word, side] as const)),
);

/**
 * Refuses when a comparison or a way points in another direction: "from EUR to USD" and "from USD to EUR",
 * "is A older than B" and "is B older than A", "the most" and "the least". English.
 */
export function directionGuard(): Guard {
  return {
    name: 'direction',
    refuses({ asked, stored }) {
      if (asked.text === stored.text) return false;
      return pointsOtherwise(asked, stored) || isTurned(asked, stored);
    },
  };
}

/** One text has words of one side only, the other of the other only. */
function pointsOtherwise(asked: Sentence, stored: Sentence): boolean {
  const [left, right] = [sidesOf(asked), sidesOf(stored)];
  return (left === 1 && right === 2) || (left === 2 && right === 1);
}

/** Bits: 1 for the first side, 2 for the second. */
function sidesOf({ words }: Sentence): number {
  let sides = 0;
  for (const { text } of words) {
    const side = pointers.get(text.toLowerCase());
    if (side !== undefined) sides |= 1 << side;
  }
  return sides;
}

/** After a link that both have, one text has a word that the other has elsewhere, and the other way round. */
function isTurned(asked: Sentence, stored: Sentence): boolean {
  const left = followersOf(asked);
  const right = left.size === 0 ? left : followersOf(stored);
  if (right.size === 0) return false;
  const [inAsked, inStored] = [wordsOf(asked), wordsOf(stored)];
  for (const [link, word] of left) {
    const other = right.get(link);
    if (other !== undefined && other !== word && inStored.has(word) && inAsked.has(other))
      return true;
  }
  return false;
}

/** The word after each link; of one that comes again, the first. */
function followersOf({ words }: Sentence): Map<string, string> {
  const followers = new Map<string, string>();
  let link: string | undefined;
  let before = '';
  for (const { text } of words) {
    const word = text.toLowerCase();
    const isLink = links.test(word) && !(word === 'to' && beforeVerb.test(before));
    before = word;
    if (isLink) link = word;
    else if (/^(?:the|a|an|my|your|our|this|that)$/.test(word)) continue;
    else if (link !== undefined) {
      if (!followers.has(link)) followers.set(link, word);
      link = undefined;
    }
  }
  return followers;
}

function wordsOf({ words }: Sentence): Set<string> {
  return new Set(words.map(({ text }) => text.toLowerCase()));
}
