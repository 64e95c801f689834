/** From the model that the caller names to the targets that may answer. */
import {
  type Context,
  checkOptions,
  createContext,
  defineMiddleware,
  errorResponse,
  type Middleware,
  type Next,
  type TargetName,
} from '@wintergate/core';
import { type Plan, planKey, targetName } from '@wintergate/providers';
import { type ModelCall, readCall } from '@wintergate/wire';
import { type Decision, decide, type Excluded } from './decide.ts';
import { compileEndpoints } from './endpoints.ts';
import { createLoadTracker } from './load.ts';
import { type Facts, knownOptions, type ModelRouterOptions } from './options.ts';
import type { ResolvedRoute } from './resolve-route.ts';
import { createRouteTable } from './route-table.ts';
import { compileRules } from './rules.ts';
import { createToolLoops } from './tool-loops.ts';

/** What would be chosen for a call, and why. Plain data. */
export interface Explanation {
  /** `undefined`: no rule, route or default takes it. */
  readonly rule: string | undefined;
  readonly reason: string;
  /** Best first. */
  readonly candidates: readonly TargetName[];
  /** Left out before the choice. */
  readonly excluded: readonly Excluded[];
  readonly cacheScope: string;
}

/** The middleware, and the names that callers may use: for `GET /v1/models`. */
export type ModelRouter = Middleware & {
  readonly models: readonly string[];
  /**
   * Says what would be chosen for a request and why, without calling anybody. Draws are drawn, so
   * that a weighted route may be explained differently twice.
   *
   * @param context where identity and dialects are known already. @default a new one
   * @returns `undefined` for what is no AI traffic.
   * @throws {RequestError} when the body can not be a call.
   */
  explain(request: Request, context?: Context): Promise<Explanation | undefined>;
};

/** An answer about an unknown model names so many known ones. */
const maxNamed = 5;

/**
 * Chooses the targets of each call by rules and by the model that it names, and leaves calling them
 * to `failover()` and `upstream()`. An unknown model is a 404 in the caller's dialect; a call that no
 * target can take is a 400 that says why. A request that is no call goes where `endpoints` says, else it
 * passes without a plan.
 *
 * @throws {TypeError} naming the option that is not usable.
 * @example
 * const router = modelRouter({
 *   rules: [{ name: 'long', when: { inputTokens: { min: 100_000 } }, use: gemini.target('gemini-3-flash') }],
 *   routes: { 'gpt-*': openai({ apiKey }), 'llama*': { strategy: 'least-latency', targets: [near, far] } },
 *   aliases: { fast: 'gpt-5-mini' },
 * });
 */
export function modelRouter(options: ModelRouterOptions): ModelRouter {
  checkOptions(options, knownOptions, 'modelRouter()');
  const table = createRouteTable(options);
  const rules = compileRules(options, table);
  const endpointOf = compileEndpoints(options);
  const { random = Math.random, now = Date.now, cost, capabilities, assumeOutput = 256 } = options;
  if (!(assumeOutput > 0))
    throw new TypeError(`Expected "assumeOutput" to be tokens above 0: got ${assumeOutput}`);
  const loads = createLoadTracker(now);
  const loops = createToolLoops();
  const means = { random, loads, cost, capabilities, assumeOutput };

  async function routeOf(facts: Facts): Promise<ResolvedRoute | undefined> {
    for (const { holds, route } of rules) if (await holds(facts)) return route;
    return table.find(facts.call.model);
  }

  async function planFor(route: ResolvedRoute, facts: Facts): Promise<Decision> {
    const decision = await decide(route, facts, means);
    const began = loops.find(decision.candidates, facts.call, facts.context);
    if (began === undefined || began === decision.candidates[0]) return decision;
    const others = decision.candidates.filter((target) => target !== began);
    return {
      ...decision,
      candidates: [began, ...others],
      reason: `stays with ${began.provider}, which began the tool loop`,
      cacheScope: `${began.model ?? facts.call.model} ${decision.rule}`,
    };
  }

  function passThrough(request: Request, next: Next, context: Context): Promise<Response> {
    const plan = endpointOf(new URL(request.url).pathname);
    if (plan !== undefined) {
      context.set(planKey, plan);
      tellOf(plan, undefined, context);
    }
    return next(request, context);
  }

  const factsOf = (call: ModelCall, request: Request, context: Context): Facts => {
    return { call, request, context, url: new URL(request.url), now: now() };
  };

  const middleware = defineMiddleware(
    'modelRouter',
    async function modelRouter(request, next, context) {
      const call = await readCall(request, context);
      if (call === undefined) return passThrough(request, next, context);
      const facts = factsOf(call, request, context);
      const route = await routeOf(facts);
      if (route === undefined) return unknownModel(call.model, table.models, context);
      const plan = await planFor(route, facts);
      if (plan.candidates.length === 0) return nobodyCan(plan, context);
      context.set(planKey, plan);
      if (route.needsLoad) loads.follow(context, call.stream);
      if (plan.candidates.length > 1) loops.follow(call, context);
      tellOf(plan, call.model, context);
      return next(request, context);
    },
  );

  async function explain(
    request: Request,
    context = createContext(request),
  ): Promise<Explanation | undefined> {
    const call = await readCall(request, context);
    if (call === undefined) return undefined;
    const facts = factsOf(call, request, context);
    const route = await routeOf(facts);
    if (route === undefined)
      return {
        rule: undefined,
        reason: 'no rule, route or default takes it',
        candidates: [],
        excluded: [],
        cacheScope: '',
      };
    const { candidates, ...rest } = await planFor(route, facts);
    return { ...rest, candidates: candidates.map((target) => targetName(target, call.model)) };
  }
  return Object.assign(middleware, { models: table.models, explain });
}

function tellOf(
  { rule, candidates, reason }: Plan,
  requestModel: string | undefined,
  context: Context,
): void {
  context.emit({
    type: 'route-select',
    requestModel,
    rule,
    candidates: candidates.map((target) => targetName(target, requestModel)),
    reason,
  });
}

function unknownModel(
  model: string | undefined,
  known: readonly string[],
  context: Context,
): Response {
  const named = known.slice(0, maxNamed).map((name) => `"${name}"`);
  const rest = known.length > maxNamed ? `, and ${known.length - maxNamed} more` : '';
  const list = named.length === 0 ? '' : `: known models are ${named.join(', ')}${rest}`;
  const what =
    model === undefined ? 'Name a model' : `The model "${model.slice(0, 100)}" does not exist`;
  return errorResponse(
    {
      status: 404,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: 'model',
      message: what + list,
      retry: false,
    },
    context,
  );
}

function nobodyCan({ excluded }: Decision, context: Context): Response {
  const named = excluded.slice(0, maxNamed).map(({ target, reason }) => {
    return `${target.model ?? target.provider} has ${reason}`;
  });
  return errorResponse(
    {
      status: 400,
      type: 'invalid_request_error',
      code: 'no_capable_model',
      param: 'model',
      message: `No model of this route can take the call: ${named.join('; ')}`,
      retry: false,
    },
    context,
  );
}
