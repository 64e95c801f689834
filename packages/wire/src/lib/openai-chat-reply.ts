/** A complete OpenAI chat reply: read in neutral form, and its text changed. */

import { textChannel, toolChannel } from './channel.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { contentText, reasoningField, reasoningText } from './openai-chat-delta.ts';
import { readOpenaiError } from './openai-error.ts';
import { readFinish } from './openai-finish.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { JsonObject, JsonValue, NeutralReply, NeutralToolCall, TextPiece } from './types.ts';

/** Reads a reply's body. An error inside a 200, which OpenRouter sends, is an error here too. */
export function readChatReply(body: unknown): NeutralReply {
  if (!isObject(body)) return { choices: [], error: readOpenaiError(0, body) };
  const id = stringOf(body['id']);
  const model = stringOf(body['model']);
  const usage = readOpenaiUsage(body['usage']);
  const failed = (body['error'] ?? undefined) !== undefined || !Array.isArray(body['choices']);
  return {
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    choices: objectsOf(body['choices']).map(readChoice),
    ...(usage === undefined ? {} : { usage }),
    ...(failed ? { error: readOpenaiError(0, body) } : {}),
  };
}

function readChoice(choice: JsonObject): NeutralReply['choices'][number] {
  const message = isObject(choice['message']) ? choice['message'] : {};
  const finish = stringOf(choice['finish_reason']);
  return {
    text: contentText(message),
    reasoning: reasoningText(message),
    refusal: stringOf(message['refusal']) ?? '',
    toolCalls: toolCallsOf(message).map(readToolCall),
    finish: finish ? readFinish(finish) : undefined,
  };
}

/** The tool calls of a message; the deprecated single function call counts as one. */
export function toolCallsOf(message: JsonObject): readonly JsonObject[] {
  const calls = objectsOf(message['tool_calls']);
  const legacy = message['function_call'];
  return isObject(legacy) ? [...calls, { function: legacy }] : calls;
}

function readToolCall(call: JsonObject): NeutralToolCall {
  const called = call['function'] ?? call['custom'];
  const { name, arguments: text, input } = isObject(called) ? called : {};
  return {
    id: stringOf(call['id']) ?? '',
    name: stringOf(name) ?? '',
    arguments: argumentsText(text ?? input),
  };
}

/** Some hosts send the arguments as an object. */
function argumentsText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The text channels of a reply. Channels without text are left out. */
export function chatReplyText(body: JsonObject): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const [position, choice] of objectsOf(body['choices']).entries()) {
    const at = choiceIndex(choice, position);
    const { text, reasoning, refusal, toolCalls } = readChoice(choice);
    if (reasoning !== '') pieces.push({ channel: textChannel('reasoning', at), text: reasoning });
    if (text !== '') pieces.push({ channel: textChannel('text', at), text });
    if (refusal !== '') pieces.push({ channel: textChannel('refusal', at), text: refusal });
    for (const [index, call] of toolCalls.entries()) {
      if (call.arguments !== '')
        pieces.push({ channel: toolChannel(at, index), text: call.arguments });
    }
  }
  return pieces;
}

/** A copy of the reply with the text of these channels replaced; see `Dialect.writeReplyText`. */
export function writeChatReplyText(
  body: JsonObject,
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  const choices = objectsOf(body['choices']).map((choice, position) => {
    const at = choiceIndex(choice, position);
    const message = isObject(choice['message']) ? choice['message'] : {};
    const written: JsonObject = { ...choice, message: writeMessage(message, at, edits, blocked) };
    // Log probabilities spell out the text that was there before.
    if (blocked || changesText(message, at, edits)) written['logprobs'] = null;
    if (blocked) written['finish_reason'] = 'content_filter';
    return written;
  });
  return { ...body, choices };
}

function changesText(message: JsonObject, at: number, edits: ReadonlyMap<string, string>): boolean {
  const text = edits.get(`${at}:text`);
  const refusal = edits.get(`${at}:refusal`);
  return (
    (text !== undefined && text !== contentText(message)) ||
    (refusal !== undefined && refusal !== message['refusal'])
  );
}

function writeMessage(
  message: JsonObject,
  at: number,
  edits: ReadonlyMap<string, string>,
  blocked: boolean,
): JsonObject {
  const written: JsonObject = { ...message };
  const text = edits.get(`${at}:text`);
  const reasoning = edits.get(`${at}:reasoning`);
  const refusal = edits.get(`${at}:refusal`);
  if (text !== undefined || (reasoning !== undefined && Array.isArray(message['content']))) {
    written['content'] = writeContent(message['content'], text, reasoning);
  }
  const field = reasoningField(message);
  if (reasoning !== undefined && field !== undefined) written[field] = reasoning;
  // Signed or structured twins of the reasoning would give away what was replaced.
  if (reasoning !== undefined && reasoning !== reasoningText(message))
    delete written['reasoning_details'];
  if (refusal !== undefined) written['refusal'] = refusal;
  writeToolCalls(written, at, edits, blocked);
  return written;
}

/** Parts keep their order: the first part of a kind takes all of its text. */
export function writeContent(
  content: JsonValue | undefined,
  text: string | undefined,
  reasoning: string | undefined,
): JsonValue {
  if (!Array.isArray(content)) return text ?? content ?? null;
  let restText = text;
  let restReasoning = reasoning;
  return content.map((part): JsonValue => {
    if (!isObject(part)) return part;
    if (part['type'] === 'thinking' && reasoning !== undefined) {
      const thinking = [{ type: 'text', text: restReasoning ?? '' }];
      restReasoning = '';
      return { ...part, thinking };
    }
    if (typeof part['text'] === 'string' && part['type'] !== 'thinking' && text !== undefined) {
      const own = restText ?? '';
      restText = '';
      return { ...part, text: own };
    }
    return part;
  });
}

function writeToolCalls(
  written: JsonObject,
  at: number,
  edits: ReadonlyMap<string, string>,
  blocked: boolean,
): void {
  let index = 0;
  const calls: JsonValue[] = [];
  for (const call of objectsOf(written['tool_calls'])) {
    const edit = edits.get(toolChannel(at, index++).id);
    if (edit !== undefined) calls.push(writeArguments(call, edit));
    else if (!blocked) calls.push(call);
  }
  if (calls.length > 0) written['tool_calls'] = calls;
  else if (blocked) delete written['tool_calls'];
  const legacy = written['function_call'];
  if (!isObject(legacy)) return;
  const edit = edits.get(toolChannel(at, index).id);
  if (edit !== undefined) written['function_call'] = { ...legacy, arguments: edit };
  else if (blocked) delete written['function_call'];
}

/** A tool call, whole or a piece, with other arguments. */
export function writeArguments(call: JsonObject, text: string): JsonObject {
  const { custom, function: called } = call;
  if (isObject(custom)) return { ...call, custom: { ...custom, input: text } };
  return { ...call, function: { ...(isObject(called) ? called : {}), arguments: text } };
}

function choiceIndex(choice: JsonObject, position: number): number {
  return typeof choice['index'] === 'number' ? choice['index'] : position;
}
