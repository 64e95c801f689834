/**
 * A legacy completion seen as a chat completion, and back: a choice's `text` is the content of its
 * message, in a stream of its delta. Everything else they share.
 */
import type { SseEvent } from '@wintergate/core';
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';
import { withData } from './with-data.ts';

export type Field = 'message' | 'delta';

/** A reply, or the value of an event, in chat's form. Errors and other values are passed as they are. */
export function toChat(body: JsonObject, field: Field): JsonObject {
  if (!Array.isArray(body['choices'])) return body;
  const choices = objectsOf(body['choices']).map((choice) => {
    const { text, logprobs, ...rest } = choice;
    return {
      ...rest,
      ...(logprobs === undefined
        ? {}
        : { logprobs: isObject(logprobs) ? zip(logprobs) : logprobs }),
      [field]: { content: stringOf(text) ?? '' },
    };
  });
  return { ...body, choices };
}

/** The other way. What a completion has no place for (reasoning, tool calls) is left out. */
export function fromChat(body: JsonObject, field: Field): JsonObject {
  if (!Array.isArray(body['choices'])) return body;
  const choices = objectsOf(body['choices']).map((choice) => {
    const { [field]: said, logprobs, ...rest } = choice;
    const { content, refusal } = isObject(said) ? said : {};
    return {
      text: stringOf(content) || stringOf(refusal) || '',
      ...rest,
      ...(logprobs === undefined
        ? {}
        : { logprobs: isObject(logprobs) ? unzip(logprobs) : logprobs }),
    };
  });
  const named = stringOf(body['object']) ?? 'chat.completion';
  const object = named.startsWith('chat.completion') ? 'text_completion' : named;
  return { ...body, object, choices };
}

/** An event in chat's form, for the state machines of chat. */
export function chatEvent(event: SseEvent): SseEvent {
  const { raw, data, id, lastEventId } = event;
  let view: unknown;
  return {
    ...{ raw, data, id, lastEventId, event: event.event },
    endsWith: (text) => event.endsWith(text),
    json() {
      if (view !== undefined) return view;
      const value = event.json();
      return (view = isObject(value) ? toChat(value, 'delta') : value);
    },
  };
}

/** A chat event as one of a completion. */
export function completionEvent(event: SseEvent): SseEvent {
  const value = event.json();
  if (!isObject(value)) return event;
  return withData(event, JSON.stringify(fromChat(value, 'delta')));
}

const columns = ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'];

/** Lists side by side as chat's list of tokens, which streams and editors know how to handle. */
function zip(logprobs: JsonObject): JsonObject {
  const { tokens } = logprobs;
  if (!Array.isArray(tokens)) return logprobs;
  const kept = columns.filter((name) => Array.isArray(logprobs[name]));
  const content = tokens.map((token, at): JsonValue => {
    const row: JsonObject = { token: token as JsonValue };
    for (const name of kept) row[name] = (logprobs[name] as JsonValue[])[at] ?? null;
    return row;
  });
  const rest = Object.fromEntries(
    Object.entries(logprobs).filter(([name]) => !kept.includes(name)),
  );
  return { ...rest, content };
}

function unzip(logprobs: JsonObject): JsonObject {
  const { content, refusal: _, ...rest } = logprobs;
  if (!Array.isArray(content)) return logprobs;
  const rows = objectsOf(content).map((row) => ('tokens' in row ? row : fromChatToken(row)));
  const kept = columns.filter((name) => rows.some((row) => row[name] !== undefined));
  return {
    ...rest,
    ...Object.fromEntries(kept.map((name) => [name, rows.map((row) => row[name] ?? null)])),
  };
}

/** Offsets are not known: they count from the prompt's end, in characters of whole tokens. */
function fromChatToken({ token, logprob, top_logprobs: top }: JsonObject): JsonObject {
  const others = objectsOf(top).map((one) => [
    stringOf(one['token']) ?? '',
    one['logprob'] ?? null,
  ]);
  return {
    tokens: token ?? '',
    token_logprobs: logprob ?? null,
    top_logprobs: Object.fromEntries(others),
  };
}
