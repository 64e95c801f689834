/** The order in which a strategy would call what it has to choose from. */
import { atOnce, type TargetName, type Usage } from '@wintergate/core';
import { type Target, targetName } from '@wintergate/providers';
import { estimateInputTokens, type ModelCall } from '@wintergate/wire';
import { difficultyOf } from './difficulty.ts';
import { unitHash } from './hash.ts';
import { idOf, type Load, type LoadTracker } from './load.ts';
import type { Choice, Facts } from './options.ts';
import type { ResolvedStrategy } from './resolve-strategy.ts';
import { armOf, keyOf, rendezvousOrder, withBoundedLoad } from './sticky.ts';
import { drawOrder } from './weighted.ts';

/** What strategies use besides the call. */
export interface Means {
  readonly random: () => number;
  readonly loads: LoadTracker;
  readonly cost: ((name: TargetName, usage: Usage) => number | undefined) | undefined;
  readonly assumeOutput: number;
}

/** What there is to choose from: for a group the target that it would call first. */
export interface Heads {
  readonly targets: readonly Target[];
  readonly weights: readonly number[];
}

export interface Order {
  /** Positions, best first. */
  readonly order: readonly number[];
  readonly reason: string;
  /** The arm of an experiment, which the cache keeps apart. */
  readonly arm?: string;
}

/** Orders what is given by one strategy. Moves no counter. */
export async function orderBy(
  strategy: ResolvedStrategy,
  { targets, weights }: Heads,
  facts: Facts,
  means: Means,
): Promise<Order> {
  const { call } = facts;
  const all = targets.map((_, at) => at);
  const names = targets.map((target) => targetName(target, call.model));
  const nameAt = (at = 0) => names[at]?.provider;
  const load = (at: number) => means.loads.of(names[at] as TargetName);
  switch (strategy.type) {
    case 'priority':
      return { order: all, reason: 'first in order' };
    case 'weighted': {
      const order = drawOrder(weights, means.random);
      return { order, reason: `weighted draw: ${nameAt(order[0])}` };
    }
    case 'least-latency': {
      const scores = all.map((at) => expectedMs(load(at), call, strategy.metric, means));
      const order = twoChoices(scores, means.random);
      const best = scores[order[0] ?? 0] as number;
      return { order, reason: `least latency: ${nameAt(order[0])}, about ${Math.round(best)} ms` };
    }
    case 'least-cost': {
      const usage = expectedUsage(call, means.assumeOutput);
      const costs = names.map((name) => costOf(name, usage, means));
      const order = ascending(costs);
      const best = costs[order[0] ?? 0] as number;
      const price = Number.isFinite(best) ? `${Number(best.toPrecision(3))} USD` : 'unknown';
      return { order, reason: `least cost: ${nameAt(order[0])}, ${price}` };
    }
    case 'least-busy': {
      const counts = all.map((at) => load(at).inFlight);
      const start = Math.floor(means.random() * all.length);
      // Equals take turns at random, or the first would get all bursts.
      const turned = all.map((at) => (at + start) % all.length);
      const order = turned.sort((a, b) => (counts[a] as number) - (counts[b] as number));
      return {
        order,
        reason: `least busy: ${nameAt(order[0])}, ${counts[order[0] ?? 0]} in flight`,
      };
    }
    case 'sticky': {
      const key = keyOf(strategy.by, facts) || undefined;
      if (key === undefined)
        return { order: drawOrder(weights, means.random), reason: 'no key to stick to: drawn' };
      const ids = names.map(idOf);
      const order = rendezvousOrder(key, ids, weights);
      const counts = all.map((at) => load(at).inFlight);
      const bounded = withBoundedLoad(order, counts, weights, strategy.bound);
      const moved = bounded[0] === order[0] ? '' : ` instead of ${nameAt(order[0])}, which is busy`;
      return { order: bounded, reason: `sticks to ${nameAt(bounded[0])}${moved}` };
    }
    case 'ab': {
      const key = keyOf(strategy.by, facts) || undefined;
      const number = key === undefined ? means.random() : unitHash(`${strategy.name}\n${key}`);
      const arm = armOf(number, weights);
      return {
        order: [arm, ...all.filter((at) => at !== arm)],
        reason: `arm ${arm} of ${strategy.name}${key === undefined ? ', drawn: no key' : ''}`,
        arm: `${strategy.name}:${arm}`,
      };
    }
    case 'difficulty': {
      const { score, signs } = difficultyOf(call);
      const isHard = score >= strategy.threshold;
      const why = signs.map(({ sign }) => sign).join(', ') || 'no sign';
      const level = `${isHard ? 'hard' : 'easy'} (${score.toFixed(2)}: ${why})`;
      return { order: isHard ? [1, 0] : [0, 1], reason: level };
    }
    case 'custom': {
      const choice: Choice = {
        ...facts,
        targets,
        weights,
        load: (target) => means.loads.of(targetName(target, call.model)),
      };
      const chosen = await strategy.choose(choice);
      const order = positions(chosen, targets);
      return { order, reason: `chosen: ${nameAt(order[0])}` };
    }
  }
}

/** What is no number sorts with nothing: it is as good as unknown, and comes last. */
function costOf(name: TargetName, usage: Usage, { cost }: Means): number {
  const known = atOnce(cost?.(name, usage), 'cost');
  return Number.isFinite(known) ? (known as number) : Number.POSITIVE_INFINITY;
}

/** @throws {TypeError} when a callback returns what it was not given. */
function positions(chosen: readonly Target[], targets: readonly Target[]): number[] {
  if (!Array.isArray(chosen))
    throw new TypeError('Expected the strategy function to return a list of targets');
  const named = [...new Set(chosen.map((target) => targets.indexOf(target)))];
  if (named.includes(-1))
    throw new TypeError('Expected the strategy function to return targets that it was given');
  return [...named, ...targets.map((_, at) => at).filter((at) => !named.includes(at))];
}

function ascending(scores: readonly number[]): number[] {
  return scores
    .map((_, at) => at)
    .sort((a, b) => compare(scores[a] as number, scores[b] as number));
}

/** Infinity less itself is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/**
 * Of two drawn at random the better comes first (Mitzenmacher 2001), so that not all calls run to one
 * target whose figures are old; then the others by their scores.
 */
function twoChoices(scores: readonly number[], random: () => number): number[] {
  const order = ascending(scores);
  if (order.length <= 2) return order;
  const one = Math.floor(random() * order.length);
  const other = (one + 1 + Math.floor(random() * (order.length - 1))) % order.length;
  const first = order[Math.min(one, other)] as number;
  return [first, ...order.filter((at) => at !== first)];
}

/** Without a sample a target is tried, but not by everybody at once. */
const unknownMs = 1;
const unknownBusyMs = 1_000;

function expectedMs(
  { inFlight, firstTokenMs, msPerToken, totalMs }: Load,
  call: ModelCall,
  metric: 'total' | 'first-token',
  { assumeOutput }: Means,
): number {
  const byTokens =
    metric === 'total' && msPerToken !== undefined
      ? (firstTokenMs ?? 0) + msPerToken * outputOf(call, assumeOutput)
      : undefined;
  const known = byTokens ?? (metric === 'total' ? totalMs : firstTokenMs) ?? totalMs;
  if (known === undefined) return inFlight === 0 ? unknownMs : unknownBusyMs * (inFlight + 1);
  return known * (inFlight + 1);
}

function expectedUsage(call: ModelCall, assumeOutput: number): Usage {
  return {
    inputTokens: estimateInputTokens(call),
    outputTokens: call.operation === 'embeddings' ? 0 : outputOf(call, assumeOutput),
  };
}

function outputOf({ parameters }: ModelCall, assumeOutput: number): number {
  return Math.min(parameters.maxOutputTokens ?? assumeOutput, assumeOutput);
}
