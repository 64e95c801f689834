/** What a score is worth: of audits with a score like it, how many were wrong. */
import { createTallies } from './tallies.ts';

const lowest = -2;
const perLogit = 8;
const bins = 80;

export interface Calibration {
  add(logit: number, right: boolean): void;
  /**
   * How often answers of this score are wrong, from the `enough` audits next below it, which are no better:
   * `(wrong + 1) / (audits + 1)`, and a little more. 1 where nothing was audited.
   */
  wrongAt(logit: number): number;
}

/** In standard errors: what is added because places that look good are audited less, and so look good for longer. */
const doubt = 0.5;

/**
 * Counts audits by score, and forgets the oldest.
 *
 * Serving a share `min(1, bound / p)` with `p = (wrong + 1) / (audits + 1)` keeps the bound on average whatever
 * the chance `q` of a wrong answer is: of `n` audits, the mean of `1 / (wrong + 1)` is
 * `(1 - (1 - q)^(n + 1)) / ((n + 1) q)`. No confidence has to be chosen, and few audits are enough to begin.
 *
 * @param enough audits that are looked at; fewer see a smaller neighbourhood, more a smaller share.
 * @param window audits that count.
 */
export function createCalibration(enough: number, window: number): Calibration {
  const { right, wrong, add } = createTallies(bins, window);
  return {
    add: (logit, wasRight) => add(binOf(logit), wasRight),
    wrongAt(logit) {
      let [rights, wrongs] = [0, 0];
      for (let bin = binOf(logit); bin >= 0 && rights + wrongs < enough; bin--) {
        rights += right[bin] as number;
        wrongs += wrong[bin] as number;
      }
      const counted = wrongs + 1;
      return Math.min(1, (counted + doubt * Math.sqrt(counted)) / (rights + wrongs + 1));
    },
  };
}

function binOf(logit: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor((logit - lowest) * perLogit)));
}
