/** A random order in which heavier ones tend to come first. */

/**
 * Draws all positions without putting back: the first by its share of the weights, the next by its
 * share of what is left, and so on. A weight of 0 comes only after all others.
 *
 * @param random numbers in [0, 1).
 */
export function drawOrder(weights: readonly number[], random: () => number): number[] {
  const all = weights.map((_, index) => index);
  const weightAt = (index: number) => weights[index] as number;
  const left = all.filter((index) => weightAt(index) > 0);
  const order: number[] = [];
  let total = left.reduce((sum, index) => sum + weightAt(index), 0);
  while (left.length > 1) {
    let point = random() * total;
    // Rounding may leave a rest: then it is the last one.
    let at = left.findIndex((index) => (point -= weightAt(index)) < 0);
    if (at === -1) at = left.length - 1;
    const [drawn] = left.splice(at, 1) as [number];
    order.push(drawn);
    total -= weightAt(drawn);
  }
  return [...order, ...left, ...all.filter((index) => weightAt(index) === 0)];
}
