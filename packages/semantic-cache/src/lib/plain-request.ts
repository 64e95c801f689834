/** What English requests open with: many ways of asking one thing, told as one of them. */
import { endedBy, type Piece, plainPiece } from './piece.ts';
import { wordSet } from './word-lists.ts';

interface Opening {
  readonly pattern: RegExp;
  /** What stands there instead. */
  readonly instead: string;
  /** What follows stands in the order of a statement: "what the capital is". */
  readonly embeds: boolean;
}

const question = '(?:who|whose|what|where|when|why|which|how)';
/** An order to whom one asks so: the courtesy before it adds nothing. "Can you swim" is none. */
const order =
  '(?:(?:tell|give|show|teach|help|write|send|remind|explain to) (?:me|us)|explain|describe|list)';
/** Said of oneself: "how do I look" asks for an opinion, "how to look" for advice. */
const ofOneself =
  '(?:look|feel|sound|seem|appear|smell|taste|come|compare|rank|rate|score|stand|fit|differ|matter)';

/** In this order, each at most once. */
const openings: readonly Opening[] = [
  opening(`(?:can|could|would|will) you (?:please |kindly )?(?=${order} )`),
  opening('(?:can|could) you (?:please |kindly )?(?=(?:recommend|suggest) )'),
  opening("(?:i (?:want|need|would like)|i'd like) you to "),
  opening('(?:please |kindly )?explain to me ', 'explain'),
  // "Tell me when …" asks to be told then.
  opening(`(?:please |kindly )?tell me (?=${question} )(?!when )`, '', true),
  opening(
    `(?:i (?:just )?(?:want|need|wanted|would like) to know|i'd like to know|i was wondering) (?=${question} )`,
    '',
    true,
  ),
  // "Do you know how to swim" asks about who is asked.
  opening('do you know (?=(?:who|what|where|when|which) )', '', true),
  opening('(?:please |kindly )?(?:show me|teach me|explain) (?=how (?:to|i can|can i|do i) )'),
  opening(`please (?=${question} )`),
  opening(
    "(?:what (?:is|are)|what's|whats|tell me) the (?!(?:truth|story|tale|joke)\\b)",
    'what is the',
  ),
  opening('(?:explain|describe) the (?=differences? between )', 'what is the'),
  opening('tell me (?=(?:my|your) )', 'what is'),
  opening(`how (?:to|do i|can i|i can|does one|can one) (?!${ofOneself}\\b)`, 'how to'),
  opening(
    'where (?:to|do i|can i|i can) (?=(?:find|buy|get|see|download|change|update|check|report|pay|apply|order) )',
    'where to',
  ),
  opening('(write|make|create|draft) me (?=(?:a|an|some|the) )', '$1'),
  opening('(give|tell) me (?=(?:a|an|some) )', '$1'),
];

function opening(pattern: string, instead = '', embeds = false): Opening {
  return { pattern: new RegExp(`^${pattern}`), instead, embeds };
}

/** What stands behind a "how" that asks for no workings: "how hard he works", "how should I work". */
const notAtWork = /* @__PURE__ */ wordSet(
  'i you we to can could should would will shall may might must did is are was were much many long hard well often far fast'.split(
    ' ',
  ),
);

/** No opening is longer, with the word after it. */
const maxOpening = 10;
const openers = /* @__PURE__ */ wordSet(
  "can could would will please kindly tell show teach explain describe i i'd do how where what what's whats write make create draft give".split(
    ' ',
  ),
);

/**
 * The request in the plainest of the forms that ask the same: "can you tell me how I can reset it" and "how do I
 * reset it" are "how to reset it". Anything in doubt stays as it is.
 *
 * @param pieces of an English text of which not every word is taken to the letter.
 */
export function plainRequest(pieces: readonly Piece[]): readonly Piece[] {
  if (!openers.has(pieces[0]!.lower)) return pieces;
  let rest = pieces;
  let head = headOf(rest);
  for (const { pattern, instead, embeds } of openings) {
    const found = pattern.exec(head);
    if (found === null) continue;
    const [whole, first = ''] = found;
    rest = [...wordsOf(instead.replace('$1', first)), ...rest.slice(wordsOf(whole).length)];
    if (embeds) rest = asQuestion(rest);
    head = headOf(rest);
  }
  return howItWorks(rest);
}

const greetings = wordSet(
  'hi|hello|hey|hi there|hello there|hey there|excuse me|ok|okay|so|well|alright'.split('|'),
);

/** The request without a "hello," before it: only what a sign parts from it greets. */
export function withoutGreeting(pieces: readonly Piece[]): readonly Piece[] {
  const count = pieces[0]!.after === '' ? 2 : 1;
  const greeting = pieces.slice(0, count);
  // Something has to be left that is more than a word.
  if (pieces.length < count + 2 || !/^[,.!]+$/.test(greeting[count - 1]!.after)) return pieces;
  const said = greeting.map(({ lower }) => lower).join(' ');
  return greetings.has(said) ? pieces.slice(count) : pieces;
}

/** The first words, as far as nothing parts them; a space after each that another one follows. */
function headOf(pieces: readonly Piece[]): string {
  let head = '';
  for (const { lower, before, after } of pieces.slice(0, maxOpening)) {
    if (before !== '') return head;
    head += lower;
    if (after !== '') return head;
    head += ' ';
  }
  return pieces.length > maxOpening ? head : head.trimEnd();
}

function wordsOf(text: string): Piece[] {
  return text === '' ? [] : text.trim().split(' ').map(plainPiece);
}

/** "What the capital is": "what is the capital". */
function asQuestion(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  const at = rest.findIndex(isBe);
  const direct = at === 0 || !/^(?:who|what|where|why)$/.test(first!.lower);
  if (direct || at < 0 || rest.slice(0, -1).some(({ after }) => after !== '')) return pieces;
  if (rest.slice(at + 1).some(isBe)) return pieces;
  const { lower, after } = rest[at]!;
  const others = [...rest.slice(0, at), ...rest.slice(at + 1)];
  const end = others.pop()!;
  return [first!, plainPiece(lower), ...others, after === '' ? end : endedBy(end, after)];
}

/** "Explain how planes work": "how does planes work", as which "how do planes work" is taken, too. */
function howItWorks(pieces: readonly Piece[]): readonly Piece[] {
  const rest = pieces.slice(pieces[0]!.lower === 'explain' ? 1 : 0);
  const last = rest.pop()!;
  if (rest[0]?.lower !== 'how' || !/^works?$/.test(last.lower)) return pieces;
  const who = rest.slice(/^do(?:es)?$/.test(rest[1]?.lower ?? '') ? 2 : 1);
  const plainly = who.length > 0 && !notAtWork.has(who[0]!.lower);
  if (!plainly || rest.some(({ after }) => after !== '')) return pieces;
  return [...wordsOf('how does'), ...who, endedBy(plainPiece('work'), last.after)];
}

function isBe({ lower }: Piece): boolean {
  return /^(?:is|are|was|were)$/.test(lower);
}
