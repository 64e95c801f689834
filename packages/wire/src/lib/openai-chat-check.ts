/**
 * What an OpenAI chat completions body must look like: strict about types, so that no later stage
 * meets a surprise; lenient about values and unknown fields, which newer models and compatible
 * hosts add.
 */
import { checkFields, type FieldKind, invalid, wrongType } from './check.ts';
import { isObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

const fields: readonly (readonly [string, FieldKind])[] = [
  ['model', 'string'],
  ['stream', 'boolean'],
  ['stream_options', 'object'],
  ['temperature', 'number'],
  ['top_p', 'number'],
  ['frequency_penalty', 'number'],
  ['presence_penalty', 'number'],
  ['max_tokens', 'integer'],
  ['max_completion_tokens', 'integer'],
  ['n', 'integer'],
  ['seed', 'integer'],
  ['top_logprobs', 'integer'],
  ['logprobs', 'boolean'],
  ['logit_bias', 'object'],
  ['parallel_tool_calls', 'boolean'],
  ['response_format', 'object'],
  ['reasoning_effort', 'string'],
  ['verbosity', 'string'],
  ['user', 'string'],
  ['safety_identifier', 'string'],
  ['prompt_cache_key', 'string'],
  ['metadata', 'object'],
  ['store', 'boolean'],
  ['modalities', 'array'],
  ['audio', 'object'],
  ['prediction', 'object'],
  ['web_search_options', 'object'],
  ['tools', 'array'],
  ['functions', 'array'],
];

/** @throws {RequestError} 400 naming the first field at fault. */
export function checkChatBody(body: JsonObject): void {
  checkFields(body, fields);
  if (body['model'] === '') throw invalid('model', "Name a model in 'model'");
  if (isObject(body['stream_options'])) {
    const include = body['stream_options']['include_usage'];
    if (include !== undefined && include !== null && typeof include !== 'boolean') {
      throw wrongType('stream_options.include_usage', 'true or false', include);
    }
  }
  checkAtLeast(body, 'n', 1);
  checkAtLeast(body, 'max_tokens', 0);
  checkAtLeast(body, 'max_completion_tokens', 0);
  checkStop(body['stop']);
  checkToolChoice(body['tool_choice']);
  checkTools(body['tools']);
  checkMessages(body['messages']);
}

function checkAtLeast(body: JsonObject, name: string, least: number): void {
  const value = body[name];
  if (typeof value === 'number' && value < least) {
    throw invalid(name, `Expected at least ${least} for '${name}', got ${value}`);
  }
}

function checkStop(stop: JsonValue | undefined): void {
  if (stop === undefined || stop === null || typeof stop === 'string') return;
  if (!Array.isArray(stop)) throw wrongType('stop', 'a string or an array of strings', stop);
  for (const [index, item] of stop.entries()) {
    if (typeof item !== 'string') throw wrongType(`stop[${index}]`, 'a string', item);
  }
}

function checkToolChoice(choice: JsonValue | undefined): void {
  if (choice === undefined || choice === null || typeof choice === 'string' || isObject(choice))
    return;
  throw wrongType('tool_choice', 'a string or an object', choice);
}

function checkTools(tools: JsonValue | undefined): void {
  if (!Array.isArray(tools)) return;
  for (const [index, tool] of tools.entries()) {
    const path = `tools[${index}]`;
    if (!isObject(tool)) throw wrongType(path, 'an object', tool);
    const { type, function: definition } = tool;
    // Mistral's own client leaves the type out.
    if (typeof type !== 'string' && definition === undefined) {
      throw wrongType(`${path}.type`, 'a string', type);
    }
    if (type === 'function' || definition !== undefined) {
      checkFunction(definition, `${path}.function`);
    }
  }
}

function checkFunction(definition: JsonValue | undefined, path: string): void {
  if (!isObject(definition)) throw wrongType(path, 'an object', definition);
  if (typeof definition['name'] !== 'string') {
    throw wrongType(`${path}.name`, 'a string', definition['name']);
  }
  const { description, parameters } = definition;
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw wrongType(`${path}.description`, 'a string', description);
  }
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw wrongType(`${path}.parameters`, 'an object', parameters);
  }
}

function checkMessages(messages: JsonValue | undefined): void {
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array', messages);
  if (messages.length === 0)
    throw invalid('messages', "Expected at least one message in 'messages'");
  for (let index = 0; index < messages.length; index++)
    checkMessage(messages[index], `messages[${index}]`);
}

function checkMessage(message: JsonValue | undefined, path: string): void {
  if (!isObject(message)) throw wrongType(path, 'an object', message);
  const { role, content } = message;
  if (typeof role !== 'string') throw wrongType(`${path}.role`, 'a string', role);
  const name = message['name'];
  if (name !== undefined && name !== null && typeof name !== 'string') {
    throw wrongType(`${path}.name`, 'a string', name);
  }
  if (Array.isArray(content)) {
    for (const [index, part] of content.entries()) checkPart(part, `${path}.content[${index}]`);
  } else if (typeof content !== 'string') {
    // An assistant's turn may consist of tool calls alone, and hosts accept an empty tool result.
    const optional = role === 'assistant' || role === 'tool' || role === 'function';
    if (!optional || (content !== undefined && content !== null)) {
      throw wrongType(`${path}.content`, 'a string or an array of parts', content);
    }
  }
  checkToolCalls(message['tool_calls'], path);
  if (role === 'tool' && typeof message['tool_call_id'] !== 'string') {
    throw wrongType(`${path}.tool_call_id`, 'a string', message['tool_call_id']);
  }
}

function checkPart(part: JsonValue, path: string): void {
  if (!isObject(part)) throw wrongType(path, 'an object', part);
  if (typeof part['type'] !== 'string') throw wrongType(`${path}.type`, 'a string', part['type']);
  const text = part['text'];
  if (
    part['type'] === 'text'
      ? typeof text !== 'string'
      : text !== undefined && text !== null && typeof text !== 'string'
  ) {
    throw wrongType(`${path}.text`, 'a string', text);
  }
}

function checkToolCalls(calls: JsonValue | undefined, path: string): void {
  if (calls === undefined || calls === null) return;
  if (!Array.isArray(calls)) throw wrongType(`${path}.tool_calls`, 'an array', calls);
  for (const [index, call] of calls.entries()) {
    const at = `${path}.tool_calls[${index}]`;
    if (!isObject(call)) throw wrongType(at, 'an object', call);
    const { function: called } = call;
    if (call['type'] === 'custom' && called === undefined) continue;
    if (!isObject(called)) throw wrongType(`${at}.function`, 'an object', called);
    if (typeof called['name'] !== 'string')
      throw wrongType(`${at}.function.name`, 'a string', called['name']);
    if (typeof called['arguments'] !== 'string') {
      throw wrongType(`${at}.function.arguments`, 'a string', called['arguments']);
    }
  }
}
