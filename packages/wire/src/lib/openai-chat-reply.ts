/** A complete OpenAI chat reply: read in neutral form, and its text changed. */
import { textChannel, toolChannel } from './channel.ts';
import type { TextKind } from './event-piece.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { readToolCall } from './openai-chat-read.ts';
import { choiceIndex, textsOf, writeChoice } from './openai-chat-text.ts';
import { calledOf, toolCallsOf } from './openai-content.ts';
import { readOpenaiError } from './openai-error.ts';
import { readFinish } from './openai-finish.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type {
  JsonObject,
  NeutralChoice,
  NeutralCitation,
  NeutralPart,
  NeutralReply,
  TextPiece,
} from './types.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** See `TargetDialect.readReply`. An error inside a 200, which OpenRouter sends, is an error here too. */
export function readChatReply(body: unknown): NeutralReply {
  if (!isObject(body))
    return { dialect: 'openai-chat', choices: [], error: readOpenaiError(0, body) };
  const dialect = 'openai-chat';
  const { id, model, created, choices: _, ...extra } = body;
  const usage = readOpenaiUsage(body['usage']);
  const failed = (body['error'] ?? undefined) !== undefined || !Array.isArray(body['choices']);
  const choices = objectsOf(body['choices']).map(readChoice);
  // Field by field: half a dozen spreads made as many objects, at each reply.
  const reply: Writable<NeutralReply> = { dialect, choices, extra: failed ? body : extra };
  if (typeof id === 'string') reply.id = id;
  if (typeof model === 'string') reply.model = model;
  if (typeof created === 'number') reply.created = created;
  if (usage !== undefined) reply.usage = usage;
  if (failed) reply.error = readOpenaiError(0, body);
  return reply;
}

function readChoice(choice: JsonObject): NeutralChoice {
  const message = messageOf(choice);
  const finish = stringOf(choice['finish_reason']);
  const calls = toolCallsOf(message).map(readToolCall);
  const { logprobs } = choice;
  const parts: NeutralPart[] = [];
  const read: Writable<NeutralChoice> = {
    text: '',
    reasoning: '',
    refusal: '',
    toolCalls: calls,
    parts,
    finish: finish ? readFinish(finish) : undefined,
    extra: withoutCalls(choice, message),
  };
  for (const [kind, text] of textsOf(message)) {
    read[kind] = text;
    parts.push(textPart(kind, text, message));
  }
  for (const call of calls) parts.push(call);
  if (finish) read.finishRaw = finish;
  if (isObject(logprobs)) read.logprobs = logprobs;
  return read;
}

/** The choice without the calls that are read from it; the very same where it has none. */
function withoutCalls(choice: JsonObject, message: JsonObject): JsonObject {
  if (objectsOf(message['tool_calls']).length === 0)
    return choice['message'] === message ? choice : { ...choice, message };
  const { tool_calls: _, ...rest } = message;
  return { ...choice, message: rest };
}

function textPart(type: TextKind, text: string, message: JsonObject): NeutralPart {
  if (type !== 'text') return { type, text };
  const citations = objectsOf(message['annotations']).map(readAnnotation);
  return { type, text, ...(citations.length === 0 ? {} : { citations }) };
}

function readAnnotation(annotation: JsonObject): NeutralCitation {
  const of = annotation['url_citation'];
  const { url, title, start_index: start, end_index: end } = isObject(of) ? of : {};
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof start === 'number' ? { start } : {}),
    ...(typeof end === 'number' ? { end } : {}),
    raw: annotation,
  };
}

/** The text channels of a reply. Channels without text are left out. */
export function chatReplyText(body: JsonObject): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const [position, choice] of objectsOf(body['choices']).entries()) {
    const message = messageOf(choice);
    const index = choiceIndex(choice, position);
    for (const [kind, text] of textsOf(message))
      pieces.push({ channel: textChannel(kind, index), text });
    for (const [at, call] of toolCallsOf(message).entries()) {
      const { arguments: text } = calledOf(call);
      if (text !== '') pieces.push({ channel: toolChannel(index, at), text });
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
  const choices = objectsOf(body['choices']).map((choice, position) => ({
    ...writeChoice(choice, choiceIndex(choice, position), 'message', [], edits, blocked),
    ...(blocked ? { finish_reason: 'content_filter' } : {}),
  }));
  return { ...body, choices };
}

function messageOf(choice: JsonObject): JsonObject {
  return isObject(choice['message']) ? choice['message'] : {};
}
