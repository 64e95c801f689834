/** Orders that are the same for the same key. */
import { atOnce, tenantKey } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import { firstUserText } from './call-text.ts';
import { unitHash } from './hash.ts';
import type { Facts, StickyKey } from './options.ts';

/** The key of a call; `undefined` or empty: it has none. */
export function keyOf(by: StickyKey, facts: Facts): string | undefined {
  const { call, context, request } = facts;
  if (typeof by === 'function') return atOnce(by(facts), 'by');
  switch (by) {
    case 'caller':
      return context.get(tenantKey);
    case 'user':
      return call.endUser;
    case 'conversation':
      return conversationOf(call);
    default:
      return request.headers.get(by.slice('header:'.length)) ?? undefined;
  }
}

/** How a conversation began: that stays while it grows, and finds the provider's prompt cache warm. */
export function conversationOf(call: ModelCall): string {
  return `${call.system.slice(0, 4096)}\n${firstUserText(call).slice(0, 4096)}`;
}

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; Schindelhauer and Schomaker 2005 for
 * weights): each name scores with the key, the highest first. One that goes moves its own keys only.
 */
export function rendezvousOrder(
  key: string,
  names: readonly string[],
  weights: readonly number[],
): number[] {
  const scores = names.map((name, at) => {
    // In (0, 1], so that the logarithm is finite.
    const hash = 1 - unitHash(`${name}\n${key}`);
    return (weights[at] as number) / -Math.log(hash === 1 ? 1 - 2 ** -33 : hash);
  });
  return names.map((_, at) => at).sort((a, b) => (scores[b] as number) - (scores[a] as number));
}

/**
 * Moves behind the others whoever has more than its share of the calls in flight, this one counted,
 * times `bound` (Mirrokni, Thorup and Zadimoghaddam 2018, consistent hashing with bounded loads).
 */
export function withBoundedLoad(
  order: readonly number[],
  inFlight: readonly number[],
  weights: readonly number[],
  bound: number,
): number[] {
  const calls = inFlight.reduce((sum, count) => sum + count, 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isFull = (at: number) =>
    (inFlight[at] as number) + 1 > Math.ceil((bound * calls * (weights[at] as number)) / total);
  return [...order.filter((at) => !isFull(at)), ...order.filter(isFull)];
}

/** The arm of a key: its number falls into one share of the weights. */
export function armOf(number: number, weights: readonly number[]): number {
  let point = number * weights.reduce((sum, weight) => sum + weight, 0);
  const arm = weights.findIndex((weight) => (point -= weight) < 0);
  // Rounding may leave a rest.
  return arm === -1 ? weights.length - 1 : arm;
}
