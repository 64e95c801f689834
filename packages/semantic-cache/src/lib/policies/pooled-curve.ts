/** The curve of all entries together: what is expected of one that nothing is known of. */
import { type Curve, type CurvePrior, fitCurve, type Labelled } from './curve.ts';
import { createTallies } from './tallies.ts';

export interface PooledCurve {
  readonly curve: Curve;
  /** Counts up with each new curve. */
  readonly version: number;
  add(similarity: number, right: boolean): void;
}

const places = 101;
const refitEvery = 50;
/** Little is known before the first audits: of embedders in general answers are as often right as wrong at 0.6. */
const prior: CurvePrior = { mean: { intercept: -6, slope: 10 }, at: 0.6, level: 3, slope: 10 };

/** Fits anew from time to time, from the latest audits by similarity in hundredths. */
export function createPooledCurve(window: number): PooledCurve {
  const { right, wrong, add } = createTallies(places, window);
  let since = 0;
  let version = 0;
  let curve = prior.mean;

  function refit(): void {
    const tallies: Labelled[] = [];
    for (let at = 0; at < places; at++) {
      const similarity = (at + 0.5) / (places - 1);
      if (right[at]) tallies.push({ similarity, right: true, count: right[at] as number });
      if (wrong[at]) tallies.push({ similarity, right: false, count: wrong[at] as number });
    }
    curve = fitCurve(tallies, prior, curve);
    version++;
    since = 0;
  }

  return {
    get curve() {
      return curve;
    },
    get version() {
      return version;
    },
    add(similarity, wasRight) {
      add(Math.floor(similarity * (places - 1)), wasRight);
      since++;
      if (since >= refitEvery) refit();
    },
  };
}
