/** From a route and a call to the targets that may answer it, best first. */
import { atOnce, type TargetName } from '@wintergate/core';
import { type Target, targetName } from '@wintergate/providers';
import { type Needs, whyUnable } from './capable.ts';
import type { Capabilities, Facts } from './options.ts';
import { type Means, orderBy } from './order.ts';
import {
  type Group,
  isGroup,
  type ResolvedRoute,
  type RouteNode,
  weightOf,
} from './resolve-route.ts';

/** A target that was left out before the choice, and why. */
export interface Excluded {
  readonly target: TargetName;
  readonly reason: string;
}

export interface Decision {
  readonly candidates: readonly Target[];
  readonly excluded: readonly Excluded[];
  readonly rule: string;
  readonly reason: string;
  /** See `Plan.cacheScope`. */
  readonly cacheScope: string;
}

export interface DecideMeans extends Means {
  readonly capabilities: ((name: TargetName) => Capabilities | undefined) | undefined;
}

interface Ordered {
  readonly targets: readonly Target[];
  readonly reason: string;
  readonly scope: string;
}

/** Decides for one call. Nothing moves: the same may be asked to explain. */
export async function decide(
  { rule, root }: ResolvedRoute,
  facts: Facts,
  means: DecideMeans,
): Promise<Decision> {
  const model = facts.call.model ?? '';
  const plain = means.capabilities === undefined ? plainOrder(root) : undefined;
  if (plain !== undefined) {
    const cacheScope = plain[0]?.model ?? model;
    return { candidates: plain, excluded: none, rule, reason: 'first in order', cacheScope };
  }
  const excluded: Excluded[] = [];
  const needs: Needs = { call: facts.call };

  function canTake(target: Target): boolean {
    if (means.capabilities === undefined) return true;
    const name = targetName(target, facts.call.model);
    const reason = whyUnable(needs, atOnce(means.capabilities(name), 'capabilities') ?? undefined);
    if (reason !== undefined) excluded.push({ target: name, reason });
    return reason === undefined;
  }

  async function ordered(node: RouteNode): Promise<Ordered> {
    if (isGroup(node)) return orderGroup(node);
    return {
      targets: canTake(node) ? [node] : [],
      reason: 'the only one',
      scope: node.model ?? model,
    };
  }

  async function orderGroup(group: Group): Promise<Ordered> {
    const { strategy, children } = group;
    const inside: Ordered[] = [];
    for (const child of children) inside.push(await ordered(child));
    // The arms of an experiment, and easy and hard, keep their places when one is left out.
    const isFixed = strategy.type === 'ab' || strategy.type === 'difficulty';
    const places = children.map((_, at) => at).filter((at) => isFixed || isUsable(inside, at));
    const heads = {
      targets: places.map((at) => inside[at]?.targets[0] ?? firstOf(children[at] as RouteNode)),
      weights: places.map((at) => weightOf(children[at] as RouteNode)),
    };
    const { order, reason, arm } = await orderBy(strategy, heads, facts, means);
    const chosen = order
      .map((at) => places[at] as number)
      .filter((at) => isUsable(inside, at))
      .map((at) => inside[at] as Ordered);
    const [first] = chosen;
    const nested = first !== undefined && first.targets.length > 1 ? `, in it ${first.reason}` : '';
    return {
      targets: chosen.flatMap(({ targets }) => targets),
      reason: reason + nested,
      scope: scopeOf(group, chosen, arm),
    };
  }

  /** Loads differ from call to call: what one target of a group says, another might have said. */
  function scopeOf({ strategy }: Group, chosen: readonly Ordered[], arm?: string): string {
    const first = chosen[0]?.scope ?? model;
    if (arm !== undefined) return `${first} ${arm}`;
    const isByLoad = ['least-latency', 'least-cost', 'least-busy', 'sticky'].includes(
      strategy.type,
    );
    if (!isByLoad || chosen.every(({ scope }) => scope === first)) return first;
    return `${rule} ${model}`;
  }

  const { targets, reason, scope } = await orderGroup(root);
  return { candidates: targets, excluded, rule, reason, cacheScope: scope };
}

const none: readonly Excluded[] = [];

/** What most routes are: targets in order, with nothing to draw or to leave out. */
function plainOrder({ strategy, children }: Group): readonly Target[] | undefined {
  if (strategy.type !== 'priority' || children.some(isGroup)) return undefined;
  return children as readonly Target[];
}

function isUsable(inside: readonly Ordered[], at: number): boolean {
  return inside[at]?.targets.length !== 0;
}

function firstOf(node: RouteNode): Target {
  return isGroup(node) ? firstOf(node.children[0] as RouteNode) : node;
}
