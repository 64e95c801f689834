/** A curve for each entry, learned from audits, so that wrong answers stay below a bound. */
import { checkOptions, createRecencyMap, type OptionKind } from '@wintergate/core';
import type { CachePolicy, PolicyObservation } from '../policy.ts';
import { createCalibration } from './calibration.ts';
import { type Curve, fitCurve, type Labelled, logitOf } from './curve.ts';
import { createPooledCurve } from './pooled-curve.ts';

export interface VerifiedOptions {
  /** Share of requests that may be answered wrong at most, such as 0.02. */
  readonly maxWrongRequests: number;
  /** Audits that an entry needs before it answers at all. @default 1 */
  readonly minAudits?: number | undefined;
  /**
   * Whether a call whose neighbour proved right can be found too, as another wording of that neighbour: what is
   * learned of one is learned of both. Without them the index holds about half of the entries, and more than a
   * third of the hits is lost.
   *
   * @default true
   */
  readonly aliases?: boolean | undefined;
  /** Less alike candidates are neither served nor audited. @default 0.5 */
  readonly floor?: number | undefined;
  /** Entries whose curves are kept, aliases included; those not asked for longest go first. @default 50_000 */
  readonly maxEntries?: number | undefined;
  /** Numbers in [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
}

const known: Record<keyof VerifiedOptions, OptionKind> = {
  maxWrongRequests: 1,
  minAudits: 1,
  aliases: 'boolean',
  floor: 1,
  maxEntries: 1,
  random: 'function',
};

/** What is known of an entry, and of all that are aliases of it. */
interface EntryState {
  /** The latest, oldest first. */
  readonly observations: Labelled[];
  curve: Curve | undefined;
  /** Of the pooled curve that `curve` was drawn towards; -1 where there is a label more. */
  fitted: number;
  /** The share of audits where the last one was decided. */
  share: number;
}

const maxObservations = 256;
/** Of each entry's curve from that of all: in logits where it counts, and as a share of the slope. */
const spread = { at: 0.75, level: 1.5, slope: 0.5 };
/** So many calls are audited however good an entry looks: one that is worse than it looks is found out. */
const leastShare = 0.05;
/** How much one wrong answer too many tightens the bound, as an exponent. */
const reaction = 0.1;
const mostCaution = 8;
/** Audits that are looked at, and those that are remembered. A smaller bound has the more of its calls audited. */
const mostEnough = 10_000;
const leastWindow = 4000;

/**
 * Creates a policy that bounds the share of requests that are answered wrong. For each entry a logistic curve
 * says how likely its answer is right at a similarity, drawn towards the curve of all entries while it has few
 * audits of its own. What such a likelihood is worth is counted: of the latest audits that were no more likely
 * to be right, how many were wrong. So many calls are audited that the bound holds, at least every twentieth.
 * What audits find is also added up, each by how rare it was, and where more was served wrong than allowed all
 * of it becomes stricter for a while.
 *
 * The bound is one on average over traffic that stays as it is, and one of what the judge says. Source: vCache
 * (Schroeder et al. 2025), its rule re-derived; the estimate by inverse shares: Horvitz and Thompson 1952.
 *
 * @throws {RangeError} for options outside of their range.
 * @example
 * semanticCache({ semantic: { embedder, policy: verified({ maxWrongRequests: 0.02 }), judge } });
 */
export function verified(options: VerifiedOptions): CachePolicy {
  checkOptions(options, known, 'verified()');
  const { maxWrongRequests: bound, minAudits = 1, floor = 0.5, aliases = true } = options;
  const { maxEntries = 50_000, random = Math.random } = options;
  if (!(bound > 0 && bound < 1))
    throw new RangeError(`Set "maxWrongRequests" between 0 and 1: got "${bound}"`);
  if (!(minAudits >= 0)) throw new RangeError(`Set "minAudits" to 0 or more: got "${minAudits}"`);
  if (!(floor >= 0 && floor <= 1)) throw new RangeError(`Set "floor" from 0 to 1: got "${floor}"`);
  if (!(maxEntries >= 1))
    throw new RangeError(`Set "maxEntries" to 1 or more: got "${maxEntries}"`);
  const states = createRecencyMap<string, EntryState>();
  const pooled = createPooledCurve(leastWindow);
  const enough = Math.min(mostEnough, Math.ceil(3 / bound));
  const calibration = createCalibration(enough, Math.max(leastWindow, 10 * enough));
  /** An exponent: all bounds are so much stricter. */
  let caution = 0;

  function stateOf(id: string): EntryState {
    let state = states.use(id);
    if (state === undefined) {
      state = { observations: [], curve: undefined, fitted: -1, share: 1 };
      set(id, state);
    }
    return state;
  }

  function set(id: string, state: EntryState): void {
    states.set(id, state);
    if (states.size > maxEntries) states.delete(states.oldest()!.key);
  }

  function likelihood(state: EntryState, similarity: number): number {
    if (state.observations.length === 0) return logitOf(pooled.curve, similarity);
    if (state.curve === undefined || state.fitted !== pooled.version) {
      const slope = spread.slope * Math.max(1, Math.abs(pooled.curve.slope));
      const prior = { mean: pooled.curve, at: spread.at, level: spread.level, slope };
      state.curve = fitCurve(state.observations, prior, state.curve);
      state.fitted = pooled.version;
    }
    return logitOf(state.curve, similarity);
  }

  /** How often to ask the upstream for the bound to hold. */
  function auditShare(state: EntryState, similarity: number): number {
    if (state.observations.length < minAudits) return 1;
    const wrong = Math.exp(caution) * calibration.wrongAt(likelihood(state, similarity));
    return Math.max(leastShare, 1 - bound / Math.min(1, wrong));
  }

  return {
    id: `verified:${bound}`,
    floor,
    insert: aliases ? 'always' : 'when-wrong',
    decide({ id, similarity }) {
      if (!(similarity >= floor)) return 'miss';
      const state = stateOf(id);
      const share = auditShare(state, Math.min(1, similarity));
      caution = Math.max(0, caution - reaction * bound);
      if (random() > share) return 'hit';
      state.share = share;
      return 'audit';
    },
    observe({ id, similarity: given, right, asked }: PolicyObservation) {
      const state = stateOf(id);
      const similarity = Math.min(1, Math.max(0, given));
      // For each that is audited, so many are served.
      if (!right)
        caution = Math.min(mostCaution, caution + (reaction * (1 - state.share)) / state.share);
      calibration.add(likelihood(state, similarity), right);
      pooled.add(similarity, right);
      state.observations.push({ similarity, right });
      if (state.observations.length > maxObservations) state.observations.shift();
      state.fitted = -1;
      if (aliases && right && asked !== undefined) set(asked, state);
    },
  };
}
