/** Asking for what a model was told by those who run it. Rows are explained in `injection-rules.ts`. */
import type { RuleRow } from './injection-rules.ts';

export const leakRules: readonly RuleRow[] = [
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
  ['i-was-instructed', 2, 'sentence|complete|continue|finish ~4 i was instructed|told|programmed'],
];
