/** A curve for each entry, learned from audits, so that wrong answers stay below a bound. */
import type { CachePolicy, PolicyObservation } from '../policy.ts';
import { normalQuantile, upperBound } from './binomial.ts';
import { fitCurve } from './curve.ts';

export interface VerifiedOptions {
  /** Share of requests that may be answered wrong at most, such as 0.02. */
  readonly maxWrongRequests: number;
  /** Audits that an entry needs before it may answer. @default 4 */
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
}

const maxObservations = 256;
/** Confidences that are tried: each gives a bound, the best of them holds. */
const grid: readonly number[] = /* @__PURE__ */ Array.from(
  { length: 50 },
  (_, at) => (at + 0.5) / 50,
);

/**
 * Beside the curve: what lies nearer is no less often right, so that what was counted at or below a
 * similarity bounds it too, without a curve. Only this grows sure of entries that were never wrong.
 */
const widths = [0.05, 1];
const tails = [0.3, 0.1, 0.05, 0.02, 0.01, 0.005];

/**
 * Creates a policy that bounds the share of requests that are answered wrong: for each entry a logistic
 * curve says how likely its answer is right at a similarity, and so many calls are audited that the
 * bound holds even where the curve is unsure. Only calls whose neighbour was wrong become entries that
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
  /** In order of use. */
  const states = new Map<string, EntryState>();

  function stateOf(id: string): EntryState | undefined {
    const state = states.get(id);
    if (state === undefined) return undefined;
    states.delete(id);
    states.set(id, state);
    return state;
  }

  /** How often to ask the upstream for the bound to hold, 0 or less for never. */
  function auditShare(state: EntryState, similarity: number): number {
    state.curve ??= fitCurve(state.observations);
    const { slope, middle, variance } = state.curve;
    let right = 0;
    for (const unsure of grid) {
      const late = clamp(middle + normalQuantile(1 - unsure) * Math.sqrt(variance));
      right = Math.max(right, (1 - unsure) / (1 + Math.exp(-slope * (similarity - late))));
    }
    for (const width of widths) {
      const near = state.observations.filter(
        (one) => one.similarity <= similarity && one.similarity >= similarity - width,
      );
      const wrong = near.filter((one) => !one.right).length;
      for (const unsure of tails)
        right = Math.max(right, (1 - unsure) * (1 - upperBound(wrong, near.length, 1 - unsure)));
    }
    return right >= 1 ? 0 : 1 - delta / (1 - right);
  }

  return {
    id: `verified:${delta}`,
    floor,
    insert: 'when-wrong',
    decide({ id, similarity: given }) {
      if (!(given >= floor)) return 'miss';
      const state = stateOf(id);
      if (state === undefined || state.observations.length < minAudits) return 'audit';
      return random() <= auditShare(state, rounded(given)) ? 'audit' : 'hit';
    },
    observe({ id, similarity, right }: PolicyObservation) {
      const state = stateOf(id) ?? { observations: [], curve: undefined };
      state.observations.push({ similarity: rounded(similarity), right });
      if (state.observations.length > maxObservations) state.observations.shift();
      state.curve = undefined;
      states.set(id, state);
      if (states.size > maxEntries) states.delete(states.keys().next().value as string);
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
