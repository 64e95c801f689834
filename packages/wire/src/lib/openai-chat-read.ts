/** OpenAI chat messages, tools and parameters in neutral form. The body has been checked. */

import type { CallReaders } from './call.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { calledOf, plainText, toolCallsOf } from './openai-content.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
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

function readToolCall(call: JsonObject): NeutralPart {
  return { type: 'tool-call', id: stringOf(call['id']) ?? '', ...calledOf(call) };
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
      return { type: 'audio', raw: part };
    case 'file':
    case 'document_url':
      return { type: 'file', raw: part };
    case 'thinking':
      return { type: 'reasoning', text: plainText(part['thinking']), raw: part };
    default:
      return { type: 'unknown', raw: part };
  }
}

function readImage(part: JsonObject): NeutralPart {
  const image = part['image_url'];
  const url = isObject(image) ? stringOf(image['url']) : stringOf(image);
  const data = /^data:([^;,]{0,100});base64,/.exec(url ?? '');
  if (url === undefined) return { type: 'unknown', raw: part };
  if (data === null) return { type: 'image', url, raw: part };
  return { type: 'image', mediaType: data[1] ?? '', data: url.slice(data[0].length), raw: part };
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

const numbers = { temperature: 'temperature', topP: 'top_p', seed: 'seed', choices: 'n' } as const;

function readParameters(body: JsonObject): CallParameters {
  const parameters: { -readonly [K in keyof CallParameters]: CallParameters[K] } = {};
  for (const [name, field] of Object.entries(numbers)) {
    const value = body[field];
    if (typeof value === 'number') parameters[name as keyof typeof numbers] = value;
  }
  const { stop, reasoning_effort: effort, response_format: format, tool_choice: choice } = body;
  const most = countOf(body['max_completion_tokens']) ?? countOf(body['max_tokens']);
  if (most !== undefined) parameters.maxOutputTokens = most;
  if (typeof stop === 'string') parameters.stop = [stop];
  else if (Array.isArray(stop)) parameters.stop = stop.filter((item) => typeof item === 'string');
  if (typeof effort === 'string') parameters.reasoningEffort = effort;
  if (isObject(format)) parameters.responseFormat = format;
  if (choice !== undefined && choice !== null) parameters.toolChoice = choice;
  return parameters;
}
