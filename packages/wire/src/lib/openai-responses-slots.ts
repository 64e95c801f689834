/** Where the text of an item stands: in the whole item, and in the events that say it piece by piece. */

import { textChannel, toolChannel } from './channel.ts';
import { objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue, TextChannel } from './types.ts';

/** One text of an item. */
export interface TextSlot {
  readonly kind: TextChannel['kind'];
  /** Its events are `response.{name}.delta` and `.done`. */
  readonly name: string;
  /** Its field in the `.done` event, and in its part. */
  readonly field: string;
  /** What tells its events apart, beside the item: `{ content_index: 0 }`. */
  readonly place: JsonObject;
  /** The part that holds it, announced by `response.{container}.added`. */
  readonly part?: JsonObject;
  readonly container?: 'content_part' | 'reasoning_summary_part';
  readonly text: string;
  /** The item with other text there. */
  write(item: JsonObject, text: string): JsonObject;
}

/** The texts of an item in order; none for items that a model does not write. */
export function textSlots(item: JsonObject): readonly TextSlot[] {
  switch (item['type']) {
    case 'message':
      return contentSlots(item);
    case 'reasoning':
      return [...summarySlots(item), ...contentSlots(item)];
    default: {
      const { type } = item;
      const known =
        typeof type === 'string' && Object.hasOwn(calls, type) ? calls[type] : undefined;
      return known === undefined ? [] : [fieldSlot(item, ...known)];
    }
  }
}

/** Items whose text is what a tool is to do: the events' name, and the field. */
const calls: Readonly<Record<string, readonly [string, string]>> = {
  function_call: ['function_call_arguments', 'arguments'],
  custom_tool_call: ['custom_tool_call_input', 'input'],
  mcp_call: ['mcp_call_arguments', 'arguments'],
  code_interpreter_call: ['code_interpreter_call_code', 'code'],
};

function fieldSlot(item: JsonObject, name: string, field: string): TextSlot {
  return {
    kind: 'tool-arguments',
    name,
    field,
    place: {},
    text: stringOf(item[field]) ?? '',
    write: (given, text) => ({ ...given, [field]: text }),
  };
}

const partNames: Readonly<Record<string, readonly [TextChannel['kind'], string]>> = {
  output_text: ['text', 'text'],
  refusal: ['refusal', 'refusal'],
  reasoning_text: ['reasoning', 'text'],
};

function contentSlots(item: JsonObject): TextSlot[] {
  return objectsOf(item['content']).flatMap((part, at): TextSlot[] => {
    const name = stringOf(part['type']) ?? '';
    if (!Object.hasOwn(partNames, name)) return [];
    const [kind, field] = partNames[name] as readonly [TextChannel['kind'], string];
    return [partSlot('content', kind, name, field, part, at)];
  });
}

function summarySlots(item: JsonObject): TextSlot[] {
  return objectsOf(item['summary']).map((part, at) =>
    partSlot('summary', 'reasoning', 'reasoning_summary_text', 'text', part, at),
  );
}

function partSlot(
  list: 'content' | 'summary',
  kind: TextChannel['kind'],
  name: string,
  field: string,
  part: JsonObject,
  at: number,
): TextSlot {
  return {
    kind,
    name,
    field,
    place: { [`${list}_index`]: at },
    part,
    container: list === 'content' ? 'content_part' : 'reasoning_summary_part',
    text: stringOf(part[field]) ?? '',
    write(item, text) {
      const parts = [...(item[list] as JsonValue[])];
      parts[at] = withText(parts[at] as JsonObject, field, text);
      return { ...item, [list]: parts };
    },
  };
}

/** Log probabilities spell out the text that was there before. */
export function withText(part: JsonObject, field: string, text: string): JsonObject {
  if (part[field] === text) return part;
  return { ...part, [field]: text, ...(part['logprobs'] === undefined ? {} : { logprobs: [] }) };
}

/** Gives each text of an answer its channel: they are counted by kind. */
export function createChannels(): (kind: TextChannel['kind']) => TextChannel {
  const counts = { text: 0, reasoning: 0, refusal: 0, 'tool-arguments': 0 };
  return (kind) => {
    const index = counts[kind]++;
    return kind === 'tool-arguments' ? toolChannel(0, index) : textChannel(kind, 0, index);
  };
}
