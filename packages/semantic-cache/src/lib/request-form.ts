/** What an English request asks for, without the words that only ask for it: what the guards of `/words` compare. */
import type { Sentence } from './sentence.ts';
import type { Word } from './word.ts';

/**
 * `how` asks for a way, `exists` whether there is any, `yes-no` whether something holds; a `wish` says what the speaker
 * is going to do, a `statement` what is the case.
 */
export type RequestKind =
  | 'order'
  | 'how'
  | 'what'
  | 'who'
  | 'when'
  | 'where'
  | 'why'
  | 'exists'
  | 'yes-no'
  | 'wish'
  | 'statement';

export interface RequestForm {
  readonly kind: RequestKind;
  /** The words behind the frame. */
  readonly words: readonly Word[];
}

const wh = '(?=(?:who|whose|whom|what|where|when|why|which|how) )';
/** What only asks, and what it makes of the rest; taken off in turn for as long as one is there. */
const frames: readonly (readonly [RegExp, RequestKind | undefined])[] = [
  ['(?:please|kindly|just|so|ok|okay|hey|hi|hello) '],
  [
    `(?:do|can|could|would|will) you (?:please )?(?:know|tell me|show me|explain|say) (?:me )?${wh}`,
  ],
  ['do you know (?!if |whether |that |me |any |how )', 'what'],
  [`(?:i|we) (?:just )?(?:want|need|would like|wanted) to know ${wh}`],
  [`(?:i am|i was) (?:wondering|curious) ${wh}`],
  [`(?:tell me|show me|explain|explain to me|teach me|let me know) ${wh}`],
  ['(?:is|are) there (?:a|any|some) ways? (?:to|i can|we can|for me to) ', 'how'],
  ['what (?:is|are) the (?:ways?|steps?|process|procedure) (?:to|for|of) ', 'how'],
  [
    'how (?:to|do i|can i|could i|should i|would i|do we|can we|do you|can you|i can|does one) ',
    'how',
  ],
  ['(?:can|could|would|will) you (?:please |kindly )?(?:help me (?:to )?)?', 'order'],
  ['(?:help me|help us|let us) (?:to )?', 'order'],
  ["(?:i want|i need|i would like|i'd like) you to ", 'order'],
  [
    "(?:(?:i|we) (?:want|need|would like|would love|wish|wanted|have got) to|i'd (?:like|love) to|let me) ",
    'wish',
  ],
  ['(?:tell|show|give) (?:me|us) (?:about )?', 'order'],
].map(([pattern, kind]) => [new RegExp(`^${pattern}`), kind as RequestKind | undefined]);

/** What an assistant does for whoever says "I want to" do it. */
const forSomeone = new Set(
  (
    'activate add apply arrange ask book buy call cancel change check choose close compare convert create deactivate ' +
    'delete disable edit enable exchange file find freeze hear increase know lift listen lower make modify move open ' +
    'order pay place play plan purchase raise redeem refill refund register remove renew rent replace report request ' +
    'reschedule reserve reset return review schedule search see send set share sign stop submit subscribe switch talk ' +
    'track transfer turn unblock unlock unsubscribe update upgrade use verify view withdraw'
  ).split(' '),
);
const helpers = new Set(
  'is are am was were do does did can could will would shall should may might must has have had'.split(
    ' ',
  ),
);
const subjects = new Set(
  'i we my our the a an this that these those it he she they his her their there'.split(' '),
);
const kinds: ReadonlyMap<string, RequestKind> = new Map([
  ...['who', 'whose', 'whom'].map((word) => [word, 'who'] as const),
  ...['what', 'which'].map((word) => [word, 'what'] as const),
  ...(['when', 'where', 'why', 'how'] as const).map((word) => [word, word] as const),
]);
/** No frame is longer. */
const longest = 12;

/** Several guards ask for that of the same few sentences. */
const known = new WeakMap<Sentence, RequestForm>();

/** The form of a request, read once for all guards. */
export function formOf(sentence: Sentence): RequestForm {
  let form = known.get(sentence);
  if (form === undefined) {
    form = read(sentence.words);
    known.set(sentence, form);
  }
  return form;
}

function read(all: readonly Word[]): RequestForm {
  let words = all;
  let kind: RequestKind | undefined;
  for (let again = true; again; ) {
    again = false;
    const head = `${words.slice(0, longest).map(lowerOf).join(' ')} `;
    for (const [pattern, makes] of frames) {
      const found = pattern.exec(head)?.[0];
      // Something has to be left of it.
      if (found === undefined || found === '' || found.length >= head.length) continue;
      words = words.slice(found.split(' ').length - 1);
      kind = makes ?? kind;
      again = kind !== 'how';
      break;
    }
  }
  const first = lowerOf(words[0]);
  if (kind === 'wish' && forSomeone.has(first)) kind = 'order';
  if (kind === undefined) kind = kindOf(words, first);
  else if (kind === 'order') kind = kinds.get(first) ?? kind;
  return { kind, words };
}

function kindOf(words: readonly Word[], first: string): RequestKind {
  const asks = kinds.get(first);
  if (asks !== undefined) return asks;
  const second = lowerOf(words[1]);
  if (helpers.has(first) && second !== 'not') {
    const any = second === 'there' || words.some((word) => lowerOf(word) === 'any');
    const own = (first === 'do' || first === 'have') && lowerOf(words[2] ?? words[0]) === 'have';
    return any || own ? 'exists' : 'yes-no';
  }
  return subjects.has(first) ? 'statement' : 'order';
}

/** As compared; nothing where there is no word. */
export function lowerOf(word: Word | undefined): string {
  return word?.text.toLowerCase() ?? '';
}
