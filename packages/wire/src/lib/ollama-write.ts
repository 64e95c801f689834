/** A call of any dialect as a request of Ollama's own chat API. */
import { inputOf } from './anthropic-write-turns.ts';
import { isObject } from './json.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, unsupported, writableParameters } from './translation-table.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
} from './types.ts';

const id = 'ollama-chat';

/** See `TargetDialect.writeCall`. */
export function writeOllamaCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const messages: JsonObject[] = [];
  if (call.system !== '') messages.push({ role: 'system', content: call.system });
  const names = namesOf(call.messages);
  for (const [at, message] of call.messages.entries())
    messages.push(...writeMessage(message, names, `messages[${at}]`, options));
  const own = optionsOf(parameters);
  const body: JsonObject = {
    model: options.model ?? call.model ?? '',
    messages,
    // Absent it means a stream.
    stream: call.stream,
    ...(Object.keys(own).length === 0 ? {} : { options: own }),
    ...writeTools(call, parameters, options),
    ...formatOf(parameters),
    ...thinkOf(parameters),
  };
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', options.notice);
  return { body, path: '/chat' };
}

const fields: readonly (readonly [keyof CallParameters, string])[] = [
  ['maxOutputTokens', 'num_predict'],
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['seed', 'seed'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
];

function optionsOf(parameters: CallParameters): JsonObject {
  const own: JsonObject = {};
  for (const [name, field] of fields) {
    const value = parameters[name];
    if (value !== undefined) own[field] = value as JsonValue;
  }
  const { stop = [] } = parameters;
  if (stop.length > 0) own['stop'] = [...stop];
  return own;
}

function formatOf({ responseFormat: format }: CallParameters): JsonObject {
  if (format === undefined || format.type === 'text') return {};
  return { format: format.schema ?? 'json' };
}

/** Models that know no levels take any level for yes. */
function thinkOf({ reasoningEffort: effort, reasoningBudget: budget }: CallParameters): JsonObject {
  if (effort === 'none' || budget === 0) return { think: false };
  if (effort === undefined) return budget === undefined ? {} : { think: true };
  return { think: levels[effort] ?? 'high' };
}

const levels: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'max',
};

function writeTools(
  call: ModelCall,
  { toolChoice: choice }: CallParameters,
  { notice }: WriteOptions,
): JsonObject {
  // Whether a tool is called is the model's affair there: only which there are can be said.
  const only = choice?.name === undefined ? choice?.allowed : [choice.name];
  if (choice?.mode === 'none') return {};
  if (choice?.mode === 'required') throw unsupported('tool_choice');
  if (only !== undefined) mayWrite(id, 'allowedTools', 'tool_choice', notice);
  const tools = call.tools.flatMap((tool, at): JsonObject[] =>
    only !== undefined && !only.includes(tool.name) ? [] : writeTool(tool, `tools[${at}]`, notice),
  );
  return tools.length === 0 ? {} : { tools };
}

function writeTool(
  { name, description = '', parameters, raw }: NeutralTool,
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
  const own = parameters ?? { type: 'object', properties: {} };
  return [{ type: 'function', function: { name, description, parameters: own } }];
}

/** Results are told by the tool's name: each call's, by its id. */
function namesOf(messages: readonly NeutralMessage[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'));
  return new Map(calls.map((call) => [call.id, call.name]));
}

function writeMessage(
  message: NeutralMessage,
  names: ReadonlyMap<string, string>,
  path: string,
  options: WriteOptions,
): JsonObject[] {
  const written: JsonObject[] = [];
  const rest: NeutralPart[] = [];
  for (const part of message.parts) {
    if (part.type !== 'tool-result') rest.push(part);
    else {
      const name = part.name ?? names.get(part.toolCallId);
      written.push({
        role: 'tool',
        ...writeContent(part.parts, path, options),
        tool_call_id: part.toolCallId,
        ...(name === undefined ? {} : { tool_name: name }),
      });
    }
  }
  if (rest.length === 0) return written;
  const calls = rest
    .filter((part) => part.type === 'tool-call')
    .map(({ id: callId, name, arguments: text }) => ({
      id: callId,
      function: { name, arguments: inputOf(text) },
    }));
  written.push({
    role: message.role === 'tool' ? 'user' : message.role,
    ...writeContent(rest, path, options),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  });
  return written;
}

/** Text in one piece, pictures as bytes beside it. */
function writeContent(
  parts: readonly NeutralPart[],
  path: string,
  { notice }: WriteOptions,
): JsonObject {
  const texts: string[] = [];
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (part.type === 'image') {
      if (part.data === undefined) mayWrite(id, 'imageUrl', path, notice);
      else images.push(part.data);
    } else if (part.type === 'audio') mayWrite(id, 'audio', path, notice);
    else if (part.type === 'file') mayWrite(id, 'documents', path, notice);
    // Reasoning of another model is not sent on.
    else if (part.type !== 'tool-call' && part.type !== 'reasoning')
      notice({ field: path, action: 'drop', detail: `${part.type} has no form at Ollama` });
  }
  return { content: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}
