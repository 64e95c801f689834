/** What the tests of this dialect share. Not part of any entry. */
import { googleGenerate } from './google-generate.ts';
import { eventsOf } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

export const base = 'http://gateway.test/v1beta/models/gemini-3-flash';

export function googleCall(
  fields: JsonObject = {},
  method = 'generateContent',
  url = base,
): ModelCall {
  const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], ...fields };
  return googleGenerate.readCall(body, 'chat', new URL(`${url}:${method}`));
}

export function streamCall(fields: JsonObject = {}): ModelCall {
  return googleCall(fields, 'streamGenerateContent');
}

/** A chunk of one candidate. */
export function googleChunk(
  parts: JsonObject[],
  finishReason?: string,
  rest: JsonObject = {},
): JsonObject {
  const finish = finishReason === undefined ? {} : { finishReason };
  return {
    candidates: [{ content: { parts, role: 'model' }, ...finish, index: 0 }],
    modelVersion: 'gemini-3-flash',
    responseId: 'r1',
    ...rest,
  };
}

export function googleFrames(chunks: readonly JsonObject[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
}

export function decodeGoogle(
  text: string,
  call: ModelCall = streamCall(),
): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = googleGenerate.createDecoder(call);
  const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}
