/** A call of any dialect as an OpenAI chat completions request. */
import { isObject } from './json.ts';
import { writeContentParts } from './openai-chat-write-parts.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralFormat,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
  NeutralToolChoice,
} from './types.ts';

const id = 'openai-chat';

/** See `TargetDialect.writeCall`. @param dialect whose rules hold: another one may write the same form. */
export function writeChatCall(
  call: ModelCall,
  options: WriteOptions,
  dialect: string = id,
): WrittenCall {
  const parameters = writableParameters(call, dialect, options);
  const messages: JsonObject[] = [];
  if (call.system !== '') messages.push({ role: 'system', content: call.system });
  for (const [at, message] of call.messages.entries())
    messages.push(...writeMessage(message, `messages[${at}]`, options));
  const body: JsonObject = {
    model: options.model ?? call.model ?? '',
    messages,
    ...writeParameters(parameters),
  };
  if (call.tools.length > 0)
    body['tools'] = call.tools.map((tool, at) => writeTool(tool, at, options));
  if (call.tools.length > 0 && parameters.toolChoice !== undefined)
    body['tool_choice'] = writeToolChoice(parameters.toolChoice);
  if (call.endUser !== undefined && mayWrite(dialect, 'endUser', 'user', options.notice))
    body['user'] = call.endUser;
  if (call.stream) {
    body['stream'] = true;
    body['stream_options'] = { include_usage: true };
  }
  return { body, path: '/chat/completions' };
}

const fields: readonly (readonly [keyof CallParameters, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['maxOutputTokens', 'max_completion_tokens'],
  ['seed', 'seed'],
  ['choices', 'n'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['logitBias', 'logit_bias'],
  ['logprobs', 'logprobs'],
  ['topLogprobs', 'top_logprobs'],
  ['parallelToolCalls', 'parallel_tool_calls'],
  ['verbosity', 'verbosity'],
  ['serviceTier', 'service_tier'],
  ['metadata', 'metadata'],
];

function writeParameters(parameters: CallParameters): JsonObject {
  const body: JsonObject = {};
  for (const [name, field] of fields) {
    const value = parameters[name];
    if (value !== undefined) body[field] = value as JsonValue;
  }
  const { stop, responseFormat } = parameters;
  if (stop !== undefined && stop.length > 0) body['stop'] = [...stop];
  const effort = parameters.reasoningEffort ?? effortOf(parameters.reasoningBudget);
  if (effort !== undefined) body['reasoning_effort'] = effort;
  if (responseFormat !== undefined) body['response_format'] = writeFormat(responseFormat);
  return body;
}

/** The effort whose usual budget is nearest (reference: the ladder that gateways agree on). */
export function effortOf(budget: number | undefined): string | undefined {
  if (budget === undefined) return undefined;
  if (budget === 0) return 'none';
  if (budget > 0 && budget <= 1024) return 'minimal';
  if (budget > 0 && budget <= 4096) return 'low';
  return budget > 0 && budget <= 8192 ? 'medium' : 'high';
}

function writeFormat({ type, schema, name, description, strict }: NeutralFormat): JsonObject {
  if (type === 'text') return { type: 'text' };
  if (type === 'json' || schema === undefined) return { type: 'json_object' };
  const described = {
    name: name ?? 'response',
    ...(description === undefined ? {} : { description }),
    schema,
    ...(strict === undefined ? {} : { strict }),
  };
  return { type: 'json_schema', json_schema: described };
}

function writeToolChoice({ mode, name, allowed }: NeutralToolChoice): JsonValue {
  if (name !== undefined) return { type: 'function', function: { name } };
  if (allowed === undefined) return mode;
  const tools = allowed.map((one) => ({ type: 'function', function: { name: one } }));
  return { type: 'allowed_tools', allowed_tools: { mode, tools } };
}

function writeTool(tool: NeutralTool, at: number, { notice }: WriteOptions): JsonObject {
  const { name, description, parameters, strict, raw } = tool;
  if (isObject(raw) && raw['type'] === 'custom' && isObject(raw['custom'])) return raw;
  if (raw !== undefined && parameters === undefined)
    notice({
      field: `tools[${at}]`,
      action: 'emulate',
      detail: 'a hosted tool becomes a function',
    });
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

/** One turn; tool results become a message each, before what else the turn says. */
function writeMessage(message: NeutralMessage, path: string, options: WriteOptions): JsonObject[] {
  const results = message.parts.filter((part) => part.type === 'tool-result');
  const rest = message.parts.filter((part) => part.type !== 'tool-result');
  const written: JsonObject[] = results.map((result) => ({
    role: 'tool',
    tool_call_id: result.toolCallId,
    content: resultContent(result.parts, path, options),
  }));
  if (message.role === 'tool' && rest.length === 0) return written;
  if (rest.length === 0 && written.length > 0) return written;
  const named = message.name === undefined ? {} : { name: message.name };
  if (message.role === 'assistant')
    written.push({ ...writeAssistant(rest, path, options), ...named });
  else {
    const role = message.role === 'tool' ? 'user' : message.role;
    written.push({ role, content: writeContentParts(rest, path, options), ...named });
  }
  return written;
}

/** Tool messages hold text alone: what else a result holds is told and left out. */
function resultContent(
  parts: readonly NeutralPart[],
  path: string,
  { notice }: WriteOptions,
): string {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'unknown') texts.push(JSON.stringify(part.raw));
    else notice({ field: path, action: 'drop', detail: `${part.type} in a tool result` });
  }
  return texts.join('\n');
}

function writeAssistant(
  parts: readonly NeutralPart[],
  path: string,
  { notice }: WriteOptions,
): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null };
  let [text, refusal] = ['', ''];
  const calls: JsonObject[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'refusal') refusal += part.text;
    else if (part.type === 'tool-call') calls.push(writeToolCall(part));
    else if (part.type !== 'reasoning')
      notice({ field: path, action: 'drop', detail: `${part.type} of the assistant` });
    // Reasoning is not sent back: hosts refuse it, or bill it as input (DeepSeek).
  }
  if (text !== '') message['content'] = text;
  if (refusal !== '') message['refusal'] = refusal;
  if (calls.length > 0) message['tool_calls'] = calls;
  return message;
}

/** A tool call of a message. */
export function writeToolCall(call: {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly custom?: boolean;
}): JsonObject {
  const { id: callId, name, arguments: text, custom } = call;
  if (custom === true) return { id: callId, type: 'custom', custom: { name, input: text } };
  return { id: callId, type: 'function', function: { name, arguments: text === '' ? '{}' : text } };
}
