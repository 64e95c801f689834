/** The last turns of a conversation as one text, where earlier turns need not be the very same. */
import type { CallIdentity, JsonObject, JsonValue } from '@wintergate/wire';

/** What is compared by likeness, and what must be equal. */
export interface TurnsIdentity extends Pick<CallIdentity, 'scope' | 'text'> {
  /** More than one turn is compared. */
  readonly several: boolean;
}

/** Where the dialects keep their messages. */
const lists = ['messages', 'input', 'contents'] as const;
/** Each turn is a sentence of its own, however its writer ended it. */
const between = '. ';
const ending = /[.!?…。？！؟\s]{1,20}$/;

/**
 * The identity with the texts of the last `count` turns of the user, and of the answers between them, in
 * `text`. Turns that are more than text, or that have other members, end it: they must be equal.
 */
export function lastTurns(identity: CallIdentity, count: number): TurnsIdentity {
  const { scope, text } = identity;
  const whole = { scope, text, several: false };
  if (count <= 1 || text === undefined || !isObject(scope)) return whole;
  const name = lists.find((one) => Array.isArray(scope[one]));
  if (name === undefined) return whole;
  const messages = scope[name] as readonly JsonValue[];
  const texts = [text];
  let start = messages.length - 1;
  let wanted = 'answer';
  for (let left = (count - 1) * 2; left > 0 && start > 0; left--) {
    const turn = plainTurn(messages[start - 1]);
    if (turn === undefined || turn.by !== wanted) break;
    texts.unshift(turn.text);
    start--;
    wanted = wanted === 'answer' ? 'user' : 'answer';
  }
  // A conversation begins with its user.
  if (wanted === 'user') {
    texts.shift();
    start++;
  }
  if (texts.length === 1) return whole;
  const rest = [...messages.slice(0, start), messages[messages.length - 1] as JsonValue];
  return {
    scope: [texts.length, { ...scope, [name]: rest }],
    text: [...texts.slice(0, -1).map((turn) => turn.replace(ending, '')), texts.at(-1)].join(
      between,
    ),
    several: true,
  };
}

function plainTurn(message: JsonValue | undefined): { by: string; text: string } | undefined {
  if (!isObject(message) || Object.keys(message).length !== 2) return undefined;
  const { role, content, parts } = message;
  const by = role === 'user' ? 'user' : role === 'assistant' || role === 'model' ? 'answer' : '';
  const only = Array.isArray(parts) && parts.length === 1 ? parts[0] : undefined;
  const text = isObject(only) && Object.keys(only).length === 1 ? only['text'] : content;
  return by !== '' && typeof text === 'string' ? { by, text } : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
