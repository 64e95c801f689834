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
  readonly steps: readonly Step[];
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
  const words = new Map<string, number[]>();
  const steps: Step[][] = [];
  const forbidden: number[] = [];
  let slots = 0;

  function classOf(name: string): number {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(name, id);
    steps.push([]);
    for (const word of (lexicon[name] ?? name).split(' ')) {
      const folded = foldText(word).lower;
      const classes = words.get(folded);
      if (classes === undefined) words.set(folded, [id]);
      else if (!classes.includes(id)) classes.push(id);
    }
    return id;
  }

  rules.forEach((source, rule) => {
    const tokens = source.pattern.split(' ');
    const last = tokens[tokens.length - 1]!;
    forbidden.push(last.startsWith('!') ? classOf(last.slice(1)) : -1);
    const parts = tokens.filter((token) => !token.startsWith('!'));
    const names = parts.filter((token) => !token.startsWith('~'));
    let gap = 1;
    let index = 0;
    for (const part of parts) {
      if (part.startsWith('~')) {
        gap = Number(part.slice(1));
        continue;
      }
      const step = {
        rule,
        slot: slots++,
        isFirst: index === 0,
        isLast: index === names.length - 1,
        gap,
      };
      for (const name of part.split('|')) steps[classOf(name)]!.push(step);
      gap = 1;
      index++;
    }
  });
  // Before the vocabulary is closed: these classes are in no rule.
  const cite = classOf('CITE');
  const ask = classOf('ASK');
  const report = classOf('REPORT');
  const meanings = new Map<string, Meaning>();
  for (const [word, classes] of words) {
    const advanced = classes.flatMap((id) => steps[id]!).sort((a, b) => b.slot - a.slot);
    meanings.set(word, { classes, steps: advanced });
  }
  const vocabulary = createVocabulary(meanings);
  return { rules, vocabulary, classes: ids.size, slots, forbidden, cite, ask, report };
}
