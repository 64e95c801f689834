/** A random order in which heavier targets tend to come first. */
import type { Target } from '@wintergate/providers';

/**
 * Draws all targets without putting back: the first by its share of the weights, the next by its
 * share of what is left, and so on. A weight of 0 comes only after all others.
 *
 * @param random numbers in [0, 1).
 */
export function drawOrder(targets: readonly Target[], random: () => number): Target[] {
  const left = targets.filter((target) => weightOf(target) > 0);
  const order: Target[] = [];
  let total = left.reduce((sum, target) => sum + weightOf(target), 0);
  while (left.length > 1) {
    let point = random() * total;
    // Rounding may leave a rest: then it is the last one.
    let at = left.findIndex((target) => (point -= weightOf(target)) < 0);
    if (at === -1) at = left.length - 1;
    const [drawn] = left.splice(at, 1) as [Target];
    order.push(drawn);
    total -= weightOf(drawn);
  }
  return [...order, ...left, ...targets.filter((target) => weightOf(target) === 0)];
}

export function weightOf(target: Target): number {
  return target.weight ?? 1;
}
