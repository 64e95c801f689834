/** A provider that needs no key and no network: deterministic answers at a chosen pace. */
import {
  type Context,
  checkOptions,
  contextOf,
  createContext,
  type Duration,
  errorResponse,
  type OptionKind,
  parseDuration,
  RequestError,
} from '@wintergate/core';
import { type ModelCall, openaiChat, openaiEmbeddings, readCall } from '@wintergate/wire';
import { modelsResponse } from './models-response.ts';
import { hostSchedule, type Schedule, untilAborted, wait } from './schedule.ts';
import { parseSimulatedFailure, type SimulatedFailure } from './simulated-failure.ts';
import { answerChat, answerEmbeddings, answerFailure } from './simulated-reply.ts';
import { attemptKey, type Provider, type Target } from './types.ts';

/** What a failure rule or a custom answer may look at. */
export interface SimulatedState {
  /** How many calls this provider has received, this one included. */
  readonly sequence: number;
  /** Number of the attempt within the exchange, from 1. */
  readonly attempt: number;
  readonly call: ModelCall;
  readonly request: Request;
}

export interface SimulatedOptions {
  /** Name for logs, events and prices. @default 'simulated' */
  readonly name?: string | undefined;
  /**
   * The models that exist; any other is a 404.
   * @default every model exists; `simulated-chat` and `simulated-embedding` are listed
   */
  readonly models?: readonly string[] | undefined;
  /** Time to the first token, as a duration. @default 0 */
  readonly firstTokenDelay?: Duration | undefined;
  /** Rate of the tokens after the first. @default Infinity: as fast as they are read */
  readonly tokensPerSecond?: number | undefined;
  /** Called for each call; what it answers goes wrong. Text is read as an `x-simulate` header. */
  readonly failures?:
    | ((state: SimulatedState) => SimulatedFailure | string | undefined)
    | undefined;
  /** Whether callers may ask for failures with an `x-simulate` header. @default false */
  readonly allowSimulateHeader?: boolean | undefined;
  /** Text to answer instead of the simulated one; `undefined` for the simulated one. */
  readonly answer?: ((state: SimulatedState) => string | undefined) | undefined;
  /** Dimensions of embeddings when the call names none. @default 256 */
  readonly dimensions?: number | undefined;
  /** Changes all answers. @default 0 */
  readonly seed?: number | undefined;
  /** Milliseconds since the epoch, for `created`. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Timers. @default the host's */
  readonly schedule?: Schedule | undefined;
}

/** Options once checked, with everything that answering needs. */
export interface SimulatedSettings {
  readonly firstTokenDelay: number;
  /** Milliseconds between two tokens. */
  readonly tokenDelay: number;
  readonly dimensions: number;
  readonly seed: number;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/**
 * Creates the simulated provider. It answers chat completions (text that reflects the prompt, tool
 * calls, structured output, several choices) and embeddings, as JSON and as streams.
 *
 * @throws {TypeError | RangeError} when an option is not usable.
 * @example
 * const handler = toHandler(failover(), upstream({ provider: simulated({ tokensPerSecond: 50 }) }));
 */
export function simulated(options: SimulatedOptions = {}): Provider {
  const settings = checkSettings(options);
  const name = options.name ?? 'simulated';
  const known = options.models === undefined ? undefined : new Set(options.models);
  const models = options.models ?? ['simulated-chat', 'simulated-embedding'];
  const { failures, allowSimulateHeader = false } = options;
  let sequence = 0;

  async function simulatedProvider(request: Request, given?: Context): Promise<Response> {
    const context = given ?? contextOf(request) ?? createContext(request);
    const call = await readCall(request, context);
    if (call === undefined) return answerOther(request, context);
    const state = { sequence: ++sequence, attempt: context.get(attemptKey) ?? 1, call, request };
    const failure = allowSimulateHeader ? readHeader(request) : undefined;
    const wrong = applicable(failure ?? readFailure(failures?.(state)), state.attempt);
    if (wrong?.delay) await wait(wrong.delay, settings.schedule, context.signal);
    if (wrong?.stall) await untilAborted(context.signal);
    if (wrong?.network) throw new TypeError('fetch failed');
    if (wrong?.status !== undefined) return answerFailure(wrong, wrong.status, call);
    if (known !== undefined && !known.has(call.model ?? '')) return unknownModel(call, context);
    if (call.operation === 'embeddings') return answerEmbeddings(call, settings, wrong, context);
    return answerChat(call, settings, wrong, options.answer?.(state), context);
  }

  function answerOther(request: Request, context: Context): Response {
    if (request.method === 'GET' && /\/models\/?$/.test(new URL(request.url).pathname)) {
      return modelsResponse([provider]);
    }
    const message =
      'The simulated provider answers chat completions, embeddings and the model list only';
    return errorResponse(
      { status: 404, type: 'invalid_request_error', message, code: 'not_found' },
      context,
    );
  }

  const provider: Provider = {
    name,
    // Never called: the target's handler answers. A reserved name (RFC 2606), should it leak.
    baseUrl: 'https://simulated.invalid/v1',
    models: [...models],
    target: (model, extra): Target => ({
      provider: name,
      baseUrl: provider.baseUrl,
      model,
      handler: simulatedProvider,
      dialects: [openaiChat, openaiEmbeddings],
      // In process it needs nobody's credential, so it is given none.
      authorize: () => {},
      weight: extra?.weight,
    }),
  };
  return provider;
}

const knownNames: Record<keyof SimulatedOptions, OptionKind> = {
  name: 'string',
  models: 'string[]',
  firstTokenDelay: 1,
  tokensPerSecond: 1,
  failures: 1,
  allowSimulateHeader: 'boolean',
  answer: 'function',
  dimensions: 1,
  seed: 1,
  now: 'function',
  schedule: 'function',
};

function checkSettings(options: SimulatedOptions): SimulatedSettings {
  checkOptions(options, knownNames, 'simulated()');
  const { tokensPerSecond = Infinity, dimensions = 256 } = options;
  if (!(tokensPerSecond > 0)) {
    throw new RangeError(`Expected "tokensPerSecond" to be more than 0: got "${tokensPerSecond}"`);
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4096) {
    throw new RangeError(
      `Expected "dimensions" to be a whole number from 1 to 4096: got "${dimensions}"`,
    );
  }
  return {
    firstTokenDelay: parseDuration(options.firstTokenDelay ?? 0, 'firstTokenDelay'),
    tokenDelay: 1000 / tokensPerSecond,
    dimensions,
    seed: options.seed ?? 0,
    now: options.now ?? Date.now,
    schedule: options.schedule ?? hostSchedule,
  };
}

function readHeader(request: Request): SimulatedFailure | undefined {
  const value = request.headers.get('x-simulate');
  if (value === null) return undefined;
  try {
    return parseSimulatedFailure(value);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'Expected an "x-simulate" header';
    throw new RequestError({
      status: 400,
      type: 'invalid_request_error',
      message,
      where: 'header',
    });
  }
}

function readFailure(value: SimulatedFailure | string | undefined): SimulatedFailure | undefined {
  return typeof value === 'string' ? parseSimulatedFailure(value) : value;
}

function applicable(
  failure: SimulatedFailure | undefined,
  attempt: number,
): SimulatedFailure | undefined {
  return failure?.attempts !== undefined && attempt > failure.attempts ? undefined : failure;
}

function unknownModel(call: ModelCall, context: Context): Response {
  return errorResponse(
    {
      status: 404,
      type: 'invalid_request_error',
      message: `The model "${String(call.model).slice(0, 100)}" does not exist`,
      param: 'model',
      code: 'model_not_found',
    },
    context,
  );
}
