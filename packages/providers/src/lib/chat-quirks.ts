/** How a host departs from OpenAI's chat format: data, and the one place that goes by it. */
import {
  type JsonObject,
  type JsonValue,
  type Notice,
  openaiChat,
  type TargetDialect,
  unsupported,
} from '@wintergate/wire';
import { isObject } from './json.ts';

/** All names are those of the body of a chat completions request. */
export interface ChatQuirks {
  /** Fields that have another name there. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /** Hints that are refused there: left out and told. */
  readonly drop?: readonly string[] | undefined;
  /** Fields that it can not honour and without which it is another call: a 400 unless they ask for nothing. */
  readonly refuse?: readonly string[] | undefined;
  /** By field: the host's words for OpenAI's values; `null` leaves the field out. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | null>>>> | undefined;
  /** As `values`, where the host's word is only the nearest: told. */
  readonly clamps?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Roles that have another name there, such as `developer`. */
  readonly roles?: Readonly<Record<string, string>> | undefined;
  /** Fields of messages that are refused there. */
  readonly dropOfMessages?: readonly string[] | undefined;
  /** Ids of tool calls are nine letters and digits there; others are written anew, alike in call and result. */
  readonly shortToolIds?: boolean | undefined;
  /** JSON is written there on request, but by no schema: the schema goes into the system text. */
  readonly noJsonSchema?: boolean | undefined;
  /**
   * Its answers depart from OpenAI's form so far that SDKs misread them (content in parts, tool calls
   * without a type): they are written anew, without the host's own extra fields.
   */
  readonly rewriteReplies?: boolean | undefined;
}

/** Reads a host's answers as those of another format, which is written anew for the caller. */
export const foreignChat: TargetDialect = {
  ...openaiChat,
  readReply: (body, call) => ({ ...openaiChat.readReply(body, call), dialect: 'openai-chat-like' }),
};

/**
 * A body as the host takes it; the same object when nothing differs.
 *
 * @throws {RequestError} 400 naming the field, for what must not be left out.
 */
export function applyQuirks(
  given: JsonObject,
  quirks: ChatQuirks,
  notice: (notice: Notice) => void,
): JsonObject {
  const body = { ...given };
  let changed = false;
  for (const field of quirks.refuse ?? []) {
    if (body[field] === undefined) continue;
    if (!asksForNothing(field, body[field])) throw unsupported(field);
    delete body[field];
    changed = true;
  }
  for (const field of quirks.drop ?? []) {
    if (body[field] === undefined) continue;
    // What a stream shall tell beside the answer is asked for by us.
    const isTold = field !== 'stream_options' && !asksForNothing(field, body[field]);
    if (isTold) notice({ field, action: 'drop' });
    delete body[field];
    changed = true;
  }
  for (const [field, words] of [...entriesOf(quirks.values), ...entriesOf(quirks.clamps)]) {
    const value = body[field];
    if (typeof value !== 'string' || !Object.hasOwn(words, value)) continue;
    const word = words[value];
    changed = true;
    if (word === null) delete body[field];
    else body[field] = word;
    if (word === null) notice({ field, action: 'drop', detail: `no ${value} there` });
    else if (quirks.clamps?.[field] === words)
      notice({ field, action: 'clamp', detail: `${value} becomes ${word}` });
  }
  for (const [field, name] of Object.entries(quirks.rename ?? {})) {
    const value = body[field];
    if (value === undefined) continue;
    changed = true;
    delete body[field];
    // Who wrote the host's own name meant it.
    body[name] ??= value;
  }
  if (quirks.noJsonSchema === true) changed = withoutSchema(body, notice) || changed;
  const messages = messagesFor(body['messages'], quirks);
  if (messages !== body['messages']) changed = true;
  return changed ? { ...body, messages } : given;
}

function entriesOf<T>(record: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(record ?? {});
}

function asksForNothing(field: string, value: JsonValue | undefined): boolean {
  if (value === null || value === undefined || value === false) return true;
  if (field === 'n') return value === 1;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The messages in the host's form; the same array when none differs. */
function messagesFor(
  messages: JsonValue | undefined,
  { roles = {}, dropOfMessages = [], shortToolIds = false }: ChatQuirks,
): JsonValue | undefined {
  if (!Array.isArray(messages)) return messages;
  let changed = false;
  const written = messages.map((message) => {
    if (!isObject(message)) return message;
    const own: JsonObject = { ...message };
    const { role, tool_call_id: answered, tool_calls: calls } = message;
    if (typeof role === 'string' && Object.hasOwn(roles, role)) own['role'] = roles[role];
    for (const field of dropOfMessages) delete own[field];
    if (shortToolIds && typeof answered === 'string') own['tool_call_id'] = shortId(answered);
    if (shortToolIds && Array.isArray(calls))
      own['tool_calls'] = calls.map((call) =>
        isObject(call) && typeof call['id'] === 'string'
          ? { ...call, id: shortId(call['id']) }
          : call,
      );
    if (!isSame(own, message)) changed = true;
    return isSame(own, message) ? message : own;
  });
  return changed ? written : messages;
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name === 'tool_calls' || a[name] === b[name]) &&
    JSON.stringify(a['tool_calls']) === JSON.stringify(b['tool_calls'])
  );
}

/** Nine letters and digits that stand for an id: the same for the same, two hashes wide. */
function shortId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/.test(id)) return id;
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let at = 0; at < id.length; at++) {
    low = Math.imul(low ^ id.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ id.charCodeAt(at), 0x85ebca6b);
  }
  const text = (low >>> 0).toString(36) + (high >>> 0).toString(36);
  return text.padEnd(9, '0').slice(0, 9);
}

/** @returns whether there was a schema. */
function withoutSchema(body: JsonObject, notice: (notice: Notice) => void): boolean {
  const format = body['response_format'];
  if (!isObject(format) || format['type'] !== 'json_schema') return false;
  const described = format['json_schema'];
  const schema = isObject(described) ? described['schema'] : undefined;
  notice({ field: 'response_format', action: 'emulate', detail: 'the schema is told as text' });
  body['response_format'] = { type: 'json_object' };
  const content = `Answer with one JSON object that follows this JSON schema: ${JSON.stringify(schema ?? {})}`;
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  body['messages'] = [{ role: 'system', content }, ...messages];
  return true;
}
