/** A curve for each entry, learned from audits, so that wrong answers stay below a bound. */
import { createRecencyMap } from '@wintergate/core';
import type { CachePolicy, PolicyObservation } from '../policy.ts';
import { normalQuantile, upperBound } from './binomial.ts';
import { fitCurve } from './curve.ts';

export interface VerifiedOptions {
  /** Share of requests that may be answered wrong at most, such as 0.02. */
  readonly maxWrongRequests: number;
  /** Audits that an entry needs before its own curve counts; until then those of all entries do. @default 4 */
  readonly minAudits?: number | undefined;
  /** Less alike candidates are neither served nor audited. @default 0.5 */
  readonly floor?: number | undefined;
  /** Entries whose curves are kept; those not asked for longest go first. @default 10_000 */
  readonly maxEntries?: number | undefined;
  /** Numbers in [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
}

interface EntryState {
  /** The latest, oldest first. */
  readonly observations: { readonly similarity: number; readonly right: boolean }[];
  curve: ReturnType<typeof fitCurve> | undefined;
  /** No audit was wrong. */
  spotless: boolean;
}

/** Audits without a wrong one that are told apart: none, one, and more. */
const longestRecord = 2;
/** What others came to is believed no further: an entry that is worse than they are is found out. */
const leastPooledShare = 0.05;

function recordOf(state: EntryState | undefined): number {
  return Math.min(state?.observations.length ?? 0, longestRecord);
}

const maxObservations = 256;
/** Confidences that are tried: each gives a bound, the best of them holds. */
const grid = /* @__PURE__ */ Array.from({ length: 50 }, (_, at) => {
  const unsure = (at + 0.5) / 50;
  return { unsure, deviations: normalQuantile(1 - unsure) };
});

/**
 * Beside the curve: what lies nearer is no less often right, so that what was counted at or below a
 * similarity bounds it too, without a curve. Only this grows sure of entries that were never wrong.
 */
const widths = [0.05, 1];
const tails = [0.3, 0.1, 0.05, 0.02, 0.01, 0.005];

/**
 * Creates a policy that bounds the share of requests that are answered wrong: for each entry a logistic
 * curve says how likely its answer is right at a similarity, and so many calls are audited that the
 * bound holds even where the curve is unsure. An entry that was never wrong also goes by what all entries of
 * as many audits came to; one that was goes by its own curve alone, and until that has enough audits it
 * answers nothing. Only calls whose neighbour was wrong become entries that
 * similar calls find: the others are covered. Source: vCache (Schroeder et al. 2025), its rule re-derived;
 * the curve is fitted with a weak prior, which gives it a variance also where the labels separate.
 *
 * @throws {RangeError} for options outside of their range.
 * @example
 * semanticCache({ semantic: { embedder, policy: verified({ maxWrongRequests: 0.02 }), judge } });
 */
export function verified(options: VerifiedOptions): CachePolicy {
  const { maxWrongRequests: delta, minAudits = 4, floor = 0.5 } = options;
  const { maxEntries = 10_000, random = Math.random } = options;
  if (!(delta > 0 && delta < 1))
    throw new RangeError(`Set "maxWrongRequests" between 0 and 1: got "${delta}"`);
  if (!(minAudits >= 1)) throw new RangeError(`Set "minAudits" to 1 or more: got "${minAudits}"`);
  if (!(floor >= 0 && floor <= 1)) throw new RangeError(`Set "floor" from 0 to 1: got "${floor}"`);
  if (!(maxEntries >= 1))
    throw new RangeError(`Set "maxEntries" to 1 or more: got "${maxEntries}"`);
  const states = createRecencyMap<string, EntryState>();

  /** Of all entries together, by what was known of each when it was audited. */
  const pools = Array.from({ length: longestRecord + 1 }, createPool);

  /** How often to ask the upstream for the bound to hold, 0 or less for never. */
  function auditShare(state: EntryState, similarity: number): number {
    state.curve ??= fitCurve(state.observations);
    const { slope, middle, variance } = state.curve;
    let right = 0;
    for (const { unsure, deviations } of grid) {
      const late = clamp(middle + deviations * Math.sqrt(variance));
      right = Math.max(right, (1 - unsure) / (1 + Math.exp(-slope * (similarity - late))));
    }
    for (const width of widths) {
      const near = state.observations.filter(
        (one) => one.similarity <= similarity && one.similarity >= similarity - width,
      );
      const wrong = near.filter((one) => !one.right).length;
      right = Math.max(right, leastRight(wrong, near.length));
    }
    return shareFor(right);
  }

  /** So many audits that a hit that is right at least so often breaks nothing. */
  function shareFor(right: number): number {
    return right >= 1 ? 0 : 1 - delta / (1 - right);
  }

  /** What entries of the same record came to: so many audits, and none of them wrong. */
  function pooledShare(record: number, similarity: number): number {
    const { wrong, total } = pools[record]!.near(similarity);
    return Math.max(leastPooledShare, shareFor(leastRight(wrong, total)));
  }

  return {
    id: `verified:${delta}`,
    floor,
    insert: 'when-wrong',
    decide({ id, similarity: given }) {
      if (!(given >= floor)) return 'miss';
      const state = states.use(id);
      const similarity = rounded(given);
      let share = 1;
      if (state === undefined || state.spotless) share = pooledShare(recordOf(state), similarity);
      if (state !== undefined && state.observations.length >= minAudits)
        share = Math.min(share, auditShare(state, similarity));
      return random() <= share ? 'audit' : 'hit';
    },
    observe({ id, similarity, right }: PolicyObservation) {
      const state = states.use(id) ?? { observations: [], curve: undefined, spotless: true };
      if (state.spotless) pools[recordOf(state)]!.add(rounded(similarity), right);
      state.spotless &&= right;
      state.observations.push({ similarity: rounded(similarity), right });
      if (state.observations.length > maxObservations) state.observations.shift();
      state.curve = undefined;
      states.set(id, state);
      if (states.size > maxEntries) states.delete(states.oldest()!.key);
    },
  };
}

/** A lower bound for how often what was counted is right, the best over some confidences. */
function leastRight(wrong: number, total: number): number {
  let best = 0;
  for (const unsure of tails)
    best = Math.max(best, (1 - unsure) * (1 - upperBound(wrong, total, 1 - unsure)));
  return best;
}

const poolSize = 4000;

/** The latest audits of all entries, by similarity in hundredths. */
function createPool() {
  const right = new Int32Array(101);
  const wrong = new Int32Array(101);
  const latest: { place: number; right: boolean }[] = [];
  const count = (place: number, list: Int32Array, by: number): void => {
    list[place] = (list[place] as number) + by;
  };
  return {
    add(similarity: number, wasRight: boolean): void {
      const one = { place: Math.floor(similarity * 100), right: wasRight };
      latest.push(one);
      count(one.place, wasRight ? right : wrong, 1);
      const old = latest.length > poolSize ? latest.shift() : undefined;
      if (old !== undefined) count(old.place, old.right ? right : wrong, -1);
    },
    /** What was counted a little below, where answers are no more often right. */
    near(similarity: number): { wrong: number; total: number } {
      let [rights, wrongs] = [0, 0];
      const to = Math.floor(similarity * 100);
      for (let place = Math.max(0, to - 10); place <= to; place++) {
        rights += right[place] as number;
        wrongs += wrong[place] as number;
      }
      return { wrong: wrongs, total: rights + wrongs };
    },
  };
}

/** Three digits: what is nearer together is the same to the curve. */
function rounded(similarity: number): number {
  return Math.round(clamp(similarity) * 1000) / 1000;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
