/** English word lists of the lexical embedder and the guards. Unknown words always count in full. */

/**
 * Words whose presence does not change what is asked. Left out on purpose: pronouns, tense (was,
 * did), modals (can, should), quantifiers (all, only), direction (from, after) and question words
 * other than "what".
 */
export const stopWords: ReadonlySet<string> = /* @__PURE__ */ set(
  'a an the is are am be being been do does of for to in on at as about with and it that there ' +
    'what please just really actually basically kindly so then well ok okay hi hello hey thanks thank',
);

/** Openings that only ask politely; compared word by word from the start of the text. */
export const politeOpenings: readonly (readonly string[])[] = /* @__PURE__ */ list(
  'can you please|could you please|would you please|can you|could you|would you|will you|' +
    'i would like to know|i want to know|i need to know|i would like you to|i want you to|' +
    'do you know|please|tell me|give me|show me|let me know|hi|hello|hey',
);

/** Verbs that take their object to the letter: with one of them no word is passed over. */
export const verbatimVerbs: ReadonlySet<string> = /* @__PURE__ */ set(
  'translate translates translating translation correct proofread proofreading rewrite rewriting ' +
    'rephrase rephrasing paraphrase summarize summarise summary shorten spell spelled spelling pronounce ' +
    'pronunciation conjugate grammar grammatical punctuate punctuation count repeat continue encode ' +
    'decode reverse anagram rhyme rhymes define definition mean means meaning syllable syllables letters',
);

export const negators: ReadonlySet<string> = /* @__PURE__ */ set(
  'not no never without none nothing nobody nowhere neither nor hardly barely scarcely lack lacks lacking except excluding',
);

/** Spoken short forms, with and without their apostrophe. */
export const contractions: ReadonlyMap<string, string> = /* @__PURE__ */ pairs(
  "what's:what is|whats:what is|who's:who is|where's:where is|wheres:where is|when's:when is|how's:how is|hows:how is|" +
    "why's:why is|that's:that is|thats:that is|it's:it is|there's:there is|here's:here is|he's:he is|she's:she is|let's:let us|" +
    "can't:can not|cannot:can not|cant:can not|won't:will not|wont:will not|shan't:shall not|ain't:is not|" +
    'dont:do not|doesnt:does not|didnt:did not|isnt:is not|arent:are not|wasnt:was not|werent:were not|' +
    'havent:have not|hasnt:has not|hadnt:had not|couldnt:could not|shouldnt:should not|wouldnt:would not|' +
    "i'm:i am|im:i am|i'd:i would|i'll:i will|i've:i have|you're:you are|into:to|were:was|w/o:without",
);

/** Number words as digits. "second" is left out: it is also a unit of time. */
export const numberWords: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
    'sixteen seventeen eighteen nineteen twenty'
  )
    .split(' ')
    .map((word, value): [string, string] => [word, String(value)])
    .concat([
      ['thirty', '30'],
      ['forty', '40'],
      ['fifty', '50'],
      ['sixty', '60'],
      ['seventy', '70'],
      ['eighty', '80'],
      ['ninety', '90'],
      ['hundred', '100'],
      ['thousand', '1000'],
      ['million', '1000000'],
      ['billion', '1000000000'],
      ['half', '0.5'],
      ['once', '1x'],
      ['twice', '2x'],
    ]),
);

/** Plurals that no rule finds, as `plural:singular`. */
export const irregularForms: ReadonlyMap<string, string> = /* @__PURE__ */ pairs(
  'women:woman|men:man|children:child|people:person|feet:foot|teeth:tooth|mice:mouse|geese:goose|' +
    'lives:life|wives:wife|knives:knife|leaves:leaf|wolves:wolf|halves:half|selves:self|shelves:shelf|' +
    'has:have|analyses:analysis|crises:crisis|theses:thesis|criteria:criterion|data:datum|indices:index',
);

/** Real words one slip apart: never taken for each other's misspelling. */
export const confusables: readonly (readonly string[])[] = /* @__PURE__ */ list(
  'county country|counties countries|desert dessert|contact contract|though through thorough|bought brought|' +
    'morning mourning|causal casual|marital martial|sacred scared|complaint compliant|united untied|' +
    'friend fiend|patent patient|carton cartoon|statue statute|complement compliment|exercise exorcise|' +
    'collision collusion|immanent imminent|ingenious ingenuous|adoption adaption|discrete discreet|' +
    'prescribe proscribe|reality realty|converse conserve|diaries dairies|corporal corporeal|insulin insult|' +
    'industry industrial|personnel personal|tailing trailing|altitude attitude|perfect prefect|silver sliver|' +
    'tortuous torturous|cavalry calvary|defuse diffuse|bacterial bacteria|martian martin|venture denture',
);

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('|').map((pair) => pair.split(':') as [string, string]));
}

function list(text: string): readonly (readonly string[])[] {
  return text.split('|').map((entry) => entry.split(' '));
}
