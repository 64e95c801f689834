/** OpenAI chat messages, tools and parameters in neutral form. The body has been checked. */
import type { CallReaders } from './call.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
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

/** Content as one text: its text parts, one a line. */
export function plainText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => stringOf(part['text']))
    .filter((text) => text !== undefined)
    .join('\n');
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
  if (known === 'assistant') {
    const reasoning = stringOf(message['reasoning_content']) ?? stringOf(message['reasoning']);
    if (reasoning) parts.push({ type: 'reasoning', text: reasoning });
  }
  parts.push(...readContent(content));
  const refusal = stringOf(message['refusal']);
  if (refusal) parts.push({ type: 'refusal', text: refusal });
  for (const call of objectsOf(message['tool_calls'])) parts.push(readToolCall(call));
  const legacy = message['function_call'];
  if (isObject(legacy)) parts.push(readToolCall({ function: legacy }));
  return { role: known, parts, ...(name === undefined ? {} : { name }) };
}

function readToolCall(call: JsonObject): NeutralPart {
  const called = call['function'] ?? call['custom'];
  const { name, arguments: text, input } = isObject(called) ? called : {};
  return {
    type: 'tool-call',
    id: stringOf(call['id']) ?? '',
    name: stringOf(name) ?? '',
    arguments: stringOf(text) ?? stringOf(input) ?? '',
  };
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

function readParameters(body: JsonObject): CallParameters {
  const parameters: { -readonly [K in keyof CallParameters]: CallParameters[K] } = {};
  const {
    temperature,
    top_p: topP,
    seed,
    stop,
    response_format: format,
    tool_choice: choice,
  } = body;
  if (typeof temperature === 'number') parameters.temperature = temperature;
  if (typeof topP === 'number') parameters.topP = topP;
  if (typeof seed === 'number') parameters.seed = seed;
  const most = countOf(body['max_completion_tokens']) ?? countOf(body['max_tokens']);
  if (most !== undefined) parameters.maxOutputTokens = most;
  if (typeof stop === 'string') parameters.stop = [stop];
  else if (Array.isArray(stop)) parameters.stop = stop.filter((item) => typeof item === 'string');
  const choices = countOf(body['n']);
  if (choices !== undefined) parameters.choices = choices;
  const effort = stringOf(body['reasoning_effort']);
  if (effort !== undefined) parameters.reasoningEffort = effort;
  if (isObject(format)) parameters.responseFormat = format;
  if (choice !== undefined && choice !== null) parameters.toolChoice = choice;
  return parameters;
}
