/** English word lists of the lexical embedder and the guards. Unknown words always count in full. */

/** One of these, and only ASCII: then a text may be English. */
export const englishWords: ReadonlySet<string> = /* @__PURE__ */ set(
  'the what whats how who whos where when why which does did you your are my with this that these those and ' +
    'should would could have please into from about there they their we our cannot dont',
);

/** One of these, and it is taken for something else. */
export const foreignWords: ReadonlySet<string> = /* @__PURE__ */ set(
  'de la el los las una le les des du et est que qui es por para con il che di der das ist und ein eine dem von ' +
    'zu mit nicht het een ik je voor niet och att det som af til um uma os voy ver quiero jest non',
);

/** What may follow a polite opening: an order, so that "can you please" adds nothing to it. */
export const imperatives: ReadonlySet<string> = /* @__PURE__ */ set(
  'translate write explain summarize summarise list give tell show describe find create make generate define ' +
    'compare calculate convert rewrite correct help recommend suggest draft compose solve name provide check fix ' +
    'count sort classify analyze analyse book play set add turn send remind schedule cancel order call',
);

/** Whose something is. After one of these, singular and plural ask the same. */
export const owners: ReadonlySet<string> = /* @__PURE__ */ set('my your his her its our their');

/** Plurals with a meaning of their own. */
export const pluralOnly: ReadonlySet<string> = /* @__PURE__ */ set(
  'glasses windows means goods arms customs looks papers minutes spirits woods savings brains contents funds pains ' +
    'manners forces quarters works times colors colours greens letters regards respects belongings earnings effects ' +
    'grounds headquarters holdings premises remains stocks shorts pants briefs jeans trunks shades pads tights ' +
    'drawers boxers balls guts spectacles heads tails blues bonds securities proceeds airs wits',
);

/** Common words that are also names: a capital makes them another word, wherever it stands. */
export const namesakes: ReadonlySet<string> = /* @__PURE__ */ set(
  'turkey china apple polish march mark bill rose windows word excel amazon go rust swift python java oracle shell ' +
    'target gap visa orange aids jordan chad reading nice cork bath mobile grace hope joy faith jack frank grant pat ' +
    'sue art gene ruby stone wood white black brown green king young bishop ford jaguar mustang beetle puma subway ' +
    'chase square stripe slack zoom teams meta alphabet nest echo alexa kindle fire edge chrome safari opera access ' +
    'outlook notion discord signal telegram docker spark flask spring react angular express node rails pascal basic ' +
    'rock wells rice cook bush swallow crane page gates jobs pages numbers mercury guinea ' +
    'buffalo phoenix august cancer',
);

/** Verbs that take their object to the letter: with one of them no word is passed over. */
export const verbatimVerbs: ReadonlySet<string> = /* @__PURE__ */ set(
  'translate translates translating translation correct proofread proofreading rewrite rewriting ' +
    'rephrase rephrasing paraphrase summarize summarise summary shorten spell spelled spelling pronounce ' +
    'pronunciation conjugate grammar grammatical punctuate punctuation count repeat continue encode ' +
    'decode reverse anagram rhyme rhymes define definition mean means meaning syllable syllables letters ' +
    'say says said saying word words',
);

export const negators: ReadonlySet<string> = /* @__PURE__ */ set(
  'not no never cannot without none nothing nobody nowhere neither nor hardly barely scarcely lack lacks lacking except excluding',
);

/** Spoken short forms, with and without their apostrophe, and words that are often written wrong. */
export const contractions: ReadonlyMap<string, string> = /* @__PURE__ */ pairs(
  "what's:what is|whats:what is|who's:who is|whos:who is|where's:where is|wheres:where is|when's:when is|how's:how is|hows:how is|" +
    "why's:why is|that's:that is|thats:that is|it's:it is|there's:there is|here's:here is|he's:he is|she's:she is|let's:let us|" +
    "can't:can not|cannot:can not|cant:can not|won't:will not|wont:will not|shan't:shall not|" +
    'dont:do not|doesnt:does not|didnt:did not|isnt:is not|arent:are not|wasnt:was not|werent:were not|' +
    'havent:have not|hasnt:has not|hadnt:had not|couldnt:could not|shouldnt:should not|wouldnt:would not|' +
    "i'm:i am|im:i am|definately:definitely|seperate:separate|calender:calendar|existance:existence|" +
    'grammer:grammar|wierd:weird|temperture:temperature|enviroment:environment|goverment:government|' +
    'restaraunt:restaurant|tommorow:tomorrow|neccessary:necessary|maintenence:maintenance',
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

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('|').map((pair) => pair.split(':') as [string, string]));
}
