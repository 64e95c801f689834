/** A call of any dialect as a Responses request. */
import { isObject } from './json.ts';
import { effortOf } from './openai-chat-write.ts';
import { writeItems } from './openai-responses-items.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralFormat,
  NeutralTool,
  NeutralToolChoice,
} from './types.ts';

const id = 'openai-responses';

/** See `TargetDialect.writeCall`. The provider is asked to keep nothing: nobody could find it again. */
export function writeResponsesCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const body: JsonObject = {
    model: options.model ?? call.model ?? '',
    ...(call.system === '' ? {} : { instructions: call.system }),
    input: call.messages.flatMap((message, at) => writeItems(message, `messages[${at}]`, options)),
    store: false,
    ...writeParameters(parameters),
  };
  if (call.tools.length > 0) {
    body['tools'] = call.tools.map((tool, at) => writeTool(tool, at, options));
    if (parameters.toolChoice !== undefined)
      body['tool_choice'] = writeToolChoice(parameters.toolChoice, call.tools);
  }
  if (call.endUser !== undefined && mayWrite(id, 'endUser', 'user', options.notice))
    body['user'] = call.endUser;
  if (call.stream) body['stream'] = true;
  return { body, path: '/responses' };
}

const fields: readonly (readonly [keyof CallParameters, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['maxOutputTokens', 'max_output_tokens'],
  ['topLogprobs', 'top_logprobs'],
  ['parallelToolCalls', 'parallel_tool_calls'],
  ['serviceTier', 'service_tier'],
  ['metadata', 'metadata'],
];

function writeParameters(parameters: CallParameters): JsonObject {
  const body: JsonObject = {};
  for (const [name, field] of fields) {
    const value = parameters[name];
    if (value !== undefined) body[field] = value as JsonValue;
  }
  const { responseFormat, verbosity, includeReasoning } = parameters;
  const effort = parameters.reasoningEffort ?? effortOf(parameters.reasoningBudget);
  const reasoning = {
    ...(effort === undefined ? {} : { effort }),
    ...(includeReasoning === true ? { summary: 'auto' } : {}),
  };
  if (Object.keys(reasoning).length > 0) body['reasoning'] = reasoning;
  const text = {
    ...(responseFormat === undefined ? {} : { format: writeFormat(responseFormat) }),
    ...(verbosity === undefined ? {} : { verbosity }),
  };
  if (Object.keys(text).length > 0) body['text'] = text;
  if (parameters.logprobs === true) body['include'] = ['message.output_text.logprobs'];
  return body;
}

function writeFormat({ type, schema, name, description, strict }: NeutralFormat): JsonObject {
  if (type === 'text') return { type: 'text' };
  if (type === 'json' || schema === undefined) return { type: 'json_object' };
  return {
    type: 'json_schema',
    name: name ?? 'response',
    ...(description === undefined ? {} : { description }),
    schema,
    ...(strict === undefined ? {} : { strict }),
  };
}

function writeTool(tool: NeutralTool, at: number, { notice }: WriteOptions): JsonObject {
  const { name, description, parameters, strict, raw } = tool;
  if (isCustom(tool)) {
    const { format } = (raw as { custom: JsonObject }).custom;
    return {
      type: 'custom',
      name,
      ...(description === undefined ? {} : { description }),
      ...(isObject(format) ? { format: writeCustomFormat(format) } : {}),
    };
  }
  if (raw !== undefined && parameters === undefined)
    notice({
      field: `tools[${at}]`,
      action: 'emulate',
      detail: 'a hosted tool becomes a function',
    });
  return {
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: strict ?? false,
  };
}

function writeCustomFormat({ type, grammar }: JsonObject): JsonObject {
  return isObject(grammar) ? { type: 'grammar', ...grammar } : { type: type ?? 'text' };
}

function isCustom({ raw }: NeutralTool): boolean {
  return isObject(raw) && raw['type'] === 'custom' && isObject(raw['custom']);
}

function writeToolChoice(
  { mode, name, allowed }: NeutralToolChoice,
  tools: readonly NeutralTool[],
): JsonValue {
  const named = (one: string): JsonObject => {
    const tool = tools.find((given) => given.name === one);
    return { type: tool !== undefined && isCustom(tool) ? 'custom' : 'function', name: one };
  };
  if (name !== undefined) return named(name);
  return allowed === undefined ? mode : { type: 'allowed_tools', mode, tools: allowed.map(named) };
}
