/** A reply in neutral form as an OpenAI chat completion. */
import { isObject } from './json.ts';
import { writeToolCall } from './openai-chat-write.ts';
import { writeFinish } from './openai-finish.ts';
import { writeOpenaiUsage } from './openai-usage.ts';
import type {
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralChoice,
  NeutralCitation,
  NeutralPart,
  NeutralReply,
} from './types.ts';

/** See `Dialect.writeReply`. */
export function writeChatReply(reply: NeutralReply, call: ModelCall): JsonObject {
  const own = reply.dialect === 'openai-chat';
  const extra = own ? (reply.extra ?? {}) : {};
  if (own && reply.choices.length === 0 && reply.error !== undefined) return extra;
  const usage = reply.usage === undefined ? undefined : writeOpenaiUsage(reply.usage);
  return {
    id: reply.id ?? `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: reply.created ?? Math.floor(Date.now() / 1000),
    model: reply.model ?? call.model ?? '',
    choices: reply.choices.map((choice, index) => writeChoice(choice, index, own)),
    ...(usage === undefined ? {} : { usage }),
    ...extra,
  };
}

function writeChoice(choice: NeutralChoice, index: number, own: boolean): JsonObject {
  const { message: kept, ...rest } = own ? (choice.extra ?? {}) : {};
  const called = choice.toolCalls.length > 0;
  const finish = called && choice.finish === 'stop' ? 'tool-calls' : choice.finish;
  return {
    index,
    message: writeMessage(choice, isObject(kept) ? kept : undefined),
    ...(own ? {} : { logprobs: choice.logprobs ?? null }),
    finish_reason: finish === undefined ? null : writeFinish(finish),
    ...rest,
  };
}

/** @param kept what this dialect read there: everything but what may have been changed since. */
function writeMessage(choice: NeutralChoice, kept: JsonObject | undefined): JsonObject {
  if (kept !== undefined) return { ...kept, ...toolCallsMember(choice.parts, true) };
  const annotations = choice.parts.flatMap((part) =>
    part.type === 'text' ? (part.citations ?? []).map(writeAnnotation) : [],
  );
  return {
    role: 'assistant',
    content: choice.text === '' ? null : choice.text,
    refusal: choice.refusal === '' ? null : choice.refusal,
    ...(choice.reasoning === '' ? {} : { reasoning_content: choice.reasoning }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...toolCallsMember(choice.parts, false),
  };
}

function toolCallsMember(parts: readonly NeutralPart[], own: boolean): JsonObject {
  const calls = parts.filter((part) => part.type === 'tool-call');
  if (calls.length === 0) return {};
  const written = calls.map((part): JsonValue => {
    return own && part.raw !== undefined ? part.raw : writeToolCall(part);
  });
  return { tool_calls: written };
}

/** A source as OpenAI notes it. */
export function writeAnnotation({ url, title, start, end }: NeutralCitation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: {
      url: url ?? '',
      title: title ?? '',
      start_index: start ?? 0,
      end_index: end ?? 0,
    },
  };
}
