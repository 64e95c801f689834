/** OpenAI chat messages, tools and parameters in neutral form. The body has been checked. */

import type { CallReaders } from './call.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { calledOf, plainText, toolCallsOf } from './openai-content.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  NeutralFormat,
  NeutralMedia,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
  NeutralToolChoice,
} from './types.ts';

export const chatReaders: CallReaders = {
  system: (body) =>
    objectsOf(body['messages'])
      .filter(isSystem)
      .map((message) => plainText(message['content']))
      .join('\n\n'),
  messages: (body) =>
    objectsOf(body['messages'])
      .filter((message) => !isSystem(message))
      .map(readMessage),
  tools: (body) => [
    ...objectsOf(body['tools']).map(readTool),
    ...objectsOf(body['functions']).map(readFunction),
  ],
  parameters: readParameters,
  mapped: /* @__PURE__ */ new Set([
    'model',
    'messages',
    'tools',
    'functions',
    'stream',
    'stream_options',
    'user',
    'safety_identifier',
    'temperature',
    'top_p',
    'top_k',
    'seed',
    'n',
    'presence_penalty',
    'frequency_penalty',
    'top_logprobs',
    'logprobs',
    'logit_bias',
    'metadata',
    'parallel_tool_calls',
    'verbosity',
    'service_tier',
    'stop',
    'reasoning_effort',
    'response_format',
    'tool_choice',
    'function_call',
    'max_completion_tokens',
    'max_tokens',
    // They say where the provider keeps what, not what it is to answer.
    'store',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
  ]),
};

export function isSystem(message: JsonObject): boolean {
  return message['role'] === 'system' || message['role'] === 'developer';
}

function readMessage(message: JsonObject): NeutralMessage {
  const name = stringOf(message['name']);
  const { role, content } = message;
  if (role === 'tool' || role === 'function') {
    const toolCallId = stringOf(message['tool_call_id']) ?? name ?? '';
    const result: NeutralPart = {
      type: 'tool-result',
      toolCallId,
      ...(name === undefined ? {} : { name }),
      parts: readContent(content),
    };
    return { role: 'tool', parts: [result] };
  }
  const parts: NeutralPart[] = [];
  // A role nobody knows is treated as the user's: the one that is trusted least.
  const known = role === 'assistant' ? 'assistant' : 'user';
  const reasoning = stringOf(message['reasoning_content']) || stringOf(message['reasoning']);
  if (reasoning) parts.push({ type: 'reasoning', text: reasoning });
  parts.push(...readContent(content));
  const refusal = stringOf(message['refusal']);
  if (refusal) parts.push({ type: 'refusal', text: refusal });
  for (const call of toolCallsOf(message)) parts.push(readToolCall(call));
  return { role: known, parts, ...(name === undefined ? {} : { name }) };
}

/** A tool call of a message or of a reply. */
export function readToolCall(call: JsonObject): Extract<NeutralPart, { type: 'tool-call' }> {
  const custom = isObject(call['custom']) ? { custom: true } : {};
  const id = stringOf(call['id']) ?? '';
  return { type: 'tool-call', id, ...calledOf(call), ...custom, raw: call };
}

function readContent(content: JsonValue | undefined): NeutralPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsOf(content).map(readPart);
}

function readPart(part: JsonObject): NeutralPart {
  switch (part['type']) {
    case 'text':
      return { type: 'text', text: stringOf(part['text']) ?? '' };
    case 'refusal':
      return { type: 'refusal', text: stringOf(part['refusal']) ?? '' };
    case 'image_url':
      return readImage(part);
    case 'input_audio':
      return { type: 'audio', ...readAudio(part['input_audio']), raw: part };
    case 'file':
      return { type: 'file', ...readFile(part['file']), raw: part };
    case 'document_url':
      return { type: 'file', ...readUrl(stringOf(part['document_url'])), raw: part };
    case 'thinking':
      return { type: 'reasoning', text: plainText(part['thinking']), raw: part };
    default:
      return { type: 'unknown', raw: part };
  }
}

function readImage(part: JsonObject): NeutralPart {
  const image = part['image_url'];
  const url = isObject(image) ? stringOf(image['url']) : stringOf(image);
  const detail = isObject(image) ? stringOf(image['detail']) : undefined;
  if (url === undefined) return { type: 'unknown', raw: part };
  return { type: 'image', ...readUrl(url), ...(detail ? { detail } : {}), raw: part };
}

/** A `data:` URL is bytes, any other a place. */
export function readUrl(url: string | undefined): NeutralMedia {
  if (url === undefined) return {};
  const data = /^data:([^;,]{0,100})(?:;[^;,]{0,100})*;base64,/.exec(url);
  return data === null ? { url } : { mediaType: data[1] ?? '', data: url.slice(data[0].length) };
}

function readAudio(audio: JsonValue | undefined): NeutralMedia {
  if (!isObject(audio)) return {};
  const { data, format } = audio;
  return {
    ...(typeof data === 'string' ? { data } : {}),
    ...(typeof format === 'string'
      ? { mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}` }
      : {}),
  };
}

function readFile(file: JsonValue | undefined): NeutralMedia {
  if (!isObject(file)) return {};
  const { file_id: fileId, filename, file_data: data } = file;
  return {
    ...(typeof fileId === 'string' ? { fileId } : {}),
    ...(typeof filename === 'string' ? { filename } : {}),
    ...readUrl(stringOf(data)),
  };
}

function readTool(tool: JsonObject): NeutralTool {
  if (isObject(tool['function'])) return readFunction(tool['function']);
  const named = tool['custom'];
  const { name, description } = isObject(named) ? named : {};
  return {
    name: stringOf(name) ?? stringOf(tool['type']) ?? '',
    ...(typeof description === 'string' ? { description } : {}),
    raw: tool,
  };
}

function readFunction(definition: JsonObject): NeutralTool {
  const { description, parameters, strict } = definition;
  return {
    name: stringOf(definition['name']) ?? '',
    ...(typeof description === 'string' ? { description } : {}),
    ...(isObject(parameters) ? { parameters } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

const numbers = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  choices: 'n',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  topLogprobs: 'top_logprobs',
} as const;
const strings = {
  reasoningEffort: 'reasoning_effort',
  verbosity: 'verbosity',
  serviceTier: 'service_tier',
} as const;
const objects = { logitBias: 'logit_bias', metadata: 'metadata' } as const;
const flags = { logprobs: 'logprobs', parallelToolCalls: 'parallel_tool_calls' } as const;

function readParameters(body: JsonObject): CallParameters {
  const parameters: Record<string, unknown> = {};
  function read(fields: Readonly<Record<string, string>>, is: (value: unknown) => boolean): void {
    for (const name in fields) {
      const value = body[fields[name] as string];
      if (value !== undefined && is(value)) parameters[name] = value;
    }
  }
  read(numbers, (value) => typeof value === 'number');
  read(strings, (value) => typeof value === 'string');
  read(objects, isObject);
  read(flags, (value) => typeof value === 'boolean');
  const { stop, response_format: format } = body;
  const choice = body['tool_choice'] ?? body['function_call'];
  const most = countOf(body['max_completion_tokens']) ?? countOf(body['max_tokens']);
  if (most !== undefined) parameters['maxOutputTokens'] = most;
  if (typeof stop === 'string') parameters['stop'] = [stop];
  else if (Array.isArray(stop))
    parameters['stop'] = stop.filter((item) => typeof item === 'string');
  if (isObject(format)) parameters['responseFormat'] = readFormat(format);
  const toolChoice = readToolChoice(choice);
  if (toolChoice !== undefined) parameters['toolChoice'] = toolChoice;
  return parameters;
}

function readFormat(format: JsonObject): NeutralFormat {
  if (format['type'] === 'json_object') return { type: 'json' };
  if (format['type'] !== 'json_schema') return { type: 'text' };
  const described = isObject(format['json_schema']) ? format['json_schema'] : {};
  const { name, description, schema, strict } = described;
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
  if (choice === 'any') return { mode: 'required' };
  if (!isObject(choice)) return undefined;
  const allowed = choice['allowed_tools'];
  if (isObject(allowed)) {
    const mode = allowed['mode'] === 'required' ? 'required' : 'auto';
    return { mode, allowed: objectsOf(allowed['tools']).map(nameOf) };
  }
  const name = nameOf(choice);
  return name === '' ? undefined : { mode: 'required', name };
}

function nameOf(tool: JsonObject): string {
  const named = tool['function'] ?? tool['custom'] ?? tool;
  return (isObject(named) ? stringOf(named['name']) : undefined) ?? '';
}
