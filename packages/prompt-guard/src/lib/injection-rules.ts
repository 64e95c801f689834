/**
 * What an injection looks like. A rule is a row of steps: a class of the lexicon in capitals,
 * alternatives joined by `|`, or a word as it is. `~4` lets up to three words stand between two
 * steps, none otherwise. `!MY`: not when such a word stands within.
 */
export interface RuleSource {
  readonly name: string;
  readonly category: InjectionCategory;
  /** 4 blocks by itself, 2 flags by itself, 1 needs company. */
  readonly weight: number;
  readonly pattern: string;
  /** `document`: only in text of third parties. */
  readonly only?: 'document';
  /** The last step must stand in capitals. */
  readonly capitals?: boolean;
}

export type InjectionCategory =
  | 'instruction-override'
  | 'prompt-leak'
  | 'role-hijack'
  | 'chat-template'
  | 'indirect-instruction'
  | 'hidden-text';

function group(
  category: InjectionCategory,
  rows: readonly (readonly [string, number, string])[],
  extra: Partial<RuleSource> = {},
): RuleSource[] {
  return rows.map(([name, weight, pattern]) => ({ name, category, weight, pattern, ...extra }));
}

export function createRuleSources(): readonly RuleSource[] {
  return [
    ...group('instruction-override', [
      ['drop-prior', 4, 'DROP ~5 PRIOR|ALL|YOUR ~5 CORE !MY'],
      ['drop-prior-after', 4, 'DROP ~4 CORE ~3 PRIOR !MY'],
      ['drop-core', 2, 'DROP ~3 CORE !MY'],
      ['drop-rules', 2, 'DROP ~4 PRIOR|YOUR ~3 RULE !MY'],
      ['drop-everything', 4, 'DROP ~2 everything|alles|tout|todo ~4 PRIOR !MY'],
      ['drop-all-prior', 4, 'DROP ~2 ALL ~4 PRIOR ~2 RULE|MESSAGE|TASK|REQUEST|input|chat !MY'],
      ['drop-all', 3, 'DROP ~2 ALL ~4 PRIOR !MY'],
      ['drop-everything-known', 2, 'DROP ~2 ALL ~2 YOU|said|gesagte|discussed !MY'],
      ['drop-everything-short', 1, 'DROP everything|alles|todo|tout'],
      ['drop-above', 1, 'DROP ~2 above|obigen'],
      ['drop-tasks', 2, 'DROP|remove ~3 PRIOR|ALL ~3 TASK|assignments|information'],
      [
        'include-string',
        2,
        'include|append|insert ~3 response|answer|reply ~3 following ~2 string|anchor|text|image|link',
      ],
      ['response-string', 1, 'response|answer ~3 following ~2 string|anchor'],
      ['if-told-to-summarize', 1, 'if ~2 YOU ~3 told|asked ~3 summarize|answer'],
      [
        'unlock-hidden',
        2,
        'unlock|enable ~2 hidden ~2 functionalities|features|abilities|capabilities',
      ],
      [
        'core-dropped',
        2,
        'PRIOR ~3 CORE ~2 are|is|now|should|must|have ~3 ignored|void|invalid|obsolete|cancelled|overridden|disregarded',
      ],
      ['not-follow', 4, 'NEG ~2 follow|obey ~3 YOUR ~3 CORE|RULE !MY'],
      ['not-follow-prior', 2, 'NEG ~2 follow|obey ~3 PRIOR ~3 CORE|RULE !MY'],
      ['drop-told', 2, 'DROP ~3 YOU ~3 TOLD'],
      ['drop-told-before', 4, 'DROP ~3 YOU ~3 TOLD ~3 PRIOR'],
      ['stop-following', 2, 'stop following ~4 CORE|RULE'],
      ['new-core', 1, 'NEW CORE|TASK'],
      ['new-core-follow', 2, 'follow|here|following|urgent|priority ~3 NEW CORE|TASK'],
      ['contrary-to', 2, 'contrary|abweichend|entgegen|instead ~2 PRIOR ~3 CORE'],
      ['instead-say', 1, 'instead ~2 print|say|output|write|respond|reply'],
      ['say-nothing-else', 1, 'output|print|say|return|respond ~12 nothing|else'],
      ['command-you', 1, 'i command you'],
      [
        'priority-marker',
        1,
        'urgent|priority|important|critical|high ~2 task|instruction|instructions|override',
      ],
      ['system-override', 2, 'system|admin|administrator|security|priority|protocol ~1 override'],
      ['grant-privileges', 2, 'grant ~3 administrative|admin|root privileges|access'],
      ['end-of-prompt', 2, 'end ~2 of ~2 system|user|developer prompt|instructions|message'],
    ]),
    ...group('prompt-leak', [
      ['your-system-prompt', 4, 'REVEAL|WHAT|REPEAT ~5 YOUR ~2 SYSTEM ~1 CORE'],
      ['your-system-message', 4, 'REVEAL|WHAT|REPEAT ~4 YOUR ~2 SYSTEM ~1 MESSAGE'],
      [
        'the-system-prompt',
        2,
        'reveal|show|print|output|display|repeat|tell|share|disclose|expose|leak|dump|recite|WHAT ~3 SYSTEM ~1 CORE !ARTICLE',
      ],
      ['the-systemprompt', 2, 'log|print|echo|output|reveal|show systemprompt'],
      [
        'reveal-everything-above',
        4,
        'REPEAT ~2 ALL ~4 above|verbatim ~6 verbatim|starting|beginning|exactly|instructions',
      ],
      ['your-instructions', 2, 'REVEAL|WHAT ~3 YOUR ~2 CORE !MY'],
      ['repeat-above', 2, 'REPEAT ~4 MESSAGE|CORE|sentences ~2 above|preceding|before'],
      ['everything-above', 2, 'REPEAT ~2 everything ~4 above|before'],
      ['told-before', 2, 'YOU ~3 TOLD|initially ~5 beginning|start|initially|before|above'],
      ['what-told', 2, 'WHAT ~4 YOU ~2 TOLD ~6 before|initially|beginning'],
      ['starting-with-you-are', 2, 'starting|beginning|start|begin ~2 with ~1 you are'],
      ['begin-of-prompt', 2, 'beginning|start|top ~4 prompt|conversation ~1 above|verbatim|word'],
      ['word-for-word', 1, 'word for word'],
      ['verbatim', 1, 'verbatim'],
      ['complete-prompt', 2, 'my|the ~1 system|initial|original ~1 CORE ~1 is|are|says'],
      [
        'i-was-instructed',
        2,
        'sentence|complete|continue|finish ~4 i was instructed|told|programmed',
      ],
    ]),
    ...group('role-hijack', [
      ['do-anything-now', 2, 'do anything now'],
      ['can-do-anything', 1, 'can|able ~2 do anything'],
      [
        'jailbreak-mode',
        2,
        'jailbreak|jailbroken|unfiltered|unrestricted|uncensored|evil mode|version|persona|ai|bot|chatbot|assistant',
      ],
      ['developer-mode', 1, 'developer|debug|dev|god|admin mode'],
      ['developer-mode-on', 2, 'developer|debug|dev|god mode ~3 ENABLED|output|operating'],
      [
        'operating-developer-mode',
        2,
        'operating|running ~3 developer|debug|dev|admin|unrestricted mode',
      ],
      ['from-now-on', 1, 'from now on ~3 you|youre|act|respond|answer|your'],
      ['you-are-now', 1, 'you are now'],
      [
        'no-longer',
        2,
        'no longer ~3 bound|restricted|chatgpt|ai|assistant|limited|censored|constrained',
      ],
      ['no-limits', 1, 'NOLIMIT ~4 LIMIT'],
      ['no-maker-limits', 2, 'NOLIMIT ~5 MAKER ~3 LIMIT'],
      [
        'no-ethics',
        2,
        'NOLIMIT ~3 ethical|moral|ethics|morals|safety|content ~4 LIMIT|considerations|principles|concerns|standards',
      ],
      [
        'not-bound',
        2,
        'NEG ~3 bound|restricted|limited|constrained|abide|adhere|governed ~4 LIMIT|MAKER|RULE',
      ],
      ['never-refuse', 2, 'never|NEG ~2 refuse|decline|reject|deny'],
      [
        'never-say-cannot',
        2,
        'never|NEG ~3 say|respond|reply ~4 cant|cannot|sorry|unable|apologize',
      ],
      ['no-warnings', 1, 'NEG|without|any ~3 warnings|disclaimers|disclaimer|moralizing|lecturing'],
      ['as-an-ai', 1, 'as an ai language|model'],
      [
        'answer-anything',
        1,
        'answer|answers|fulfills|fulfill|generate|generates|respond|provide ~2 EVERY ~3 REQUEST',
      ],
      ['bad-content', 1, 'BAD'],
      ['unbound-persona', 1, 'UNBOUND'],
      ['even-if-bad', 2, 'even|regardless|whether|matter|if ~4 BAD'],
      [
        'two-answers',
        2,
        'two|2|both|dual ~3 responses|answers|ways|outputs|paragraphs ~12 MAKER|normal|jailbroken|standard',
      ],
      ['stay-character', 1, 'stay|remain|keep|break|breaking ~3 CHARACTER|developer'],
      ['content-policy', 1, 'openai|openais|content policy|policies|guidelines'],
      [
        'amoral-persona',
        2,
        'NEG|no ~2 morals|ethics|conscience|remorse|feelings ~8 LIMIT|rules|care|law',
      ],
      ['ignore-ethics', 2, 'DROP ~4 ethics|ethical|morals|moral|morality|legality|laws|policy'],
      ['pretend-ai', 1, 'act|pretend|roleplay|simulate ~6 ai|chatgpt|gpt|model|bot|chatbot'],
      ['free-from', 2, 'free ~1 from|of ~2 EVERY|the|its ~3 LIMIT|constraints'],
      ['without-restrictions', 1, 'without restrictions|limitations|filters|censorship'],
      ['insert-prompt', 1, 'insert ~1 prompt|your|question here|prompt'],
    ]),
    ...group('role-hijack', [['dan', 2, 'dan']], { capitals: true }),
    ...group(
      'indirect-instruction',
      [
        ['alter-reply', 2, 'ALTER ~8 YOUR|the ~1 REPLY'],
        [
          'in-your-reply',
          2,
          'in|throughout|within your REPLY ~8 ALTER|use|encourage|promote|recommend',
        ],
        [
          'reply-as',
          2,
          'provide|give|render|write|present|format|respond ~2 your ~1 REPLY|message ~6 in|with|using|without',
        ],
        ['your-message', 1, 'ALTER ~6 your message|words'],
        [
          'letters-of-reply',
          2,
          'ALTER ~6 letters|vowels|words|word|keywords ~4 your REPLY|message',
        ],
        [
          'to-the-ai',
          2,
          'dear|attention|note|notice|message|instructions|instruction|hey ~3 AI|model',
        ],
        [
          'ai-must',
          2,
          'AI|model ~2 must|should|shall|needs ~4 ignore|respond|reply|answer|include|output|follow|send|forward',
        ],
        ['if-you-are-ai', 2, 'if ~2 you ~2 ai|llm|chatbot|assistant'],
        ['hide-from-user', 4, 'NEG ~2 HIDE ~5 USER'],
        [
          'without-telling',
          2,
          'without ~1 telling|informing|mentioning|notifying|alerting ~3 USER|anyone',
        ],
        [
          'when-summarizing',
          2,
          'when|while ~2 summarizing|summarising|processing|reading|analyzing ~4 include|add|respond|say|output|mention',
        ],
      ],
      { only: 'document' },
    ),
  ];
}

/** Marks of chat templates: text that pretends to be another role's. Searched as they are, in lower case. */
export const templateMarks: readonly (readonly [mark: string, weight: number])[] = [
  ['<|im_start|>', 2],
  ['<|im_start|>system', 4],
  ['<|im_end|>', 2],
  ['<|system|>', 4],
  ['<|start_header_id|>', 2],
  ['<|start_header_id|>system', 4],
  ['<|eot_id|>', 2],
  ['<|endoftext|>', 2],
  ['<|begin_of_text|>', 2],
  ['<start_of_turn>', 2],
  ['<end_of_turn>', 2],
  ['[inst]', 2],
  ['[/inst]', 2],
  ['<<sys>>', 4],
  ['<</sys>>', 4],
  ['[system](#', 4],
  ['### system:', 2],
  ['### instruction:', 1],
  ['\n\nhuman:', 1],
  ['\n\nassistant:', 1],
  ['</system>', 2],
  ['<system>', 2],
  ['[/system]', 2],
];
