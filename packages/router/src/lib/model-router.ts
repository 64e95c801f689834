/** From the model that the caller names to the targets that may answer. */
import { type Context, defineMiddleware, errorResponse, type Middleware } from '@wintergate/core';
import { type Plan, planKey, targetName } from '@wintergate/providers';
import { readCall } from '@wintergate/wire';
import type { ModelRouterOptions } from './options.ts';
import type { ResolvedRoute } from './resolve-route.ts';
import { createRouteTable } from './route-table.ts';
import { drawOrder } from './weighted.ts';

/** The middleware, and the names that callers may use: for `GET /v1/models`. */
export type ModelRouter = Middleware & { readonly models: readonly string[] };

/** An answer about an unknown model names so many known ones. */
const maxNamed = 5;

/**
 * Chooses the targets of each call by the model that it names, and leaves calling them to
 * `failover()` and `upstream()`. An unknown model is a 404 in the caller's dialect. A request that
 * is no AI traffic passes untouched, without a plan.
 *
 * @throws {TypeError} naming the option that is not usable.
 * @example
 * const router = modelRouter({
 *   routes: { 'gpt-*': openai({ apiKey }), 'llama*': [local, hosted.target('llama-3.3-70b')] },
 *   aliases: { fast: 'gpt-5-mini' },
 * });
 */
export function modelRouter(options: ModelRouterOptions): ModelRouter {
  const table = createRouteTable(options);
  const { random = Math.random } = options;

  const middleware = defineMiddleware(
    'modelRouter',
    async function modelRouter(request, next, context) {
      const call = await readCall(request, context);
      if (call === undefined) return next(request, context);
      const { model } = call;
      const route = table.find(model);
      if (route === undefined) return unknownModel(model, table.models, context);
      const plan = makePlan(route, model, random);
      context.set(planKey, plan);
      const candidates = plan.candidates.map((target) => targetName(target, model));
      context.emit({
        type: 'route-select',
        requestModel: model,
        rule: plan.rule,
        candidates,
        reason: plan.reason,
      });
      return next(request, context);
    },
  );
  return Object.assign(middleware, { models: table.models });
}

function makePlan(
  { rule, strategy, targets }: ResolvedRoute,
  model: string | undefined,
  random: () => number,
): Plan {
  const drawn = strategy === 'weighted' && targets.length > 1;
  const candidates = drawn ? drawOrder(targets, random) : targets;
  const [first] = candidates;
  return {
    candidates,
    rule,
    reason: drawn ? `weighted draw: ${first?.provider}` : 'first in order',
    // Answers of different models are never mixed, of one model at several hosts they may be.
    cacheScope: first?.model ?? model ?? '',
  };
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
