/** How likely an answer is right, by similarity: a logistic curve, pulled towards what is known already. */

/** The chance that an answer is right at a similarity is 1 / (1 + e^-(intercept + slope * similarity)). */
export interface Curve {
  readonly intercept: number;
  readonly slope: number;
}

export interface Labelled {
  readonly similarity: number;
  readonly right: boolean;
  /** How often. @default 1 */
  readonly count?: number;
}

/** What is expected of a curve before anything is known of it. */
export interface CurvePrior {
  readonly mean: Curve;
  /** The similarity at which {@link level} is meant. */
  readonly at: number;
  /** Standard deviation of the curve's value there, in logits. */
  readonly level: number;
  /** Standard deviation of its slope. */
  readonly slope: number;
}

const mostSteps = 50;
/** In logits, anywhere from 0 to 1: where the curve is flat, Newton's step is far too long. */
const longestStep = 4;
const leastWeight = 1e-9;

/** The curve at a similarity, in logits: 0 is even odds. */
export function logitOf({ intercept, slope }: Curve, similarity: number): number {
  return intercept + slope * similarity;
}

/**
 * Fits by Newton's method: logistic regression with a Gaussian prior, so that few labels move it a little, many
 * make it their own, and labels that separate have a curve too.
 *
 * @param from where to begin: the last curve of the same labels and one more is a step or two away.
 */
export function fitCurve(
  observations: readonly Labelled[],
  { mean, at, level, slope }: CurvePrior,
  from: Curve = mean,
): Curve {
  // The prior's precision, of the intercept and the slope.
  const [a, b] = [1 / level ** 2, 1 / slope ** 2];
  const [p00, p01, p11] = [a, a * at, a * at * at + b];
  let { intercept: b0, slope: b1 } = from;
  for (let step = 0; step < mostSteps; step++) {
    const [away0, away1] = [b0 - mean.intercept, b1 - mean.slope];
    let [g0, g1] = [-(p00 * away0 + p01 * away1), -(p01 * away0 + p11 * away1)];
    let [h00, h01, h11] = [p00, p01, p11];
    for (const { similarity: s, right, count = 1 } of observations) {
      const p = 1 / (1 + Math.exp(-(b0 + b1 * s)));
      const weight = count * Math.max(p * (1 - p), leastWeight);
      const error = count * ((right ? 1 : 0) - p);
      g0 += error;
      g1 += error * s;
      h00 += weight;
      h01 += weight * s;
      h11 += weight * s * s;
    }
    const determinant = h00 * h11 - h01 * h01;
    const d0 = (h11 * g0 - h01 * g1) / determinant;
    const d1 = (h00 * g1 - h01 * g0) / determinant;
    const length = Math.max(Math.abs(d0), Math.abs(d0 + d1));
    if (!Number.isFinite(length)) return mean;
    const part = Math.min(1, longestStep / length);
    b0 += part * d0;
    b1 += part * d1;
    if (length < 1e-6) break;
  }
  return { intercept: b0, slope: b1 };
}
