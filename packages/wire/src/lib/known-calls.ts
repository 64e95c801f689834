/**
 * Calls that have come before, byte for byte. What a cache answers is asked again and again: the third time costs
 * a comparison of bytes, and neither parsing nor what else was worked out for the call.
 */
import { freezeJson } from '@wintergate/core';
import type { ModelCall } from './types.ts';

interface KnownCall {
  readonly given: CallBytes;
  readonly call: ModelCall;
}

const places = 1024;
/** What is made of a call takes some five times its bytes. */
const maxBytes = 2 * 1024 * 1024;
const largestCall = 64 * 1024;

/** What came, and its hash: made once for a lookup and what follows it. */
export class CallBytes {
  readonly bytes: Uint8Array;
  readonly url: string;
  readonly view: DataView;
  readonly hash: number;

  constructor(bytes: Uint8Array, url: string) {
    this.bytes = bytes;
    this.url = url;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.hash = bytes.length > largestCall ? 0 : hashOf(this.view);
  }

  equals({ bytes, url, view, hash }: CallBytes): boolean {
    const { length } = bytes;
    if (hash !== this.hash || length !== this.bytes.length || url !== this.url) return false;
    let at = 0;
    for (; at + 4 <= length; at += 4)
      if (view.getInt32(at) !== this.view.getInt32(at)) return false;
    for (; at < length; at++) if (bytes[at] !== this.bytes[at]) return false;
    return true;
  }
}

/** Remembers calls from the second time that they come; few, since most come once. */
export class KnownCalls {
  readonly #seen = new Int32Array(places);
  readonly #kept: (KnownCall | undefined)[] = [];
  #bytes = 0;
  #next = 0;

  /** Bytes of the calls that are kept: 2 MiB at most. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The call that these very bytes at this very address were read as. */
  find(given: CallBytes): ModelCall | undefined {
    const known = this.#kept[placeOf(given)];
    return known?.given.equals(given) === true ? known.call : undefined;
  }

  /** Takes a call that was read. One that came before is kept, and can not be changed any more. */
  add(given: CallBytes, call: ModelCall): void {
    const { bytes, url, hash } = given;
    if (hash === 0) return;
    const place = placeOf(given);
    if (this.#seen[place] !== hash) {
      this.#seen[place] = hash;
      return;
    }
    // Exchanges will share it that know nothing of each other.
    freezeJson(call.body);
    (call as NotedCall)[notesKey] ??= new Map();
    this.#drop(place);
    // A copy: of a host's bytes more may be alive than these.
    this.#kept[place] = { given: new CallBytes(bytes.slice(), url), call };
    this.#bytes += bytes.length;
    while (this.#bytes > maxBytes) this.#drop(this.#next++ % places);
  }

  #drop(place: number): void {
    this.#bytes -= this.#kept[place]?.given.bytes.length ?? 0;
    this.#kept[place] = undefined;
  }
}

const notesKey = Symbol('@wintergate/wire/notes');

interface NotedCall {
  [notesKey]?: Map<object, unknown>;
}

/**
 * Where to keep what follows from a call alone, for when it comes again: from the second time on that the same
 * bytes come to the same address. Nothing of an exchange belongs there: neither who asked, nor headers.
 *
 * @returns a map, by an object of your own; `undefined` for a call that has come once.
 * @example
 * const notes = callNotes(call);
 * const facts = (notes?.get(mine) as Facts | undefined) ?? read(call);
 * notes?.set(mine, facts);
 */
export function callNotes(call: ModelCall): Map<object, unknown> | undefined {
  return (call as NotedCall)[notesKey];
}

/** Over all bytes, four at a time: calls of one application differ in a few of them. Not 0. */
function hashOf(view: DataView): number {
  const { byteLength } = view;
  let hash = byteLength;
  let at = 0;
  for (; at + 4 <= byteLength; at += 4) hash = mix(hash, view.getInt32(at));
  for (; at < byteLength; at++) hash = mix(hash, view.getUint8(at));
  return hash | 1;
}

function placeOf({ hash }: CallBytes): number {
  return (hash >>> 8) & (places - 1);
}

function mix(sum: number, word: number): number {
  const mixed = Math.imul(sum ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
