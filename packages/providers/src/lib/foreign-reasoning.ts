/**
 * Reasoning that only the target that made it takes back: signatures, encrypted content, ids of items.
 * A target that stands in for another one is called without. Fact: the marks are valid on the route, often
 * the account, that made them (Anthropic, extended thinking; Google, thought signatures; OpenAI, reasoning).
 */
import { type Context, parseUrl } from '@wintergate/core';
import type { JsonObject, JsonValue, ModelCall, Notice } from '@wintergate/wire';
import { isObject, objectsOf } from './json.ts';
import { planKey, type Target } from './types.ts';

/** Whether this target stands in for one at another place, which made the turns before. */
export function standsIn(target: Target, context: Context): boolean {
  const first = context.get(planKey)?.candidates[0];
  if (first === undefined || first === target) return false;
  return (
    first.provider !== target.provider ||
    parseUrl(first.baseUrl).host !== parseUrl(target.baseUrl).host
  );
}

const rules: Readonly<Record<string, (body: JsonObject) => JsonObject>> = {
  'openai-chat': withoutChatMarks,
  'openai-responses': withoutReasoningItems,
  'anthropic-messages': withoutThinking,
  'google-generate': withoutThoughts,
};

/** The body without them; the same object when it has none. */
export function withoutReasoning(
  { dialect, body }: ModelCall,
  notice: (notice: Notice) => void,
): JsonObject {
  const written = rules[dialect.id]?.(body) ?? body;
  if (written !== body) {
    const detail = 'another target made it';
    notice({ field: 'reasoning', action: 'drop', detail });
  }
  return written;
}

function withoutChatMarks(body: JsonObject): JsonObject {
  return mapList(body, 'messages', (message) => {
    const own = without(message, ['reasoning_details', 'extra_content']);
    return mapList(own, 'tool_calls', (call) => without(call, ['extra_content']));
  });
}

/** Items name one another by id: without the reasoning all are anonymous. */
function withoutReasoningItems(body: JsonObject): JsonObject {
  if (!objectsOf(body['input']).some(({ type }) => type === 'reasoning')) return body;
  return mapList(body, 'input', (item) => {
    if (item['type'] === 'reasoning') return undefined;
    return item['type'] === 'item_reference' ? item : without(item, ['id']);
  });
}

const thinking: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['thinking', 'redacted_thinking']);

/** In an open tool loop a turn that thinks must begin with what it thought: there it thinks no more. */
function withoutThinking(body: JsonObject): JsonObject {
  const written = mapList(body, 'messages', (message) => {
    const kept = mapList(message, 'content', (block) =>
      thinking.has(block['type']) ? undefined : block,
    );
    return kept !== message && objectsOf(kept['content']).length === 0 ? undefined : kept;
  });
  if (written === body) return body;
  const last = objectsOf(body['messages']).at(-1);
  const isLoop = objectsOf(last?.['content']).some(({ type }) => type === 'tool_result');
  return isLoop ? without(written, ['thinking']) : written;
}

/** Google's own mark for histories that other models made. */
const noSignature = 'skip_thought_signature_validator';

function withoutThoughts(body: JsonObject): JsonObject {
  return mapList(body, 'contents', (content) =>
    mapList(content, 'parts', (part) => {
      if (part['thought'] === true) return undefined;
      if (part['thoughtSignature'] === noSignature) return part;
      const own = without(part, ['thoughtSignature', 'thought_signature']);
      const isCall = own['functionCall'] !== undefined || own['function_call'] !== undefined;
      return own !== part && isCall ? { ...own, thoughtSignature: noSignature } : own;
    }),
  );
}

/** A copy with each object of a list as `map` answers it, left out where it answers nothing. */
function mapList(
  of: JsonObject,
  field: string,
  map: (item: JsonObject) => JsonObject | undefined,
): JsonObject {
  const list = of[field];
  if (!Array.isArray(list)) return of;
  const mapped = list.flatMap((item): JsonValue[] => {
    if (!isObject(item)) return [item];
    const written = map(item);
    return written === undefined ? [] : [written];
  });
  const isSame = mapped.length === list.length && mapped.every((item, at) => item === list[at]);
  return isSame ? of : { ...of, [field]: mapped };
}

function without(of: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => of[name] !== undefined)) return of;
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));
}
