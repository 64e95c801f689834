/** How sure one can be of a share that was counted. */

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
