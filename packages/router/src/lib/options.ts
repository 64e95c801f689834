/** The options of the router. */
import type { Provider, Target } from '@wintergate/providers';

/** A provider answers under the name that the caller asked for; a target may name another model. */
export type RouteTarget = Provider | Target;

/** How the order of a route's targets is chosen. `failover()` walks it; without it the first is called. */
export type Strategy = 'priority' | 'weighted';

export interface Route {
  /**
   * `priority`: as listed. `weighted`: drawn for each call by the targets' `weight`.
   * @default 'priority'
   */
  readonly strategy?: Strategy | undefined;
  /** At least one. */
  readonly targets: readonly RouteTarget[];
}

export type RouteInput = RouteTarget | readonly RouteTarget[] | Route;

export interface ModelRouterOptions {
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
  /** Numbers in [0, 1) for weighted choices. @default Math.random */
  readonly random?: (() => number) | undefined;
}
