/** A Responses call's turns, tools and parameters in neutral form. The body has been checked. */
import type { CallReaders } from './call.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { plainText } from './openai-content.ts';
import { isRole, readItem } from './openai-responses-parts.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  NeutralFormat,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
  NeutralToolChoice,
} from './types.ts';

export const responsesReaders: CallReaders = {
  system: ({ instructions, input }) =>
    [stringOf(instructions) ?? '', ...objectsOf(input).map(systemText)]
      .filter((text) => text !== '')
      .join('\n\n'),
  messages({ input }) {
    if (typeof input === 'string')
      return input === '' ? [] : [{ role: 'user', parts: [{ type: 'text', text: input }] }];
    return readTurns(objectsOf(input));
  },
  tools: ({ tools }) => objectsOf(tools).map(readTool),
  parameters: readParameters,
  mapped: /* @__PURE__ */ new Set([
    'model',
    'input',
    'instructions',
    'stream',
    'stream_options',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'max_output_tokens',
    'temperature',
    'top_p',
    'top_logprobs',
    'reasoning',
    'text',
    'metadata',
    'service_tier',
    'user',
    'safety_identifier',
    ...indispensable(),
  ]),
  /** They mean something at the provider that holds the conversation, the prompt or the job, alone. */
  indispensable: (body) =>
    indispensable().filter(
      (name) => body[name] !== undefined && body[name] !== null && body[name] !== false,
    ),
};

function indispensable(): string[] {
  return ['previous_response_id', 'conversation', 'prompt', 'background'];
}

function systemText(item: JsonObject): string {
  return isRole(item, 'system', 'developer') ? plainText(item['content']) : '';
}

/** An answer is several items: reasoning, text and calls of one turn are one message. */
function readTurns(items: readonly JsonObject[]): NeutralMessage[] {
  const turns: { role: NeutralMessage['role']; parts: NeutralPart[] }[] = [];
  for (const item of items) {
    if (isRole(item, 'system', 'developer')) continue;
    const parts = readItem(item);
    const role = roleOf(item, parts);
    const last = turns[turns.length - 1];
    if (role !== 'user' && last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  return turns;
}

/** A role nobody knows is treated as the user's: the one that is trusted least. */
function roleOf(item: JsonObject, parts: readonly NeutralPart[]): NeutralMessage['role'] {
  if (parts[0]?.type === 'tool-result') return 'tool';
  const { type } = item;
  if (type === undefined || type === null || type === 'message')
    return isRole(item, 'assistant') ? 'assistant' : 'user';
  return 'assistant';
}

/** Custom tools as OpenAI chat writes them, so that they are one thing for all. */
function readTool(tool: JsonObject): NeutralTool {
  const { type, description, parameters, strict, format } = tool;
  const name = stringOf(tool['name']) ?? stringOf(type) ?? '';
  const described = typeof description === 'string' ? { description } : {};
  if (type === 'custom') {
    const custom = {
      name,
      ...described,
      ...(isObject(format) ? { format: chatFormat(format) } : {}),
    };
    return { name, ...described, raw: { type: 'custom', custom } };
  }
  if (type !== 'function') return { name, raw: tool };
  return {
    name,
    ...described,
    ...(isObject(parameters) ? { parameters } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

function chatFormat({ type, ...rest }: JsonObject): JsonObject {
  return type === 'grammar' ? { type, grammar: rest } : { type: type ?? 'text', ...rest };
}

function readParameters(body: JsonObject): CallParameters {
  const { reasoning, text, metadata, service_tier: tier, parallel_tool_calls: parallel } = body;
  const { effort, summary } = isObject(reasoning) ? reasoning : {};
  const { format, verbosity } = isObject(text) ? text : {};
  const tops = countOf(body['top_logprobs']);
  const values: Record<string, unknown> = {
    temperature: body['temperature'],
    topP: body['top_p'],
    maxOutputTokens: body['max_output_tokens'],
    reasoningEffort: effort,
    includeReasoning: typeof summary === 'string' ? true : undefined,
    verbosity,
    serviceTier: tier,
    metadata,
    parallelToolCalls: parallel,
    logprobs: tops || asksForLogprobs(body) ? true : undefined,
    topLogprobs: tops,
    responseFormat: isObject(format) ? readFormat(format) : undefined,
    toolChoice: readToolChoice(body['tool_choice']),
  };
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}

function asksForLogprobs({ include }: JsonObject): boolean {
  return Array.isArray(include) && include.includes('message.output_text.logprobs');
}

function readFormat(format: JsonObject): NeutralFormat {
  const { type, name, description, schema, strict } = format;
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') return { type: 'text' };
  return {
    type: 'json-schema',
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(schema === undefined ? {} : { schema }),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

function readToolChoice(choice: JsonValue | undefined): NeutralToolChoice | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { mode: choice };
  if (!isObject(choice)) return undefined;
  if (choice['type'] === 'allowed_tools') {
    const allowed = objectsOf(choice['tools']).flatMap(({ name }) => stringOf(name) || []);
    return { mode: choice['mode'] === 'required' ? 'required' : 'auto', allowed };
  }
  const name = stringOf(choice['name']);
  return name ? { mode: 'required', name } : undefined;
}
