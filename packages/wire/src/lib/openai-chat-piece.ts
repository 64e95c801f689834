/** Chunks of an OpenAI chat stream that hold one piece of text. */
import type { SseEvent } from '@wintergate/core';
import { textChannel } from './channel.ts';
import { type EventPiece, type FoundPiece, pieceOf } from './event-piece.ts';
import { isObject } from './json.ts';
import { choiceIndex, reasoningField, textsOf } from './openai-chat-text.ts';
import type { JsonObject, JsonValue } from './types.ts';

const key = Symbol('@wintergate/wire/chat-piece');
/** What a chunk may not say: each of these tells of something else, or is added to what came before it. */
const telling: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'usage finish_reason tool_calls function_call refusal reasoning reasoning_content'.split(' '),
);

/** @returns what the event says, `undefined` when it is more than a piece of text or less. */
export function chatPiece(event: SseEvent): EventPiece | undefined {
  return pieceOf(event, key, find);
}

function find(chunk: JsonObject): FoundPiece | undefined {
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
  if (own !== text || ![envelope, rest, others].every(isSilent)) return undefined;
  return { kind, channel: textChannel(kind, choiceIndex(choice)), text, field };
}

/** Whether a value changes nothing when it comes again. */
function isSilent(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return true;
  return Object.entries(value).every(([name, member]) => {
    if (member === undefined || member === null) return true;
    if (name === 'error') return false;
    return telling.has(name) ? (member as string | JsonValue[]).length === 0 : isSilent(member);
  });
}
