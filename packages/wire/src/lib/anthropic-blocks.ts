/** The text in a block of an answer: where it stands, and on which channel. */
import { textChannel, toolChannel } from './channel.ts';
import { isObject, stringOf } from './json.ts';
import type { JsonObject, TextChannel } from './types.ts';

/** How a kind of block says its text: whole, and piece by piece. */
export interface BlockForm {
  readonly kind: 'text' | 'reasoning' | 'tool-arguments';
  readonly field: string;
  readonly deltaType: string;
  readonly deltaField: string;
}

const text: BlockForm = {
  kind: 'text',
  field: 'text',
  deltaType: 'text_delta',
  deltaField: 'text',
};
const thinking: BlockForm = {
  kind: 'reasoning',
  field: 'thinking',
  deltaType: 'thinking_delta',
  deltaField: 'thinking',
};
const input: BlockForm = {
  kind: 'tool-arguments',
  field: 'input',
  deltaType: 'input_json_delta',
  deltaField: 'partial_json',
};

/** `undefined` for blocks without text of the model: results of hosted tools, say. */
export function formOf({ type }: JsonObject): BlockForm | undefined {
  if (type === 'text') return text;
  if (type === 'thinking') return thinking;
  // The input of hosted tools is the model's too.
  return typeof type === 'string' && type.endsWith('tool_use') ? input : undefined;
}

/** The text of a whole block. */
export function textOfBlock(block: JsonObject, form: BlockForm): string {
  if (form !== input) return stringOf(block[form.field]) ?? '';
  const given = block['input'];
  return isObject(given) && Object.keys(given).length === 0 ? '' : JSON.stringify(given ?? {});
}

/** Gives each block of an answer its channel: they are counted by kind. */
export function createChannels(): (form: BlockForm) => TextChannel {
  const counts = { text: 0, reasoning: 0, 'tool-arguments': 0 };
  return ({ kind }) => {
    const index = counts[kind]++;
    return kind === 'tool-arguments' ? toolChannel(0, index) : textChannel(kind, 0, index);
  };
}
