/** Events of a Messages stream that hold one piece of a block's text. */
import type { SseEvent } from '@wintergate/core';
import { type EventPiece, type FoundPiece, isSilent, pieceOf } from './event-piece.ts';
import { countOf, isObject, stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

const key = Symbol('@wintergate/wire/anthropic-piece');
const telling: ReadonlySet<string> = /* @__PURE__ */ new Set(['usage']);

/** @returns what the event says, `undefined` when it is more than a piece of text or less. */
export function anthropicPiece(event: SseEvent): EventPiece | undefined {
  return pieceOf(event, key, find);
}

function find({ type, index, delta, ...others }: JsonObject): FoundPiece | undefined {
  if (type !== 'content_block_delta' || countOf(index) === undefined || !isObject(delta)) return;
  const { type: of, ...rest } = delta;
  const field = of === 'text_delta' ? 'text' : of === 'thinking_delta' ? 'thinking' : '';
  const text = stringOf(rest[field]);
  if (text === undefined || Object.keys(rest).length > 1 || !isSilent(others, telling)) return;
  const kind = field === 'text' ? 'text' : 'reasoning';
  return { kind, choice: 0, block: Number(index), text, field, place: [index] };
}
