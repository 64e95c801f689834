import { documentRules } from './document-rules.ts';
import { leakRules } from './leak-rules.ts';
import { overrideRules } from './override-rules.ts';
import { personaRules } from './persona-rules.ts';

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

/** Its name, its weight, and its pattern. */
export type RuleRow = readonly [name: string, weight: number, pattern: string];

function group(
  category: InjectionCategory,
  rows: readonly RuleRow[],
  extra: Partial<RuleSource> = {},
): RuleSource[] {
  return rows.map(([name, weight, pattern]) => ({ name, category, weight, pattern, ...extra }));
}

export function createRuleSources(): readonly RuleSource[] {
  return [
    ...group('instruction-override', overrideRules),
    ...group('prompt-leak', leakRules),
    ...group('role-hijack', personaRules),
    ...group('role-hijack', [['dan', 2, 'dan']], { capitals: true }),
    ...group('indirect-instruction', documentRules, { only: 'document' }),
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
