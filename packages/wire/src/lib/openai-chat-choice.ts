/** One choice of an OpenAI chat stream, put together. */
import { isObject, setMember, stringOf } from './json.ts';
import { ToolCallTracker } from './openai-chat-tools.ts';
import { calledOf, plainText, toolCallsOf } from './openai-content.ts';
import type { JsonObject, JsonValue } from './types.ts';

const texts: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'refusal',
  'reasoning',
  'reasoning_content',
]);

export class ChoiceAssembler {
  readonly #tracker = new ToolCallTracker();
  readonly #arguments: string[] = [];
  readonly #content: JsonValue[] = [];
  readonly #message: JsonObject = {};
  readonly #choice: JsonObject = {};
  #finish: string | undefined;

  push(choice: JsonObject): void {
    const { index: _, delta, finish_reason: finish, ...rest } = choice;
    if (isObject(delta)) this.#delta(delta);
    merge(this.#choice, rest);
    this.#finish = stringOf(finish) || this.#finish;
  }

  /** A delta of which nothing but this text is new. */
  pushText(field: string, text: string): void {
    if (field === 'content') this.#content.push(text);
    else merge(this.#message, { [field]: text });
  }

  /** The choice as a reply has it, `undefined` before its finish reason or with half a call. */
  result(index: number): JsonObject | undefined {
    if (this.#finish === undefined) return undefined;
    const calls: JsonValue[] = [];
    const message: JsonObject = {
      role: 'assistant',
      content: null,
      refusal: null,
      ...this.#message,
    };
    for (const { first, id, name, index: at } of this.#tracker.calls) {
      const text = this.#arguments[at] ?? '';
      const { index: _, custom, ...rest } = first;
      // Cut where nothing says so: no such reply was given.
      if (!isObject(custom) && this.#finish !== 'length' && !isArguments(text)) return undefined;
      if (first['type'] === 'legacy') message['function_call'] = { name, arguments: text };
      else if (isObject(custom))
        calls.push({ ...rest, id, type: 'custom', custom: { name, input: text } });
      else calls.push({ ...rest, id, type: 'function', function: { name, arguments: text } });
    }
    if (calls.length > 0) message['tool_calls'] = calls;
    const content = joined(this.#content);
    const hasOther = calls.length > 0 || message['function_call'] || message['refusal'];
    if (content !== '' || (!hasOther && this.#content.length > 0)) message['content'] = content;
    return { index, message, logprobs: null, ...this.#choice, finish_reason: this.#finish };
  }

  #delta(delta: JsonObject): void {
    const {
      role: _,
      content,
      tool_calls: _calls,
      function_call: _legacy,
      index: _index,
      ...rest
    } = delta;
    if (typeof content === 'string') this.#content.push(content);
    else if (Array.isArray(content)) this.#content.push(...content);
    for (const piece of toolCallsOf(delta)) {
      const { index } = this.#tracker.push(piece);
      this.#arguments[index] = (this.#arguments[index] ?? '') + calledOf(piece).arguments;
    }
    merge(this.#message, rest);
  }
}

/** Functions without parameters may be called with no text at all. */
function isArguments(text: string): boolean {
  try {
    JSON.parse(text.trim() || '0');
    return true;
  } catch {
    return false;
  }
}

/** Content as one text, or as parts where there are any: neighbours of one kind are one part. */
function joined(content: readonly JsonValue[]): JsonValue {
  if (content.every((piece) => typeof piece === 'string')) return content.join('');
  const parts: JsonObject[] = [];
  for (const piece of content) {
    const part = typeof piece === 'string' ? { type: 'text', text: piece } : piece;
    if (!isObject(part)) continue;
    const last = parts[parts.length - 1];
    const { type, text } = part;
    if (type === 'thinking') {
      const before =
        last?.['type'] === type ? plainText((parts.pop() as JsonObject)['thinking']) : '';
      parts.push({
        ...part,
        thinking: [{ type: 'text', text: before + plainText(part['thinking']) }],
      });
    } else if (typeof text === 'string' && last !== undefined && last['type'] === type) {
      last['text'] = `${last['text']}${text}`;
    } else if (text !== '') {
      parts.push({ ...part });
    }
  }
  return parts;
}

/** Texts and lists go on, objects are merged, anything else is replaced by its latest value. */
function merge(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined || value === null) continue;
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    if (typeof value === 'string' && texts.has(key)) target[key] = `${before ?? ''}${value}`;
    else if (Array.isArray(value) && Array.isArray(before)) before.push(...value);
    else if (isObject(value) && isObject(before)) merge(before, value);
    else setMember(target, key, ownCopy(value));
  }
}

/** What is merged into must be our own: events are shared. */
function ownCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.slice();
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setMember(copy, key, ownCopy(value[key] ?? null));
  return copy;
}
