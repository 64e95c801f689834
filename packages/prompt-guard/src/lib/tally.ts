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
  /** @param id the rule's; @param index the word's, or {@link anywhere}. */
  add(id: number, match: InjectionMatch, index: number): void;
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
  let indexes = new Int32Array(0);
  const best = new Map<InjectionCategory, InjectionMatch>();
  let heaviest = 0;

  return {
    add(id, match, index) {
      const { category, weight } = match;
      if (weights === undefined) {
        weights = new Float64Array(ids);
        indexes = new Int32Array(ids);
      }
      const repeated = weights[id]! >= weight && index - indexes[id]! <= windowWords;
      if (!repeated) weights[id] = weight;
      indexes[id] = index;
      // The other rules have been added up when they came.
      if (repeated) return;
      heaviest = Math.max(heaviest, sum(weights, indexes, index));
      const known = best.get(category);
      if (known === undefined || known.weight < weight) best.set(category, match);
    },
    result: () => ({
      weight: heaviest,
      matches: [...best.values()].sort((a, b) => b.weight - a.weight),
    }),
  };
}

/** Each rule counts once, and light rules alone never block. */
function sum(weights: Float64Array, indexes: Int32Array, index: number): number {
  let total = 0;
  let heavy = false;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight === 0 || index - indexes[id]! > windowWords) continue;
    total += weight;
    if (weight >= flagWeight) heavy = true;
  }
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
