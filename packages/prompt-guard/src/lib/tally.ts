/** Adds up what the matches of a text weigh, as they come. */
import type { InjectionCategory } from './injection-rules.ts';

/** Flagged from here on. */
export const flagWeight = 2;
/** Blocked from here on. */
export const blockWeight = 4;

export interface InjectionMatch {
  readonly rule: string;
  readonly category: InjectionCategory;
  readonly weight: number;
}

export interface InjectionResult {
  /** Of matches close to each other, together. */
  readonly weight: number;
  /** The heaviest of each category, heaviest first. */
  readonly matches: readonly InjectionMatch[];
}

export interface Tally {
  /**
   * @param id the rule's; @param index the word's, or {@link anywhere}; @param trust less than 1
   * where the text seems only to speak about such a phrase.
   */
  add(id: number, match: InjectionMatch, index: number, trust?: number): void;
  result(): InjectionResult;
}

/** Matches further apart than this, in words, do not add up. */
const windowWords = 400;
/** For a match that adds up with all others. */
export const anywhere = 1_000_000_000;

/** @param ids how many rules there are: each match costs at most so many steps. */
export function createTally(ids: number): Tally {
  // Most texts match nothing.
  let weights: Float64Array | undefined;
  let doubted = new Uint8Array(0);
  let indexes = new Int32Array(0);
  const best = new Map<InjectionCategory, InjectionMatch>();
  let heaviest = 0;

  return {
    add(id, match, index, trust = 1) {
      const { category } = match;
      const weight = match.weight * trust;
      if (weights === undefined) {
        weights = new Float64Array(ids);
        indexes = new Int32Array(ids);
        doubted = new Uint8Array(ids);
      }
      const repeated = weights[id]! >= weight && index - indexes[id]! <= windowWords;
      if (!repeated) {
        weights[id] = weight;
        doubted[id] = trust < 1 ? 1 : 0;
      }
      indexes[id] = index;
      // The other rules have been added up when they came.
      if (repeated) return;
      heaviest = Math.max(heaviest, sum(weights, doubted, indexes, index));
      const known = best.get(category);
      if (known === undefined || known.weight < weight) best.set(category, { ...match, weight });
    },
    result: () => ({
      weight: heaviest,
      matches: [...best.values()].sort((a, b) => b.weight - a.weight),
    }),
  };
}

/** Each rule counts once, of doubted ones only the heaviest, and light rules alone never block. */
function sum(
  weights: Float64Array,
  doubted: Uint8Array,
  indexes: Int32Array,
  index: number,
): number {
  let total = 0;
  let heaviest = 0;
  let heavy = false;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight === 0 || index - indexes[id]! > windowWords) continue;
    if (doubted[id] === 1) heaviest = Math.max(heaviest, weight);
    else total += weight;
    if (weight >= flagWeight) heavy = true;
  }
  total += heaviest;
  return heavy ? total : Math.min(total, blockWeight - 1);
}

/** Both texts' matches; the second's weigh `factor` times. */
export function combine(a: InjectionResult, b: InjectionResult, factor: number): InjectionResult {
  if (b.weight === 0) return a;
  const known = new Set(a.matches.map(({ category }) => category));
  return {
    weight: Math.max(a.weight, b.weight * factor),
    matches: [...a.matches, ...b.matches.filter(({ category }) => !known.has(category))],
  };
}
