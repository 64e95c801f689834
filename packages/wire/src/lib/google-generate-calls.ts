/**
 * Function calls of a stream. They come whole, unless the caller asked for their arguments piece by
 * piece (`streamFunctionCallArguments`): then by JSON path, and put together here.
 */
import { isObject, objectsOf, setMember, stringOf } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

interface OpenCall {
  readonly part: JsonObject;
  readonly args: JsonObject;
}

const maxSize = 8 * 1024 * 1024;

export class CallJoiner {
  readonly #open = new Map<number, OpenCall>();
  #left = maxSize;

  /** The candidate's parts with every call whole: the same when none is in pieces. */
  join(choice: number, parts: readonly JsonObject[]): readonly JsonObject[] {
    if (this.#open.size === 0 && !parts.some(isPiece)) return parts;
    return parts.flatMap((part) => this.#part(choice, part));
  }

  /** Whether a call of this candidate has begun and not ended, or grew too large to be followed. */
  isOpen(choice: number): boolean {
    return this.#open.has(choice) || this.#left < 0;
  }

  #part(choice: number, part: JsonObject): JsonObject[] {
    const call = part['functionCall'];
    if (!isObject(call)) return [part];
    const name = stringOf(call['name']);
    let open = this.#open.get(choice);
    const ended = open !== undefined && name ? [whole(open)] : [];
    if (open === undefined || name) {
      if (!isPiece(part)) {
        this.#open.delete(choice);
        return [...ended, part];
      }
      open = { part, args: { ...(isObject(call['args']) ? call['args'] : {}) } };
      this.#open.set(choice, open);
    }
    for (const piece of objectsOf(call['partialArgs'])) {
      this.#left -= 64 + (stringOf(piece['stringValue'])?.length ?? 0);
      if (this.#left >= 0) apply(open.args, piece);
    }
    if (call['willContinue'] === true) return ended;
    this.#open.delete(choice);
    return [...ended, whole(open)];
  }
}

function isPiece({ functionCall: call }: JsonObject): boolean {
  return isObject(call) && (call['willContinue'] === true || Array.isArray(call['partialArgs']));
}

function whole({ part, args }: OpenCall): JsonObject {
  const { willContinue: _, partialArgs: _pieces, ...call } = part['functionCall'] as JsonObject;
  return { ...part, functionCall: { ...call, args } };
}

const step = /\.([^.[\]]{1,200})|\[(?:(\d{1,6})|'([^']{1,200})'|"([^"]{1,200})")\]/y;
const maxSteps = 64;

/** Sets what a piece tells at its path; text goes on where text stands already. */
function apply(args: JsonObject, piece: JsonObject): void {
  const path = (stringOf(piece['jsonPath']) ?? '').replace(/^\$/, '');
  const keys: (string | number)[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < path.length && keys.length < maxSteps) {
    const match = step.exec(path);
    if (match === null) return;
    keys.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]));
  }
  let at: JsonValue = args;
  for (const [depth, key] of keys.entries()) {
    const last = depth === keys.length - 1;
    const before = memberOf(at, key);
    const isNext = typeof before === 'object' && before !== null;
    const empty = typeof keys[depth + 1] === 'number' ? [] : {};
    const next: JsonValue = last ? pieceValue(piece, before) : isNext ? before : empty;
    if (!assign(at, key, next)) return;
    at = next;
  }
}

function memberOf(value: JsonValue, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Lists grow by one at a time: a place far outside would be a list of holes. */
function assign(target: JsonValue, key: string | number, value: JsonValue): boolean {
  if (Array.isArray(target)) {
    if (typeof key !== 'number' || key > target.length) return false;
    target[key] = value;
    return true;
  }
  if (!isObject(target)) return false;
  setMember(target, String(key), value);
  return true;
}

function pieceValue(piece: JsonObject, before: JsonValue | undefined): JsonValue {
  const { stringValue, numberValue, boolValue } = piece;
  if (typeof stringValue === 'string')
    return typeof before === 'string' ? before + stringValue : stringValue;
  return numberValue ?? boolValue ?? null;
}
