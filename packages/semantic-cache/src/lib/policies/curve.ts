/** How likely an answer is right, by similarity: a logistic curve with an idea of how sure it is. */

export interface Curve {
  readonly slope: number;
  /** Where right and wrong are as likely. */
  readonly middle: number;
  /** Of `middle`. */
  readonly variance: number;
}

interface Labelled {
  readonly similarity: number;
  readonly right: boolean;
}

/** Every entry begins with a stranger that is wrong, and itself, which is right. */
const known: readonly Labelled[] = [
  { similarity: 0, right: false },
  { similarity: 1, right: true },
];
/** Precision of the prior, whose mean is no slope at all: without it labels that separate have no curve. */
const prior = 0.001;
const steps = 25;
const leastSlope = 1e-6;

/** Fits by Newton's method (logistic regression with a Gaussian prior), the variance by the delta method. */
export function fitCurve(observations: readonly Labelled[]): Curve {
  const all = [...known, ...observations];
  let [b0, b1] = [0, 0];
  let hessian = [1, 0, 1] as [number, number, number];
  for (let step = 0; step < steps; step++) {
    let [g0, g1] = [-prior * b0, -prior * b1];
    let [h00, h01, h11] = [prior, 0, prior];
    for (const { similarity: s, right } of all) {
      const p = 1 / (1 + Math.exp(-(b0 + b1 * s)));
      const w = Math.max(p * (1 - p), 1e-9);
      const error = (right ? 1 : 0) - p;
      g0 += error;
      g1 += error * s;
      h00 += w;
      h01 += w * s;
      h11 += w * s * s;
    }
    hessian = [h00, h01, h11];
    const determinant = h00 * h11 - h01 * h01;
    const d0 = (h11 * g0 - h01 * g1) / determinant;
    const d1 = (h00 * g1 - h01 * g0) / determinant;
    b0 += d0;
    b1 += d1;
    if (Math.abs(d0) + Math.abs(d1) < 1e-8) break;
  }
  const slope = Math.max(b1, leastSlope);
  const middle = Math.min(1, Math.max(0, -b0 / slope));
  const [h00, h01, h11] = hessian;
  const determinant = h00 * h11 - h01 * h01;
  // Of middle = -b0 / b1 by both.
  const [by0, by1] = [-1 / slope, b0 / (slope * slope)];
  const variance = (by0 * by0 * h11 - 2 * by0 * by1 * h01 + by1 * by1 * h00) / determinant;
  return { slope, middle, variance: Math.max(0, variance) };
}
