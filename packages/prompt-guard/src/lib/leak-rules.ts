/** Asking for what a model was told by those who run it. Rows are explained in `injection-rules.ts`. */
import type { RuleRow } from './injection-rules.ts';

export const leakRules: readonly RuleRow[] = [
  ['your-system-prompt', 4, 'REVEAL|WHAT|REPEAT ~6 YOUR ~4 SYSTEM ~1 CORE'],
  ['your-system-message', 4, 'REVEAL|WHAT|REPEAT ~6 YOUR ~2 SYSTEM ~1 MESSAGE'],
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
  ['i-was-instructed', 2, 'sentence|complete|continue|finish ~4 i was instructed|told|programmed'],

  ['your-preprompt', 4, 'REVEAL|WHAT|REPEAT ~5 YOUR ~2 preprompt|systemprompt|metaprompt'],
  [
    'your-prompt-says',
    2,
    'WHAT ~3 YOUR ~2 prompt|prompts|instructions ~2 say|says|contain|contains|tell',
  ],
  [
    'prompt-of-system',
    4,
    'REVEAL ~4 YOUR ~1 CORE|MESSAGE ~2 sistema|systeme|ocultas|ocultos|nascoste|secretas|cachees',
  ],
  ['told-to-you', 3, 'REVEAL|WHAT|REPEAT|list ~6 CORE|RULE ~2 YOU ~1 were|got|received|been'],
  [
    'told-by-makers',
    2,
    'YOU ~7 from|by ~2 YOUR ~1 developer|developers|creator|creators|operator|makers',
  ],
  [
    'makers-told',
    3,
    'developer|developers|creators|creator|operator|openai ~3 tell|told|gave|set|instruct ~4 you',
  ],
  [
    'not-allowed',
    2,
    'WHAT ~4 YOU ~2 NEG ~2 allowed|permitted|supposed ~2 say|talk|discuss|reveal|mention|tell',
  ],
  ['never-to-say', 2, 'WHAT ~6 YOU ~3 NEG ~1 say|reveal|mention|disclose'],
  [
    'above-this',
    3,
    'REPEAT|REVEAL ~2 ALL ~2 above|before ~1 this|my ~1 line|message|text|conversation|point|prompt|sentence',
  ],
  ['up-to-here', 3, 'REPEAT|REVEAL ~2 ALL ~5 context|conversation|prompt ~3 up|until|so|before'],
  ['your-context', 2, 'REPEAT|REVEAL ~6 YOUR ~2 context window|history|verbatim'],
  ['in-your-context', 2, 'REPEAT|REVEAL ~2 ALL ~3 in ~1 YOUR ~1 context|memory|prompt'],
  [
    'first-words',
    3,
    'WHAT|REVEAL|REPEAT ~5 first ~3 words|lines|sentences|characters|line|sentence ~3 this|YOUR|SYSTEM ~1 prompt|conversation|chat|context',
  ],
  ['before-mine', 1, 'before ~1 my ~2 message|question|prompt|input'],
  ['top-of-yours', 3, 'WHAT|REVEAL|REPEAT ~7 top|beginning|start ~1 of ~1 YOUR ~2 CORE|context'],
  ['see-the-system-prompt', 2, 'see|need|want|view ~3 the ~1 SYSTEM ~1 prompt|instructions'],
  ['my-instructions-are', 2, 'start|begin ~5 with ~2 my instructions|prompt|rules'],
  ['before-conversation', 2, 'REVEAL|REPEAT|WHAT ~6 before|above ~1 this ~1 conversation|chat'],

  ['text-of-told', 3, 'text|copy|contents ~3 CORE|RULE ~2 YOU were|got|received'],
  ['complete-mine', 3, 'complete|finish|sentence ~5 my ~1 instructions|prompt'],

  [
    'hidden-text',
    2,
    'REVEAL|REPEAT|WHAT ~3 hidden|secret|confidential ~1 text|prompt|instructions|message|rules',
  ],
  ['start-of-chat', 1, 'top|beginning|start ~2 this ~1 conversation|chat'],
  ['told-to-hide', 3, 'REVEAL|WHAT ~8 YOU ~2 TOLD ~3 protect|hide|keep|guard|secret|share|reveal'],
  ['the-secret', 1, 'REVEAL|WHAT ~2 secret|password|passphrase'],
  [
    'system-messages',
    2,
    'dump|print|leak|reveal|recite|output|repeat ~5 system ~1 message|messages',
  ],
  ['your-prompt', 2, 'print|output|dump|reveal|leak|recite ~1 YOUR ~1 prompt'],
  ['here-is-mine', 2, 'here is|are my|the ~1 SYSTEM ~1 prompt|instructions'],
];
