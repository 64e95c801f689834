/** A call of any dialect as a request of Cohere's chat API, version 2. */
import { isObject } from './json.ts';
import { writeToolCall } from './openai-chat-write.ts';
import { urlOf } from './openai-chat-write-parts.ts';
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
} from './types.ts';

const id = 'cohere-chat';
const maxStops = 5;

/** See `TargetDialect.writeCall`. */
export function writeCohereCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const { notice } = options;
  const parameters = writableParameters(call, id, options);
  const messages: JsonObject[] = [];
  if (call.system !== '') messages.push({ role: 'system', content: call.system });
  for (const [at, message] of call.messages.entries())
    messages.push(...writeMessage(message, `messages[${at}]`, options));
  const body: JsonObject = {
    model: options.model ?? call.model ?? '',
    messages,
    stream: call.stream,
    ...writeSampling(parameters, options),
    ...writeTools(call, parameters, options),
  };
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', notice);
  return { body, path: '/chat' };
}

const fields: readonly (readonly [keyof CallParameters, string])[] = [
  ['maxOutputTokens', 'max_tokens'],
  ['topP', 'p'],
  ['topK', 'k'],
  ['seed', 'seed'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
];

function writeSampling(parameters: CallParameters, { notice }: WriteOptions): JsonObject {
  const body: JsonObject = {};
  for (const [name, field] of fields) {
    const value = parameters[name];
    if (value !== undefined) body[field] = value as JsonValue;
  }
  const clamp = (field: string, value: number | undefined, low: number, high: number): void => {
    if (value === undefined) return;
    body[field] = Math.min(high, Math.max(low, value));
    if (body[field] !== value)
      notice({ field, action: 'clamp', detail: `it is ${low} to ${high} there` });
  };
  clamp('temperature', parameters.temperature, 0, 1);
  clamp('presence_penalty', parameters.presencePenalty, 0, 1);
  clamp('frequency_penalty', parameters.frequencyPenalty, 0, 1);
  const { stop = [], responseFormat: format } = parameters;
  if (stop.length > maxStops)
    notice({ field: 'stop', action: 'drop', detail: `all but ${maxStops}` });
  if (stop.length > 0) body['stop_sequences'] = stop.slice(0, maxStops);
  if (format !== undefined && format.type !== 'text') body['response_format'] = formatOf(format);
  const thinking = thinkingOf(parameters);
  if (thinking !== undefined) body['thinking'] = thinking;
  return body;
}

function formatOf({ schema }: NeutralFormat): JsonObject {
  return { type: 'json_object', ...(schema === undefined ? {} : { json_schema: schema }) };
}

/** The usual budgets of the efforts (reference: the ladder that gateways agree on). */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
};

function thinkingOf({ reasoningEffort: effort, reasoningBudget: budget }: CallParameters) {
  if (effort === 'none' || budget === 0) return { type: 'disabled' };
  const tokens = budget ?? (effort === undefined ? undefined : (budgets[effort] ?? 32_768));
  return tokens === undefined || tokens < 0 ? undefined : { type: 'enabled', token_budget: tokens };
}

function writeTools(
  call: ModelCall,
  { toolChoice: choice }: CallParameters,
  { notice }: WriteOptions,
): JsonObject {
  // One tool that must be called is the only one there is.
  const only = choice?.name === undefined ? choice?.allowed : [choice.name];
  if (only !== undefined && call.tools.length > only.length)
    mayWrite(id, 'allowedTools', 'tool_choice', notice);
  const tools = call.tools.flatMap((tool, at): JsonObject[] =>
    only !== undefined && !only.includes(tool.name) ? [] : writeTool(tool, `tools[${at}]`, notice),
  );
  if (tools.length === 0) return {};
  const strict = call.tools.some((tool) => tool.strict === true) ? { strict_tools: true } : {};
  if (choice === undefined || choice.mode === 'auto') return { tools, ...strict };
  return { tools, tool_choice: choice.mode === 'none' ? 'NONE' : 'REQUIRED', ...strict };
}

function writeTool(
  { name, description, parameters, raw }: NeutralTool,
  path: string,
  notice: WriteOptions['notice'],
): JsonObject[] {
  if (isObject(raw) && raw['type'] === 'custom') {
    mayWrite(id, 'customTools', path, notice);
    return [];
  }
  if (raw !== undefined && parameters === undefined) {
    notice({ field: path, action: 'drop', detail: 'a hosted tool of another provider' });
    return [];
  }
  const described = description === undefined ? {} : { description };
  // Parameters are demanded there.
  const own = parameters ?? { type: 'object', properties: {} };
  return [{ type: 'function', function: { name, ...described, parameters: own } }];
}

/** One turn; tool results become a message each, before what else the turn says. */
function writeMessage(message: NeutralMessage, path: string, options: WriteOptions): JsonObject[] {
  const written: JsonObject[] = [];
  const rest: NeutralPart[] = [];
  for (const part of message.parts) {
    if (part.type !== 'tool-result') rest.push(part);
    else
      written.push({
        role: 'tool',
        tool_call_id: part.toolCallId,
        content: writeContent(part.parts, path, options),
      });
  }
  const said = rest.filter(({ type }) => type !== 'reasoning' && type !== 'tool-call');
  const calls = rest.filter((part) => part.type === 'tool-call');
  if (calls.length > 0)
    written.push({
      role: 'assistant',
      tool_calls: calls.map((part) => writeToolCall(part)),
      ...(said.length === 0 ? {} : { content: writeContent(said, path, options) }),
    });
  else if (said.length > 0) {
    const role = message.role === 'tool' ? 'user' : message.role;
    written.push({ role, content: writeContent(said, path, options) });
  }
  return written;
}

/** Text alone is a string. */
function writeContent(
  parts: readonly NeutralPart[],
  path: string,
  { notice }: WriteOptions,
): JsonValue {
  const content: JsonObject[] = [];
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'refusal')
      content.push({ type: 'text', text: part.text });
    else if (part.type === 'image' && urlOf(part) !== undefined)
      content.push({ type: 'image_url', image_url: { url: urlOf(part) } });
    else if (part.type === 'audio') mayWrite(id, 'audio', path, notice);
    else if (part.type === 'file') mayWrite(id, 'documents', path, notice);
    else notice({ field: path, action: 'drop', detail: `${part.type} has no form at Cohere` });
  }
  if (content.every(({ type }) => type === 'text'))
    return content.map(({ text }) => text).join('\n');
  return content;
}
