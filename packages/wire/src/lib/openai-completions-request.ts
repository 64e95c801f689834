/** What a legacy completions call must look like, and its neutral view. */
import type { CallReaders } from './call.ts';
import { type Check, fault, integer, is, list, optional, shape, stringOr } from './check.ts';
import { answerFields } from './identity.ts';
import { countOf, isObject } from './json.ts';
import { modelName } from './openai-chat-check.ts';
import { chatReaders } from './openai-chat-read.ts';
import type { CallIdentity, CallParameters, JsonObject, ModelCall, TextSegment } from './types.ts';

const text = is('string');
const tokens = list(integer(0));
const prompts = 'a text, texts, token numbers or lists of token numbers';

const prompt: Check = (value) => {
  if (typeof value === 'string' || value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) return fault(prompts, value);
  if (typeof value[0] === 'string') return list(text)(value);
  return Array.isArray(value[0]) ? list(tokens)(value) : tokens(value);
};

/** Finds the first field at fault. */
export const completionsBody: Check = shape({
  model: modelName,
  prompt,
  suffix: optional(text),
  stream: optional(is('boolean')),
  stream_options: optional(shape({ include_usage: optional(is('boolean')) })),
  best_of: optional(integer(0)),
  echo: optional(is('boolean')),
  n: optional(integer(1)),
  logprobs: optional(integer(0)),
  max_tokens: optional(integer(0)),
  temperature: optional(is('number')),
  top_p: optional(is('number')),
  frequency_penalty: optional(is('number')),
  presence_penalty: optional(is('number')),
  seed: optional(integer()),
  logit_bias: optional(is('object')),
  stop: optional(stringOr('a string or an array of strings', list(text))),
  user: optional(text),
});

/** The texts to go on from, with their paths. Prompts of token numbers have none. */
function promptsOf({ prompt: value }: JsonObject): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return value === '' ? [] : [['prompt', value]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, at) =>
    typeof one === 'string' && one !== '' ? [[`prompt[${at}]`, one] as const] : [],
  );
}

/** How many answers a call asks for: so many for each prompt. */
export function answersOf({ prompt: value, n }: JsonObject): number {
  const several = Array.isArray(value) && typeof value[0] !== 'number' ? value.length : 1;
  return several * (countOf(n) ?? 1);
}

export function completionsSegments(body: JsonObject): readonly TextSegment[] {
  const { suffix } = body;
  const texts = [...promptsOf(body)];
  if (typeof suffix === 'string' && suffix !== '') texts.push(['suffix', suffix]);
  return texts.map(([path, said]) => ({ role: 'user', path, text: said }));
}

const neutralFields = ['stream', 'stream_options', 'user'];

/** Never looked up by meaning: a prompt is a text to go on from, word by word. */
export function completionsIdentity(call: ModelCall): CallIdentity {
  const exact = answerFields(call, neutralFields);
  const { stop, prompt: value, n } = exact;
  if (typeof stop === 'string') exact['stop'] = [stop];
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string')
    exact['prompt'] = value[0];
  if (n === 1) delete exact['n'];
  if (exact['echo'] === false) delete exact['echo'];
  if (exact['suffix'] === '') delete exact['suffix'];
  return { exact, scope: exact, text: undefined };
}

/** For another format the prompt is a user's turn. */
export const completionsReaders: CallReaders = {
  system: () => '',
  messages: (body) =>
    promptsOf(body).map(([, said]) => ({ role: 'user', parts: [{ type: 'text', text: said }] })),
  tools: () => [],
  parameters({ logprobs, ...body }): CallParameters {
    const told = typeof logprobs === 'number' ? { logprobs: true, topLogprobs: logprobs } : {};
    return { ...chatReaders.parameters(body), ...told };
  },
  mapped: /* @__PURE__ */ new Set([
    ...[
      'model',
      'prompt',
      'stream',
      'stream_options',
      'user',
      'max_tokens',
      'temperature',
      'top_p',
    ],
    ...['frequency_penalty', 'presence_penalty', 'seed', 'logit_bias', 'stop', 'n', 'logprobs'],
    // What they ask for beside an answer is refused below.
    ...['suffix', 'echo'],
  ]),
  indispensable(body) {
    const single = promptsOf(body).length === 1 && answersOf({ ...body, n: 1 }) === 1;
    return [
      ...(single ? [] : ['prompt']),
      ...(body['suffix'] ? ['suffix'] : []),
      ...(body['echo'] === true ? ['echo'] : []),
    ];
  },
};

export function asksForUsage({ stream, stream_options: options }: JsonObject): boolean {
  return stream === true && isObject(options) && options['include_usage'] === true;
}
