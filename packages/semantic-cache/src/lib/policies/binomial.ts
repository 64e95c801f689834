/** How sure one can be of a share that was counted. */

/**
 * The exact upper confidence bound of a share: with this confidence no larger share made `count` of
 * `total`. Source: Clopper and Pearson 1934.
 *
 * @returns 1 when nothing was counted.
 */
export function upperBound(count: number, total: number, confidence: number): number {
  if (total === 0 || count >= total) return 1;
  const alpha = 1 - confidence;
  if (count === 0) return 1 - alpha ** (1 / total);
  let [low, high] = [count / total, 1];
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (atMost(count, total, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** The chance of at most `count` of `total`, each with chance `share`. */
export function atMost(count: number, total: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return count >= total ? 1 : 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let term = total * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let at = 1; at <= count; at++) {
    term += Math.log((total - at + 1) / at) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/** The quantile of the normal distribution, to nine digits. Source: Acklam 2003. */
export function normalQuantile(share: number): number {
  const [low, high] = [0.02425, 1 - 0.02425];
  if (share < low) return tail(Math.sqrt(-2 * Math.log(share)));
  if (share > high) return -tail(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r +
      138.357751867269) *
      r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r +
      66.80131188771972) *
      r -
      13.28068155288572) *
      r +
    1;
  return top / bottom;
}

function tail(q: number): number {
  const top =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q -
      2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const bottom =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q +
      3.754408661907416) *
      q +
    1;
  return top / bottom;
}
