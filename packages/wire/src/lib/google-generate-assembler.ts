/** Builds the complete generateContent reply from its stream. */
import type { SseEvent, Usage } from '@wintergate/core';
import { candidateIndex, partsOf } from './google-generate-candidate.ts';
import { GoogleDecoder } from './google-generate-decoder.ts';
import { writeGoogleUsage } from './google-generate-usage.ts';
import { isObject, objectsOf, setMember } from './json.ts';
import type { JsonObject, JsonValue, ModelCall, StreamAssembler } from './types.ts';

const defaultMaxBytes = 8 * 1024 * 1024;

interface Candidate {
  readonly parts: JsonObject[];
  readonly fields: JsonObject;
}

class GoogleAssembler implements StreamAssembler {
  readonly #decoder: GoogleDecoder;
  readonly #candidates = new Map<number, Candidate>();
  readonly #fields: JsonObject = {};
  #left: number;

  constructor(choices: number | undefined, maxBytes: number) {
    this.#decoder = new GoogleDecoder(choices);
    this.#left = maxBytes;
  }

  push(event: SseEvent): void {
    this.#left -= event.raw.byteLength;
    if (this.#left < 0) {
      this.#candidates.clear();
      return;
    }
    this.#decoder.push(event);
    const { chunk = {} } = this.#decoder;
    // The latest value of each field counts: usage is cumulative.
    for (const key of Object.keys(chunk))
      if (key !== 'candidates') setMember(this.#fields, key, chunk[key] ?? null);
    for (const [at, candidate] of objectsOf(chunk['candidates']).entries())
      this.#candidate(candidateIndex(candidate, at), candidate);
  }

  result(usage?: Usage): JsonObject | undefined {
    if (this.#left < 0 || !this.#decoder.complete) return undefined;
    const { usageMetadata, ...fields } = this.#fields;
    const counts = usageMetadata ?? (usage === undefined ? undefined : writeGoogleUsage(usage));
    const candidates = [...this.#candidates.keys()]
      .sort((a, b) => a - b)
      .map((index): JsonObject => {
        const { parts, fields: own } = this.#candidates.get(index) as Candidate;
        return { content: { parts: [...parts], role: 'model' }, ...own, index };
      });
    return {
      ...(candidates.length === 0 ? {} : { candidates }),
      ...(counts === undefined ? {} : { usageMetadata: counts }),
      ...fields,
    };
  }

  #candidate(index: number, candidate: JsonObject): void {
    const own = this.#candidates.get(index) ?? { parts: [], fields: {} };
    this.#candidates.set(index, own);
    for (const part of partsOf(candidate)) addPart(own.parts, part);
    for (const key of Object.keys(candidate)) {
      if (key === 'content' || key === 'index') continue;
      const value = candidate[key] ?? null;
      if (key === 'logprobsResult' && isObject(value)) addLogprobs(own.fields, value);
      else setMember(own.fields, key, value);
    }
  }
}

/** Text goes on in the part before it when that is of its kind; a signature ends a part. */
function addPart(parts: JsonObject[], part: JsonObject): void {
  const last = parts[parts.length - 1];
  const { text, thought, thoughtSignature, ...rest } = part;
  if (typeof text !== 'string' || Object.keys(rest).length > 0) {
    parts.push(part);
    return;
  }
  const before = last?.['text'];
  const isSame = typeof before === 'string' && last?.['thought'] === thought;
  if (isSame && last?.['thoughtSignature'] === undefined)
    parts[parts.length - 1] = { ...last, ...part, text: before + text };
  else if (text !== '' || thoughtSignature !== undefined) parts.push(part);
}

/** Tokens go on; the lists are our own, events are shared. */
function addLogprobs(fields: JsonObject, value: JsonObject): void {
  const own = fields['logprobsResult'];
  const all: JsonObject = isObject(own) ? own : {};
  for (const key of Object.keys(value)) {
    const [before, more] = [all[key], value[key] as JsonValue];
    if (!Array.isArray(more)) setMember(all, key, more);
    else if (Array.isArray(before)) for (const item of more) before.push(item);
    else setMember(all, key, more.slice());
  }
  fields['logprobsResult'] = all;
}

/**
 * Creates the assembler of one stream.
 *
 * @param options.maxBytes size of the stream at which it gives up, in bytes. Default 8 MiB.
 */
export function createGoogleAssembler(
  call: ModelCall,
  options: { maxBytes?: number } = {},
): StreamAssembler {
  return new GoogleAssembler(call.parameters.choices, options.maxBytes ?? defaultMaxBytes);
}
