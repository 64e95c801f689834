/** The dialect of OpenAI's legacy completions: a text to go on from, and what follows it. */
import { openaiErrorFormat, type SseEvent } from '@wintergate/core';
import { createCall } from './call.ts';
import { checkBody } from './check.ts';
import { isObject, objectsOf, stringOf, withoutNulls } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { openaiChat } from './openai-chat.ts';
import { createChatAssembler } from './openai-chat-assembler.ts';
import { writeChatReply } from './openai-chat-compose.ts';
import { ChatDecoder } from './openai-chat-decoder.ts';
import { createChatEditor } from './openai-chat-editor.ts';
import { chatReplyText, readChatReply, writeChatReplyText } from './openai-chat-reply.ts';
import { writeChatCall } from './openai-chat-write.ts';
import { createChatWriter } from './openai-chat-writer.ts';
import {
  answersOf,
  asksForUsage,
  completionsBody,
  completionsIdentity,
  completionsReaders,
  completionsSegments,
} from './openai-completions-request.ts';
import { chatEvent, completionEvent, fromChat, toChat } from './openai-completions-view.ts';
import { readOpenaiError } from './openai-error.ts';
import { deploymentOf, endsWithPath, endUserOf } from './openai-request.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { unsupported } from './translation-table.ts';
import type { Dialect, JsonObject, ModelCall, NeutralReply } from './types.ts';

const id = 'openai-completions';

/**
 * OpenAI's legacy completions: `POST …/completions` under any prefix. Where the target does not speak
 * it, the prompt is written as the one user's turn of a chat; several prompts, `suffix` and `echo`
 * are refused there. Source: OpenAI, API reference, Completions (legacy).
 *
 * @example
 * compose(dialects(openaiChat, openaiCompletions), modelRouter({ … }), failover());
 */
export const openaiCompletions: Dialect = {
  id,
  operations: ['chat'],
  errorFormat: openaiErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' &&
    endsWithPath(path, '/completions') &&
    !endsWithPath(path, '/chat/completions')
      ? 'chat'
      : undefined,
  readCall(body, operation, url) {
    checkBody(body, completionsBody);
    return createCall(
      {
        dialect: openaiCompletions,
        operation,
        body,
        model: stringOf(body['model']) ?? deploymentOf(url),
        stream: body['stream'] === true,
        streamUsage: asksForUsage(body),
        endUser: endUserOf(body),
      },
      completionsReaders,
    );
  },
  segments: (call) => completionsSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => ({ ...call.body, model }),
  withStreamUsage: openaiChat.withStreamUsage,
  identity: completionsIdentity,
  writeCall: writeCompletionsCall,
  readReply: (body) => ({ ...readChatReply(viewOf(body)), dialect: id }),
  writeReply: writeCompletionsReply,
  readError: readOpenaiError,
  createDecoder(call, options) {
    const decoder = new ChatDecoder(answersOf(call.body), options);
    return {
      push: (event) => decoder.push(chatEvent(event)),
      get complete() {
        return decoder.complete;
      },
      get finished() {
        return decoder.finished;
      },
    };
  },
  createAssembler(_call, options) {
    const assembler = createChatAssembler(options);
    return {
      push: (event) => assembler.push(chatEvent(event)),
      result(usage) {
        const body = assembler.result(usage);
        return body && fromChat(body, 'message');
      },
    };
  },
  replay: replayCompletion,
  replyText: (body) => chatReplyText(toChat(body, 'message')),
  writeReplyText: (body, edits, blocked) =>
    fromChat(writeChatReplyText(toChat(body, 'message'), edits, blocked), 'message'),
  mapOtherText: (body, field, map) =>
    fromChat(openaiChat.mapOtherText?.(toChat(body, field), field, map) ?? body, field),
  createEditor(call) {
    const editor = createChatEditor(call);
    let read: SseEvent;
    let view: SseEvent;
    return {
      read: (event) => editor.read((view = chatEvent((read = event)))),
      write(event, edits) {
        const seen = event === read ? view : chatEvent(event);
        const written = editor.write(seen, edits);
        return written === seen ? event : completionEvent(written);
      },
      textEvent: (channel, text) => completionEvent(editor.textEvent(channel, text)),
      blockedEnding: () => editor.blockedEnding().map(completionEvent),
    };
  },
  createWriter(call) {
    const writer = createChatWriter(call);
    return {
      push: (delta) =>
        writer
          .push(delta.type === 'start' ? { id: newId(), ...delta } : delta)
          .map(completionEvent)
          .filter(says),
      end: () => writer.end().map(completionEvent),
    };
  },
  isUsageOnly: openaiChat.isUsageOnly,
};

function viewOf(body: unknown): unknown {
  return isObject(body) ? toChat(body, 'message') : body;
}

/** Only what has one turn of text and nothing else is a text to go on from. */
function writeCompletionsCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const { messages, system, tools, parameters } = call;
  const [first] = messages;
  if (system !== '' || messages.length !== 1 || first?.role !== 'user')
    throw unsupported('messages');
  if (tools.length > 0) throw unsupported('tools');
  if (parameters.responseFormat !== undefined && parameters.responseFormat.type !== 'text')
    throw unsupported('response_format');
  const { body } = writeChatCall(call, options, id);
  const { messages: _, max_completion_tokens: limit, top_logprobs: top, logprobs, ...rest } = body;
  const prompt = first.parts
    .map((part) => {
      if (part.type !== 'text') throw unsupported('messages[0].content');
      return part.text;
    })
    .join('\n');
  return {
    path: '/completions',
    body: {
      ...rest,
      prompt,
      ...(limit === undefined ? {} : { max_tokens: limit }),
      ...(logprobs === true ? { logprobs: top ?? 0 } : {}),
    },
  };
}

function writeCompletionsReply(reply: NeutralReply, call: ModelCall): JsonObject {
  const own = reply.dialect === id;
  const seen = own ? { ...reply, dialect: 'openai-chat' } : { id: newId(), ...reply };
  return fromChat(writeChatReply(seen, call), 'message');
}

const newId = (): string => `cmpl-${crypto.randomUUID()}`;

/** Chat begins with a role, which a completion does not have. */
function says(event: SseEvent): boolean {
  const value = event.json();
  if (!isObject(value) || !Array.isArray(value['choices'])) return true;
  return objectsOf(value['choices']).some(
    ({ text, logprobs, finish_reason: finish }) => text !== '' || logprobs || finish,
  );
}

/** The stored body: as it is, or as one event for each choice, usage, and the end marker. */
function replayCompletion(body: JsonObject, call: ModelCall): Uint8Array {
  const encoder = new TextEncoder();
  if (!call.stream) return encoder.encode(JSON.stringify(body));
  const { choices, usage, ...envelope } = withoutNulls(body);
  const events = objectsOf(choices).map((choice, at) => ({
    ...envelope,
    choices: [{ index: at, ...choice }],
  }));
  const counts =
    call.streamUsage && usage !== undefined ? [{ ...envelope, choices: [], usage }] : [];
  const text = [...events, ...counts].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return encoder.encode(`${text}data: [DONE]\n\n`);
}
