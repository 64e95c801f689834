/** A complete OpenAI chat reply: read in neutral form, and its text changed. */
import { textChannel, toolChannel } from './channel.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { choiceIndex, textsOf, writeChoice } from './openai-chat-text.ts';
import { calledOf, toolCallsOf } from './openai-content.ts';
import { readOpenaiError } from './openai-error.ts';
import { readFinish } from './openai-finish.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { JsonObject, NeutralReply, TextPiece } from './types.ts';

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
  const message = messageOf(choice);
  const finish = stringOf(choice['finish_reason']);
  return {
    text: '',
    reasoning: '',
    refusal: '',
    ...Object.fromEntries(textsOf(message)),
    toolCalls: toolCallsOf(message).map((call) => ({
      id: stringOf(call['id']) ?? '',
      ...calledOf(call),
    })),
    finish: finish ? readFinish(finish) : undefined,
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
