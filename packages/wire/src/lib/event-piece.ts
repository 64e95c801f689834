/**
 * Events that hold one piece of one text and nothing else that is new: most of every stream. What
 * one of them says is read once for all that share its frame.
 */
import type { EventFrame, SseEvent } from '@wintergate/core';
import { isObject } from './json.ts';
import type { JsonObject, JsonValue, TextChannel } from './types.ts';

/** A text that is an answer, not a call of a tool. */
export type TextKind = Exclude<TextChannel['kind'], 'tool-arguments'>;

/** What all events of a frame say, but for the texts in its holes. */
export interface EventPiece<Kind = TextChannel['kind']> {
  readonly kind: Kind;
  readonly choice: number;
  /** Which block, item or part of the choice, in formats that have them. */
  readonly block: number;
  /** Which of the event's `texts` the piece is, and the name of the member that holds it. */
  readonly hole: number;
  readonly field: string;
  /** The other holes, all members of the event itself. */
  readonly fields: readonly FieldHole[];
}

export interface FieldHole {
  readonly name: string;
  readonly hole: number;
  readonly isNumber: boolean;
}

/** Where the piece stands in the parsed frame. */
export interface FoundPiece<Kind = TextChannel['kind']>
  extends Pick<EventPiece<Kind>, 'kind' | 'choice' | 'block' | 'field'> {
  readonly text: string;
  /** Members of the event that tell whose piece it is: the same in all events of the frame. */
  readonly place?: readonly (JsonValue | undefined)[];
}

/**
 * @param key under which the frame keeps the answer.
 * @param find the piece in a parsed event; `undefined` when the event says more than that, or what would count again
 *   if it came again.
 * @returns what this event's frame says, `undefined` when it has none or says anything else.
 */
export function pieceOf<Kind extends TextChannel['kind']>(
  event: SseEvent,
  key: symbol,
  find: (body: JsonObject) => FoundPiece<Kind> | undefined,
): EventPiece<Kind> | undefined {
  const { frame } = event;
  if (frame === undefined || event.event === 'error') return undefined;
  const known = frame[key] as EventPiece<Kind> | null | undefined;
  if (known !== undefined) return known ?? undefined;
  const piece = readPiece(frame, find);
  frame[key] = piece ?? null;
  return piece;
}

/** The text of an event whose frame says that it is a piece. */
export function pieceText({ texts }: SseEvent, { hole }: Pick<EventPiece, 'hole'>): string {
  return texts![hole]!;
}

/** Whether a value changes nothing when it comes again: it holds no lists, and none of these names says something. */
export function isSilent(value: JsonValue, telling: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return true;
  return Object.entries(value).every(([name, member]) => {
    if (member === undefined || member === null) return true;
    // Even an empty one.
    if (name === 'error') return false;
    return telling.has(name)
      ? (member as string | JsonValue[]).length === 0
      : isSilent(member, telling);
  });
}

function readPiece<Kind extends TextChannel['kind']>(
  frame: EventFrame,
  find: (body: JsonObject) => FoundPiece<Kind> | undefined,
): EventPiece<Kind> | undefined {
  const { marks, json: body } = frame.sample();
  const found = isObject(body) ? find(body) : undefined;
  if (found === undefined) return undefined;
  const { text, place = [], ...said } = found;
  if (place.some((value) => marks.includes(String(value)))) return undefined;
  const hole = marks.indexOf(text);
  const fields: FieldHole[] = [];
  for (const [name, value] of Object.entries(body as JsonObject)) {
    const at = marks.indexOf(String(value));
    if (at === -1 || at === hole) continue;
    fields.push({ name, hole: at, isNumber: typeof value === 'number' });
  }
  // Whatever stands in a hole elsewhere might change what the event says.
  return hole === -1 || fields.length + 1 < marks.length ? undefined : { ...said, hole, fields };
}
