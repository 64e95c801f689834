/** The text in a chunk's `delta` or a reply's `message`, which have the same fields: read and written. */
import { toolChannel } from './channel.ts';
import type { TextKind } from './event-piece.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { mapStrings } from './map-strings.ts';
import { plainText, toolCallsOf } from './openai-content.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** The texts of a message that are not empty, at most one a kind. */
export function textsOf(message: JsonObject): readonly (readonly [TextKind, string])[] {
  const { content } = message;
  const field = reasoningField(message);
  const texts: [TextKind, string][] = [
    [
      'reasoning',
      field === 'content' ? partsText(content, true) : (stringOf(message[field]) ?? ''),
    ],
    ['text', typeof content === 'string' ? content : partsText(content, false)],
    ['refusal', stringOf(message['refusal']) ?? ''],
  ];
  return texts.filter(([, text]) => text !== '');
}

/** Where reasoning stands, which hosts disagree about: Mistral writes it as parts of the content. */
export function reasoningField(message: JsonObject): 'reasoning_content' | 'reasoning' | 'content' {
  if (Array.isArray(message['content']) && partsText(message['content'], true) !== '')
    return 'content';
  return typeof message['reasoning'] === 'string' && !message['reasoning_content']
    ? 'reasoning'
    : 'reasoning_content';
}

function partsText(content: JsonValue | undefined, thinking: boolean): string {
  return objectsOf(content)
    .filter((part) => (part['type'] === 'thinking') === thinking)
    .map((part) => (thinking ? plainText(part['thinking']) : (stringOf(part['text']) ?? '')))
    .join('');
}

/**
 * A choice with the text of these channels replaced in its `delta` or `message`.
 *
 * @param tools for each tool call of the message, which of the choice's calls it is.
 * @param blocked leaves out the tool calls that are not edited.
 */
export function writeChoice(
  choice: JsonObject,
  index: number,
  field: 'delta' | 'message',
  tools: readonly number[],
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  const before = choice[field];
  if (!isObject(before)) return choice;
  const message: JsonObject = { ...before };
  const reasoning = edits.get(`${index}:reasoning`);
  const text = edits.get(`${index}:text`);
  const refusal = edits.get(`${index}:refusal`);
  const reasoningIn = reasoningField(message);
  if (reasoning !== undefined && reasoningIn !== 'content') {
    // Some hosts send it under both names.
    if (message['reasoning'] === message[reasoningIn]) message['reasoning'] = reasoning;
    message[reasoningIn] = reasoning;
  }
  // Structured twins of the reasoning would give away what was replaced.
  if (reasoning !== undefined) delete message['reasoning_details'];
  if (refusal !== undefined) message['refusal'] = refusal;
  message['content'] = writeContent(message['content'], text, reasoning);
  if (message['content'] === undefined) delete message['content'];
  writeToolCalls(message, index, tools, edits, blocked);
  const written: JsonObject = { ...choice, [field]: message };
  // Log probabilities spell out the text that was there before.
  if (JSON.stringify(message) !== JSON.stringify(before)) {
    if (field === 'delta') delete written['logprobs'];
    else written['logprobs'] = null;
  }
  return written;
}

const inChannels =
  /^(?:content(?:\[\d+\]\.(?:text|thinking\[\d+\]\.text))?|refusal|(?:tool_calls\[\d+\]\.)?(?:function|custom|function_call)\.(?:arguments|input)\b.*)$/;

/** A copy of a chunk or reply with all strings that are in no text channel as `map` answers them. */
export function mapOtherText(
  body: JsonObject,
  field: 'delta' | 'message',
  map: (path: string, text: string) => string,
): JsonObject {
  const all = body['choices'];
  const mapped = mapStrings(body, (path, text) => {
    const [, at, of, name = ''] = /^choices\[(\d+)\]\.(\w+)\.(.+)$/.exec(path) ?? [];
    if (of === field && Array.isArray(all)) {
      if (inChannels.test(name)) return text;
      const choice = all[Number(at)] as JsonObject;
      if (name === reasoningField(choice[field] as JsonObject)) return text;
    }
    return map(path, text);
  });
  for (const [at, choice] of objectsOf(mapped['choices']).entries()) {
    const { logprobs } = choice;
    if (!isObject(logprobs)) continue;
    // A value may be spelled out token by token.
    const tokens = objectsOf(logprobs['content']).map(({ token }) => stringOf(token) ?? '');
    const text = tokens.join('');
    if (map(`choices[${at}].logprobs`, text) === text) continue;
    const choices = (mapped['choices'] as JsonValue[]).slice();
    choices[at] = { ...choice, logprobs: null };
    return mapOtherText({ ...mapped, choices }, field, map);
  }
  return mapped;
}

/** A choice's own index, else its position. */
export function choiceIndex(choice: JsonObject, position = 0): number {
  return typeof choice['index'] === 'number' ? choice['index'] : position;
}

/** Parts keep their order: the first part of a kind takes all of its text. */
function writeContent(
  content: JsonValue | undefined,
  text: string | undefined,
  reasoning: string | undefined,
): JsonValue | undefined {
  if (!Array.isArray(content)) return text ?? content;
  const rest = { text, thinking: reasoning };
  return content.map((part): JsonValue => {
    if (!isObject(part)) return part;
    const kind = part['type'] === 'thinking' ? 'thinking' : 'text';
    const own = rest[kind];
    if (own === undefined || (kind === 'text' && typeof part['text'] !== 'string')) return part;
    rest[kind] = '';
    return kind === 'text'
      ? { ...part, text: own }
      : { ...part, thinking: [{ type: 'text', text: own }] };
  });
}

function writeToolCalls(
  message: JsonObject,
  index: number,
  tools: readonly number[],
  edits: ReadonlyMap<string, string>,
  blocked: boolean,
): void {
  const written = new Set<string>();
  const calls: JsonValue[] = [];
  const all = toolCallsOf(message);
  delete message['function_call'];
  for (const [at, call] of all.entries()) {
    const { id } = toolChannel(index, tools[at] ?? at);
    const edit = edits.get(id);
    if (edit === undefined && blocked) continue;
    // Two pieces of one call in one event: the first takes all of the text.
    const changed = edit === undefined ? call : writeArguments(call, written.has(id) ? '' : edit);
    written.add(id);
    if (call['type'] === 'legacy') message['function_call'] = changed['function'];
    else calls.push(changed);
  }
  if (calls.length > 0) message['tool_calls'] = calls;
  else delete message['tool_calls'];
}

function writeArguments(call: JsonObject, text: string): JsonObject {
  const { custom, function: called } = call;
  return isObject(custom)
    ? { ...call, custom: { ...custom, input: text } }
    : { ...call, function: { ...(isObject(called) ? called : {}), arguments: text } };
}
