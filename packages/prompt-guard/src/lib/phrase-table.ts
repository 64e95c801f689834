/** Rules compiled for a single pass: each word of a text advances the rules that wait for it. */
import { foldText } from './fold-text.ts';
import { createRuleSources, type RuleSource } from './injection-rules.ts';
import { lexicon } from './lexicon.ts';
import { createVocabulary, type Vocabulary } from './words.ts';

interface Step {
  readonly rule: number;
  /** Place in the row of all steps. */
  readonly slot: number;
  /** The first of its rule: nothing has to stand before it. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** How many words further at most than the step before. */
  readonly gap: number;
}

/** What a known word does. */
export interface Meaning {
  /** Ids of its classes. */
  readonly classes: readonly number[];
  /** Steps that it advances, the later ones of a rule first, so that one word is never two steps. */
  readonly steps: Step[];
}

export interface PhraseTable {
  readonly rules: readonly RuleSource[];
  readonly vocabulary: Vocabulary<Meaning>;
  /** How many classes there are. */
  readonly classes: number;
  readonly slots: number;
  /** Class that must not stand within a match, by rule; -1: none. */
  readonly forbidden: readonly number[];
  readonly cite: number;
  readonly ask: number;
  readonly report: number;
}

export function createPhraseTable(): PhraseTable {
  const rules = createRuleSources();
  const ids = new Map<string, number>();
  const words = new Map<string, Meaning>();
  /** Of each class, the later ones first. */
  const steps: Step[][] = [];
  const forbidden: number[] = [];
  let slots = 0;

  function classOf(name: string): number {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(name, id);
    const alone: Meaning = { classes: [id], steps: (steps[id] = []) };
    for (const word of foldText(lexicon[name] ?? name).lower.split(' ')) {
      const classes = words.get(word)?.classes;
      if (classes === undefined) words.set(word, alone);
      else if (!classes.includes(id)) words.set(word, { classes: [...classes, id], steps: [] });
    }
    return id;
  }

  rules.forEach((source, rule) => {
    const parts = source.pattern.split(' ');
    forbidden.push(source.pattern.includes('!') ? classOf(parts.pop()!.slice(1)) : -1);
    let gap = 1;
    for (const [at, part] of parts.entries()) {
      if (part.startsWith('~')) {
        gap = Number(part.slice(1));
        continue;
      }
      const step = {
        rule,
        slot: slots++,
        isFirst: at === 0,
        isLast: at === parts.length - 1,
        gap,
      };
      for (const name of part.split('|')) steps[classOf(name)]!.unshift(step);
      gap = 1;
    }
  });
  // Before the vocabulary is closed: these classes are in no rule.
  const cite = classOf('CITE');
  const ask = classOf('ASK');
  const report = classOf('REPORT');
  // Words of one class, nearly all, share its steps.
  for (const { classes, steps: own } of words.values()) {
    if (classes.length > 1)
      own.push(...classes.flatMap((id) => steps[id]!).sort((a, b) => b.slot - a.slot));
  }
  const vocabulary = createVocabulary(words);
  return { rules, vocabulary, classes: ids.size, slots, forbidden, cite, ask, report };
}
