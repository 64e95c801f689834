/** A threshold that finds itself: by audits, so that wrong hits stay below a bound. */
import { checkOptions, type OptionKind } from '@wintergate/core';
import type { CachePolicy } from '../policy.ts';
import { atMost } from './binomial.ts';
import { createTallies } from './tallies.ts';

export interface AuditedThresholdOptions {
  /** Share of hits that may be wrong at most, such as 0.02. */
  readonly maxWrongHits: number;
  /** How sure of that. @default 0.95 */
  readonly confidence?: number | undefined;
  /** Share of the candidates that are audited, once a threshold is found: so many hits are given up. @default 0.05 */
  readonly auditRate?: number | undefined;
  /** Less alike candidates are neither served nor audited. @default 0.5 */
  readonly floor?: number | undefined;
  /** Audits that count: the latest. @default 2000 */
  readonly window?: number | undefined;
  /** Numbers in [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Audits by similarity, in steps of 0.005 from 0 to 1; plain data. */
export interface AuditCounts {
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

export interface AuditedThreshold extends CachePolicy {
  /** From here on it hits; above 1 while it does not know enough. */
  readonly threshold: number;
  /** What this instance has counted, to be sent to others. */
  counts(): AuditCounts;
  /** Takes the place of what another instance told before. */
  merge(instance: string, counts: AuditCounts): void;
}

const known: Record<keyof AuditedThresholdOptions, OptionKind> = {
  maxWrongHits: 1,
  confidence: 1,
  auditRate: 1,
  floor: 1,
  window: 1,
  random: 'function',
};

const bins = 201;
const recalibrateEvery = 10;
/** Above any similarity. */
const never = 2;

/**
 * Creates a policy that bounds the share of wrong hits. A part of the candidates is audited: the
 * upstream is asked all the same, and the judge says whether the stored answer would have been right.
 * The threshold is the lowest one above which the share of wrong ones, bounded from above (Clopper and
 * Pearson), stays within `maxWrongHits`. At first all candidates are audited: for 5 % with a confidence of
 * 0.95 it takes at least 59 right ones, for 2 % 149.
 *
 * The bound holds for traffic like that of the latest audits, and for a judge that errs on neither side.
 * The lowest is taken of many, which the confidence does not count; simulated, the promise is broken less
 * often than it allows all the same. Source: conformal risk control (Angelopoulos et al. 2022).
 *
 * @throws {RangeError} for options outside of their range.
 * @example
 * semanticCache({ semantic: { embedder, policy: auditedThreshold({ maxWrongHits: 0.02 }), judge } });
 */
export function auditedThreshold(options: AuditedThresholdOptions): AuditedThreshold {
  checkOptions(options, known, 'auditedThreshold()');
  const { maxWrongHits, confidence = 0.95, auditRate = 0.05, floor = 0.5 } = options;
  const { window = 2000, random = Math.random } = options;
  checkShare('maxWrongHits', maxWrongHits);
  checkShare('confidence', confidence);
  checkShare('auditRate', auditRate);
  if (!(floor >= 0 && floor <= 1)) throw new RangeError(`Set "floor" from 0 to 1: got "${floor}"`);
  if (!(window >= 1)) throw new RangeError(`Set "window" to 1 or more: got "${window}"`);
  const { right, wrong, add } = createTallies(bins, window);
  const others = new Map<string, AuditCounts>();
  let since = 0;
  let threshold = never;

  function recalibrate(): void {
    since = 0;
    let rights = 0;
    let wrongs = 0;
    let found = never;
    for (let place = bins - 1; place >= 0; place--) {
      let added = (right[place] as number) + (wrong[place] as number);
      rights += right[place] as number;
      wrongs += wrong[place] as number;
      for (const other of others.values()) {
        rights += other.right[place] ?? 0;
        wrongs += other.wrong[place] ?? 0;
        added += (other.right[place] ?? 0) + (other.wrong[place] ?? 0);
      }
      if (added === 0) continue;
      // The same as an upper bound within the limit, without looking for that bound.
      const within = atMost(wrongs, rights + wrongs, maxWrongHits) <= 1 - confidence;
      if (within) found = place / (bins - 1);
    }
    threshold = found;
  }

  return {
    id: `audited:${maxWrongHits}:${confidence}`,
    floor,
    get threshold() {
      return threshold;
    },
    decide({ similarity }) {
      if (!(similarity >= floor)) return 'miss';
      if (random() < (threshold === never ? 1 : auditRate)) return 'audit';
      return similarity >= threshold ? 'hit' : 'miss';
    },
    observe({ similarity, right: wasRight }) {
      add(placeOf(similarity), wasRight);
      since++;
      // A wrong one may have to lift it at once.
      if (since >= recalibrateEvery || (!wasRight && similarity >= threshold)) recalibrate();
    },
    counts: () => ({ right: [...right], wrong: [...wrong] }),
    merge(instance, counts) {
      others.set(instance, checkCounts(counts));
      recalibrate();
    },
  };
}

function placeOf(similarity: number): number {
  return Math.floor(Math.min(1, Math.max(0, similarity)) * (bins - 1) + 1e-9);
}

function checkShare(name: string, value: number): void {
  if (!(value > 0 && value < 1))
    throw new RangeError(`Set "${name}" between 0 and 1: got "${value}"`);
}

function checkCounts(counts: AuditCounts): AuditCounts {
  for (const list of [counts?.right, counts?.wrong]) {
    if (!Array.isArray(list) || list.length > bins || list.some((one) => !(one >= 0)))
      throw new TypeError('Expected the counts of another auditedThreshold()');
  }
  return counts;
}
