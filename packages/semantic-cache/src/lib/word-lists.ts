/** English word lists of the lexical embedder and the guards. Unknown words always count in full. */

/** One of these, and only ASCII: then a text may be English. */
export const englishWords: WordSet = /* @__PURE__ */ set(
  'the what whats how who whos where when why which does did you your are my with this that these those and ' +
    'should would could have please into from about there they their we our cannot dont ' +
    'give write tell explain describe make recommend',
);

/** One of these, and it is taken for something else. */
export const foreignWords: WordSet = /* @__PURE__ */ set(
  'de la el los las una le les des et est que qui es por para con il di che der das ist und ein eine dem von zu ' +
    'mit het een voor och att det af til uma os',
);

/** Orders that may stand behind "please" also where every word is taken to the letter. */
export const imperatives: WordSet = /* @__PURE__ */ set(
  'translate write explain summarize list give tell show describe find create make ' +
    'convert rewrite correct help',
);

/** Whose something is. After one of these, singular and plural ask the same. */
export const owners: WordSet = /* @__PURE__ */ set('my your his her its our their');

/** Plurals with a meaning of their own. */
export const pluralOnly: WordSet = /* @__PURE__ */ set(
  'glasses windows goods arms customs looks papers minutes spirits savings brains contents funds pains manners forces ' +
    'times colors colours letters regards effects shorts pants briefs drawers',
);

/** Common words that are also names: a capital makes them another word, wherever it stands. */
export const namesakes: WordSet = /* @__PURE__ */ set(
  'turkey china apple polish march august mark bill rose windows word excel amazon go rust swift python java oracle ' +
    'shell target gap visa orange jordan chad reading nice cork bath mobile grace hope joy jack frank grant ruby ' +
    'white black brown green king young ford jaguar chase square stripe slack zoom meta chrome rock',
);

/** Verbs that take their object to the letter: with one of them no word is passed over. */
const verbatimStems =
  'translat|correct|proofread|rewrit|rephras|rphras|paraphras|summar|shorten|spell|pronounc|conjugat|gramma|punctuat|count(?:ing)?$|repeat|continue$|encod|decod|reverse|anagram|rhyme|defin(?:e|ition)$|meaning|means?$|syllable|letters|said$|say|words?$';
const verbatimVerb = /* @__PURE__ */ new RegExp(`^(?:${verbatimStems})`);
const verbatimStarts = /* @__PURE__ */ letterTable(verbatimStems.split('|'), (stem) =>
  keyOf(stem, 2),
);

/** Whether a word in lower case is one of them. */
export function isVerbatimVerb(lower: string): boolean {
  return verbatimStarts[keyOf(lower, 2)] === 1 && verbatimVerb.test(lower);
}

/** A few bits of a word: of its first two letters and of another one. */
function keyOf(word: string, third: number): number {
  return (
    ((word.charCodeAt(0) & 31) << 10) |
    ((word.charCodeAt(1) & 31) << 5) |
    (word.charCodeAt(third) & 31)
  );
}

/** Tells of most words that they are none of these, without a look at the list. */
function letterTable(words: readonly string[], key: (word: string) => number): Uint8Array {
  const table = new Uint8Array(1 << 15);
  for (const word of words) table[key(word)] = 1;
  return table;
}

export const negators: WordSet = /* @__PURE__ */ set(
  'not no never cannot without none nothing nobody nowhere neither nor hardly barely scarcely lack lacks lacking except excluding',
);

/** Spoken short forms that no rule finds, and words that are often written wrong. */
export const contractions: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ...pairs(
    "let's:let us|can't:can not|cannot:can not|cant:can not|won't:will not|wont:will not|shan't:shall not|i'm:i am|im:i am|" +
      'definately:definitely|seperate:separate|goverment:government',
  ),
  ...'do does did is are was were have has had could should would'
    .split(' ')
    .map((word) => [`${word}nt`, `${word} not`] as const),
  ...'what who where when how why that there here'
    .split(' ')
    .map((word) => [`${word}s`, `${word} is`] as const),
]);

/** Number words as digits. "second" is left out: it is also a unit of time. */
export const numberWords: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ...(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
    'sixteen seventeen eighteen nineteen'
  )
    .split(' ')
    .map((word, value): [string, string] => [word, `${value}`]),
  ...'twenty thirty forty fifty sixty seventy eighty ninety hundred'
    .split(' ')
    .map((word, value): [string, string] => [word, `${value + 2}0`]),
  ...pairs('thousand:1000|million:1000000|billion:1000000000|half:0.5|once:1x|twice:2x'),
]);

/** Plurals that no rule finds, of words that have opposites, as `plural:singular`. */
export const irregularForms: ReadonlyMap<string, string> = /* @__PURE__ */ pairs(
  'women:woman|men:man|children:child|wives:wife',
);

/** Real words one such slip apart: never taken for each other's misspelling. */
export const confusables: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    'complaint compliant|discrete discreet|percept precept|perform preform|performs preforms|performed preformed|' +
    'signing singing|signers singers|carving craving|carvings cravings|causally casually|marital martial|' +
    'perfect prefect|dairies diaries|calvary cavalry|carton cartoon|desert dessert'
  ).split('|'),
);

/** Words that may be written in another way, or mean a name or a number. */
export const special: WordSet = /* @__PURE__ */ wordSet([
  ...contractions.keys(),
  ...numberWords.keys(),
  ...namesakes.words,
]);

/** Every word that reading a text looks for: most words of most texts are none of them. */
export const listed: WordSet = /* @__PURE__ */ filtered(
  wordSet([englishWords, foreignWords, owners, special].flatMap(({ words }) => words)),
);

function filtered({ words, has }: WordSet): WordSet {
  const lastLetter = (word: string) => keyOf(word, word.length - 1);
  const table = letterTable(words, lastLetter);
  return { words, has: (word) => table[lastLetter(word)] === 1 && has(word) };
}

/** Knows its longest word: most words of a text are longer than any of a list, and need no look. */
export interface WordSet {
  readonly words: readonly string[];
  has(word: string): boolean;
}

export function wordSet(words: readonly string[]): WordSet {
  const members = new Set(words);
  const longest = Math.max(...words.map(({ length }) => length));
  return { words, has: (word) => word.length <= longest && members.has(word) };
}

function set(words: string): WordSet {
  return wordSet(words.split(' '));
}

function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('|').map((pair) => pair.split(':') as [string, string]));
}
