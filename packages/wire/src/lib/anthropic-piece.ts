/** Events of a Messages stream that hold one piece of a block's text. */
import type { SseEvent } from '@wintergate/core';
import { type EventPiece, type FoundPiece, isSilent, pieceOf } from './event-piece.ts';
import { countOf, isObject, stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

const key = Symbol('@wintergate/wire/anthropic-piece');
const kinds: Readonly<Record<string, readonly [field: string, EventPiece['kind']]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'reasoning'],
  input_json_delta: ['partial_json', 'tool-arguments'],
};
const telling: ReadonlySet<string> = /* @__PURE__ */ new Set(['usage']);

/** @returns what the event says, `undefined` when it is more than a piece of text or less. */
export function anthropicPiece(event: SseEvent): EventPiece | undefined {
  return pieceOf(event, key, find);
}

function find({ type, index, delta, ...others }: JsonObject): FoundPiece | undefined {
  if (type !== 'content_block_delta' || countOf(index) === undefined || !isObject(delta)) return;
  const { type: of, ...rest } = delta;
  const name = stringOf(of) ?? '';
  if (!Object.hasOwn(kinds, name)) return;
  const [field, kind] = kinds[name]!;
  const text = stringOf(rest[field]);
  if (text === undefined || Object.keys(rest).length > 1 || !isSilent(others, telling)) return;
  return { kind, choice: 0, block: Number(index), text, field, place: [index] };
}
