/**
 * Calls that have come before, byte for byte. What a cache answers is asked again and again: the third time costs
 * a comparison of bytes, and neither parsing nor what else was worked out for the call.
 */
import { CallNotes, callNotes, giveNotes } from './call-notes.ts';
import type { ModelCall } from './types.ts';

interface KnownCall {
  readonly given: CallBytes;
  readonly call: ModelCall;
}

const places = 1024;
const maxBytes = 16 * 1024 * 1024;
/** A copy of a call's bytes, and what is made of them, take some eight times as much. */
const perByte = 8;
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

/** Remembers calls from the second time that they come, with the notes on them; few, since most come once. */
export class KnownCalls {
  readonly #seen = new Int32Array(places);
  readonly #kept: (KnownCall | undefined)[] = [];
  #bytes = 0;
  #next = 0;

  /** What the calls that are kept take with their notes, estimated: 16 MiB at most. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The call that these very bytes at this very address were read as. */
  find(given: CallBytes): ModelCall | undefined {
    const known = this.#kept[placeOf(given)];
    return known?.given.equals(given) === true ? known.call : undefined;
  }

  /** Takes a call that was read, and that nobody can change. One that came before is kept. */
  add(given: CallBytes, call: ModelCall): void {
    const { bytes, url, hash } = given;
    if (hash === 0) return;
    const place = placeOf(given);
    if (this.#seen[place] !== hash) {
      this.#seen[place] = hash;
      return;
    }
    this.#drop(place);
    giveNotes(call, new CallNotes((grown) => this.#count(grown)));
    // A copy: of a host's bytes more may be alive than these.
    this.#kept[place] = { given: new CallBytes(bytes.slice(), url), call };
    this.#count(perByte * bytes.length);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > maxBytes) this.#drop(this.#next++ % places);
  }

  #drop(place: number): void {
    const known = this.#kept[place];
    if (known === undefined) return;
    const notes = callNotes(known.call);
    notes?.close();
    this.#bytes -= perByte * known.given.bytes.length + (notes?.bytes ?? 0);
    this.#kept[place] = undefined;
  }
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
