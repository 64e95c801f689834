/** Chunks of an OpenAI chat stream that hold one piece of text. */
import type { SseEvent } from '@wintergate/core';
import {
  type EventPiece,
  type FoundPiece,
  isSilent,
  pieceOf,
  type TextKind,
} from './event-piece.ts';
import { isObject } from './json.ts';
import { choiceIndex, reasoningField, textsOf } from './openai-chat-text.ts';
import type { JsonObject } from './types.ts';

const key = Symbol('@wintergate/wire/chat-piece');
/** What a chunk may not say: each of these tells of something else, or is added to what came before it. */
const telling: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'usage finish_reason tool_calls function_call refusal reasoning reasoning_content'.split(' '),
);

/** @returns what the event says, `undefined` when it is more than a piece of text or less. */
export function chatPiece(event: SseEvent): EventPiece<TextKind> | undefined {
  return pieceOf(event, key, find);
}

function find(chunk: JsonObject): FoundPiece<TextKind> | undefined {
  const { choices, ...envelope } = chunk;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const [choice] = choices;
  if (!isObject(choice) || !isObject(choice['delta'])) return undefined;
  const { delta, ...rest } = choice;
  const [one, ...more] = textsOf(delta);
  if (one === undefined || more.length > 0) return undefined;
  const [kind, text] = one;
  const field = kind === 'text' ? 'content' : kind === 'refusal' ? kind : reasoningField(delta);
  const { [field]: own, ...others } = delta;
  if (own !== text || !isSilent({ envelope, rest, others }, telling)) return undefined;
  return { kind, choice: choiceIndex(choice), block: 0, text, field };
}
