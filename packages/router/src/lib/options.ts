/** The options of the router. */
import type { Context, OptionKind, TargetName, Usage } from '@wintergate/core';
import type { Provider, Target } from '@wintergate/providers';
import type { ModelCall } from '@wintergate/wire';
import type { Conditions } from './conditions.ts';
import type { Load } from './load.ts';

/** A provider answers under the name that the caller asked for; a target may name another model. */
export type RouteTarget = Provider | Target;

/** What makes two calls belong together, for `sticky` and `ab`. Without a key the call is drawn for. */
export type StickyKey =
  /** The tenant that auth found; the call's end-user field; its first user message. */
  | 'caller'
  | 'user'
  | 'conversation'
  /** The value of a header, such as `header:x-session-id`. */
  | `header:${string}`
  | ((facts: Facts) => string | undefined);

/** What a callback is told of a call. */
export interface Facts {
  readonly call: ModelCall;
  readonly request: Request;
  readonly context: Context;
  readonly url: URL;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a strategy of your own chooses from: for a nested route the first target that it would choose. */
export interface Choice extends Facts {
  readonly targets: readonly Target[];
  readonly weights: readonly number[];
  load(target: Target): Load;
}

/** Returns targets, best first. Those that it leaves out come after, in their order. */
export type ChooseTargets = (choice: Choice) => readonly Target[] | Promise<readonly Target[]>;

/**
 * How the order of a route's targets is chosen. `failover()` walks it; without it the first is called.
 *
 * - `priority`: as listed.
 * - `weighted`: drawn for each call by weight.
 * - `least-latency`: by peak EWMA times calls in flight, the better of two drawn at random first
 *   (power of two choices). `first-token` compares the time to the first token, `total` adds the time
 *   of each token for the output that the call may have.
 * - `least-cost`: by what this call would cost at list price.
 * - `least-busy`: by calls in flight.
 * - `sticky`: the same target for the same key (rendezvous hash), unless it has more than `bound`
 *   times its share of the calls in flight.
 * - `ab`: arms by weight, the same arm for the same key.
 * - `difficulty`: the first target for easy calls, the second for those at `threshold` or above.
 */
export type Strategy =
  | 'priority'
  | 'weighted'
  | 'least-latency'
  | 'least-cost'
  | 'least-busy'
  | 'sticky'
  | 'ab'
  | 'difficulty'
  | { readonly type: 'least-latency'; readonly metric?: 'total' | 'first-token' | undefined }
  | {
      readonly type: 'sticky';
      /** @default 'conversation' */
      readonly by?: StickyKey | undefined;
      /** At least 1. @default 1.25 */
      readonly bound?: number | undefined;
    }
  | {
      readonly type: 'ab';
      /** Names the experiment: another name, another split. @default the route's name */
      readonly name?: string | undefined;
      /** @default 'caller' */
      readonly by?: StickyKey | undefined;
    }
  | {
      readonly type: 'difficulty';
      /** From 0 to 1. @default 0.5 */
      readonly threshold?: number | undefined;
    }
  | ChooseTargets;

export interface Route {
  /** @default 'priority' */
  readonly strategy?: Strategy | undefined;
  /** At least one; a route among them is a group that is ordered by itself first. */
  readonly targets: readonly RouteInput[];
  /** Share of this group in a route around it. @default 1 */
  readonly weight?: number | undefined;
}

export type RouteInput = RouteTarget | Route | readonly RouteInput[];

export interface Rule {
  /** Stands in plans and events as `rule:<name>`. */
  readonly name: string;
  /** All of it must hold; a callback is asked with the facts. */
  readonly when: Conditions | ((facts: Facts) => boolean | Promise<boolean>);
  /** Where such calls go; a string is the name of a model, looked up in `aliases` and `routes`. */
  readonly use: RouteInput | string;
}

/** What a model can do. What is not said is not checked. */
export interface Capabilities {
  /** Tokens of input and output together. */
  readonly contextWindow?: number | undefined;
  /** Tokens of output at most. */
  readonly maxOutput?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly vision?: boolean | undefined;
}

export interface ModelRouterOptions {
  /** Looked at in order, before `routes`; the first that holds decides. */
  readonly rules?: readonly Rule[] | undefined;
  /**
   * Where each model goes. A name may hold `*` for any run of characters; a name without it wins,
   * then the pattern with the most other characters.
   */
  readonly routes?: Readonly<Record<string, RouteInput>> | undefined;
  /**
   * Other names for models: `{ fast: 'gpt-5-mini' }`. The caller's name may hold `*`. An alias may
   * point to another alias; it ends at a name that `routes` or `default` takes.
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /** Where everything else goes. @default none: an unknown model is a 404 */
  readonly default?: RouteInput | undefined;
  /**
   * Where requests go that are no calls, by path: `{ '/v1/images/*': openai, '/v1/rerank': cohere }`. The
   * most specific pattern wins. They pass untouched, streamed both ways, with the target's
   * credential; a list is an order. What no pattern takes passes without a plan.
   */
  readonly endpoints?: Readonly<Record<string, RouteTarget | readonly RouteTarget[]>> | undefined;
  /**
   * What a model can do: targets that can not take a call are left out before the choice, such as
   * `findCapabilities` of `@wintergate/wire/prices`. @default nothing is known, nothing left out
   */
  readonly capabilities?: ((name: TargetName) => Capabilities | undefined) | undefined;
  /**
   * What a call costs, for `least-cost`, such as `listCost` of `@wintergate/wire/prices`. A target
   * of unknown cost comes last. @default none: required by `least-cost`
   */
  readonly cost?: ((name: TargetName, usage: Usage) => number | undefined) | undefined;
  /** Output tokens of a call that names no limit, for `least-cost` and `least-latency`. @default 256 */
  readonly assumeOutput?: number | undefined;
  /**
   * Where the caller is, for `when.region`. @default the `cf.country` that Cloudflare sets, which no
   * caller can
   */
  readonly region?: ((request: Request) => string | undefined) | undefined;
  /** Numbers in [0, 1) for draws. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

export const knownOptions: Readonly<Record<keyof ModelRouterOptions, OptionKind>> = {
  rules: 1,
  routes: 'object',
  aliases: 'object',
  default: 1,
  endpoints: 'object',
  capabilities: 'function',
  cost: 'function',
  assumeOutput: 1,
  region: 'function',
  random: 'function',
  now: 'function',
};
