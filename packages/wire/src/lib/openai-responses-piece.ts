/** Events of a Responses stream that hold one piece of a text. */
import type { SseEvent } from '@wintergate/core';
import { type EventPiece, type FoundPiece, isSilent, pieceOf } from './event-piece.ts';
import { countOf, stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

const key = Symbol('@wintergate/wire/responses-piece');
const kinds: Readonly<Record<string, EventPiece['kind']>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_text.delta': 'reasoning',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'tool-arguments',
  'response.custom_tool_call_input.delta': 'tool-arguments',
};
const telling: ReadonlySet<string> = /* @__PURE__ */ new Set(['response', 'item']);

/** @returns what the event says, `undefined` when it is more than a piece of text or less. */
export function responsesPiece(event: SseEvent): EventPiece | undefined {
  return pieceOf(event, key, find);
}

function find({ type, delta, ...others }: JsonObject): FoundPiece | undefined {
  const name = stringOf(type) ?? '';
  const text = stringOf(delta);
  if (text === undefined || !Object.hasOwn(kinds, name) || !isSilent(others, telling)) return;
  const { item_id, output_index, content_index, summary_index } = others;
  const place = [item_id, output_index, content_index, summary_index];
  const block = countOf(output_index) ?? 0;
  return { kind: kinds[name]!, choice: 0, block, text, field: 'delta', place };
}
