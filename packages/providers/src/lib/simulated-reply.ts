/** The simulated provider's replies: bodies and paced streams, whole or broken as asked. */
import { type Context, createReply, RequestError } from '@wintergate/core';
import { estimateTokens, type ModelCall } from '@wintergate/wire';
import { type PacedStep, pacedSource } from './paced-source.ts';
import { wait } from './schedule.ts';
import type { SimulatedSettings } from './simulated.ts';
import { decideAnswer } from './simulated-answer.ts';
import { embed, encodeBase64 } from './simulated-embedding.ts';
import { errorKind, type SimulatedFailure } from './simulated-failure.ts';
import { type AnswerEvent, chatBody, chatEvents } from './simulated-openai.ts';

const json = { 'content-type': 'application/json' };
const encoder = /* @__PURE__ */ new TextEncoder();
const garbage = /* @__PURE__ */ encoder.encode('data: {"id": nonsense\n\n<html>\u0000');
const maxInputs = 2048;
const maxDimensions = 4096;

/** A chat answer, as JSON or as a stream. */
export async function answerChat(
  call: ModelCall,
  settings: SimulatedSettings,
  failure: SimulatedFailure | undefined,
  custom: string | undefined,
  context: Context,
): Promise<Response> {
  const answer = decideAnswer(call, settings.seed, custom);
  const head = {
    id: answer.id,
    created: Math.floor(settings.now() / 1000),
    model: call.model ?? 'simulated-chat',
  };
  if (call.stream) {
    const events = failure?.firstEventError
      ? [{ data: errorBody(500), content: false }]
      : chatEvents(answer, head, call.streamUsage);
    return streamReply(events, settings, failure);
  }
  const pause =
    settings.firstTokenDelay + settings.tokenDelay * Math.max(answer.usage.outputTokens - 1, 0);
  if (pause > 0) await wait(pause, settings.schedule, context.signal);
  return jsonReply(chatBody(answer, head), settings, failure);
}

/** Embeddings of every input. */
export async function answerEmbeddings(
  call: ModelCall,
  settings: SimulatedSettings,
  failure: SimulatedFailure | undefined,
  context: Context,
): Promise<Response> {
  const { input, dimensions = settings.dimensions, encoding_format: format } = call.body;
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > maxDimensions
  ) {
    throw invalid(
      'dimensions',
      `Expected "dimensions" to be a whole number from 1 to ${maxDimensions}`,
    );
  }
  const inputs = readInputs(input);
  if (settings.firstTokenDelay > 0)
    await wait(settings.firstTokenDelay, settings.schedule, context.signal);
  const data = inputs.map((one, index) => {
    const vector = embed(one, dimensions, settings.seed);
    return {
      object: 'embedding',
      index,
      embedding: format === 'base64' ? encodeBase64(vector) : [...vector],
    };
  });
  const tokens = inputs.reduce(
    (sum, one) => sum + (typeof one === 'string' ? estimateTokens(one) : one.length),
    0,
  );
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return jsonReply({ object: 'list', data, model: call.model, usage }, settings, failure);
}

/** An error answer such as an upstream sends it. */
export function answerFailure(
  failure: SimulatedFailure,
  status: number,
  call: ModelCall,
): Response {
  const kind = errorKind(status);
  const { contentType, body } = call.dialect.errorFormat.body({
    status,
    ...kind,
    code: failure.code ?? kind.code,
  });
  const { retryAfter } = failure;
  return createReply({
    status,
    headers: {
      'content-type': contentType,
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
    body,
  });
}

function jsonReply(
  value: object,
  settings: SimulatedSettings,
  failure: SimulatedFailure | undefined,
): Response {
  const body = failure?.firstEventError ? errorBody(500) : JSON.stringify(value);
  if (failure?.empty) return createReply({ headers: json, body: '' });
  if (failure?.garbage) return createReply({ headers: json, body: '<html>not what you asked for' });
  if (
    failure?.stallAfter === undefined &&
    failure?.cutAfter === undefined &&
    failure?.endAfter === undefined
  ) {
    return createReply({ headers: json, body });
  }
  const half = encoder.encode(body.slice(0, body.length >> 1));
  const ending =
    failure.cutAfter !== undefined
      ? 'break'
      : failure.stallAfter !== undefined
        ? 'stall'
        : undefined;
  return createReply({
    headers: json,
    body: pacedSource(
      [
        { wait: 0, bytes: half },
        { wait: 0, ending },
      ],
      settings.schedule,
    ),
  });
}

function streamReply(
  events: readonly AnswerEvent[],
  settings: SimulatedSettings,
  failure: SimulatedFailure | undefined,
): Response {
  const steps = failure?.garbage
    ? [{ wait: 0, bytes: garbage }]
    : failure?.empty
      ? []
      : paceEvents(events, settings, failure);
  return createReply({
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    body: pacedSource(steps, settings.schedule),
  });
}

function paceEvents(
  events: readonly AnswerEvent[],
  settings: SimulatedSettings,
  failure: SimulatedFailure | undefined,
): PacedStep[] {
  const limit = failure?.cutAfter ?? failure?.stallAfter ?? failure?.endAfter ?? Infinity;
  const steps: PacedStep[] = [];
  let contents = 0;
  for (const event of events) {
    const bytes = encoder.encode(`data: ${event.data}\n\n`);
    // What comes before the first content (the role) goes out in any case.
    if (contents >= limit && (event.content || contents > 0)) {
      if (failure?.half) steps.push({ wait: 0, bytes: bytes.subarray(0, bytes.length >> 1) });
      if (failure?.cutAfter !== undefined) steps.push({ wait: 0, ending: 'break' });
      else if (failure?.stallAfter !== undefined) steps.push({ wait: 0, ending: 'stall' });
      break;
    }
    const pause = contents === 0 ? settings.firstTokenDelay : settings.tokenDelay;
    steps.push({ wait: event.content ? pause : 0, bytes });
    if (event.content) contents++;
  }
  return steps;
}

function errorBody(status: number): string {
  const { type, code, message } = errorKind(status);
  return JSON.stringify({ error: { message, type, param: null, code } });
}

function readInputs(input: unknown): (string | number[])[] {
  const list = typeof input === 'string' ? [input] : Array.isArray(input) ? input : [];
  if (list.length === 0 || list.length > maxInputs) {
    throw invalid('input', `Expected "input" to be text or a list of 1 to ${maxInputs} inputs`);
  }
  if (list.every((one) => typeof one === 'number')) return [list as number[]];
  return list.map((one, index) => {
    if (
      typeof one === 'string' ||
      (Array.isArray(one) && one.every((token) => typeof token === 'number'))
    ) {
      return one as string | number[];
    }
    throw invalid(`input[${index}]`, 'Expected each input to be text or a list of tokens');
  });
}

function invalid(param: string, message: string): RequestError {
  return new RequestError({ status: 400, type: 'invalid_request_error', message, param });
}
