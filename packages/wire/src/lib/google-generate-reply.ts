/** A complete generateContent reply: read in neutral form, and its text changed. */
import {
  blockReasonOf,
  candidateIndex,
  citationsOf,
  envelopeOf,
  readLogprobs,
} from './google-generate-candidate.ts';
import { callIds } from './google-generate-decoder.ts';
import { readGoogleError } from './google-generate-error.ts';
import { readGoogleFinish } from './google-generate-finish.ts';
import { readParts } from './google-generate-parts.ts';
import { piecesOf, writeCandidate } from './google-generate-text.ts';
import { readGoogleUsage } from './google-generate-usage.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, NeutralChoice, NeutralPart, NeutralReply, TextPiece } from './types.ts';

const dialect = 'google-generate';

/** Reads a reply's body. A prompt that was blocked is one choice that a filter stopped. */
export function readGoogleReply(body: unknown): NeutralReply {
  if (!isObject(body)) return { dialect, choices: [], error: readGoogleError(0, body) };
  const { candidates, ...extra } = body;
  const usage = readGoogleUsage(body['usageMetadata']);
  const envelope = envelopeOf(body);
  const blocked = blockReasonOf(body);
  const failed =
    (body['error'] ?? undefined) !== undefined ||
    (!Array.isArray(candidates) && blocked === undefined);
  const choices = objectsOf(candidates).map((candidate, at) =>
    readCandidate(candidate, candidateIndex(candidate, at), envelope.id ?? ''),
  );
  return {
    dialect,
    ...envelope,
    choices: blocked === undefined ? choices : [choiceOf([], 'content-filter', blocked)],
    ...(usage === undefined ? {} : { usage }),
    ...(failed ? { error: readGoogleError(0, body) } : {}),
    extra: failed ? body : extra,
  };
}

function readCandidate(candidate: JsonObject, index: number, id: string): NeutralChoice {
  const parts = readParts(candidate['content'], callIds(id, index, 0));
  const called = parts.some(({ type }) => type === 'tool-call');
  const raw = stringOf(candidate['finishReason']);
  const logprobs = readLogprobs(candidate);
  return {
    ...choiceOf(cited(parts, candidate), raw ? readGoogleFinish(raw, called) : undefined, raw),
    ...(logprobs === undefined ? {} : { logprobs }),
    extra: candidate,
  };
}

/** The sources belong to the last text. */
function cited(parts: NeutralPart[], candidate: JsonObject): NeutralPart[] {
  const citations = citationsOf(candidate);
  const last = parts.filter(({ type }) => type === 'text').pop();
  if (citations.length === 0) return parts;
  return parts.map((part) =>
    part === last && part.type === 'text' ? { ...part, citations } : part,
  );
}

function choiceOf(
  parts: readonly NeutralPart[],
  finish: NeutralChoice['finish'],
  finishRaw: string | undefined,
): NeutralChoice {
  const said = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    text: said('text'),
    reasoning: said('reasoning'),
    refusal: '',
    toolCalls: parts.filter((part) => part.type === 'tool-call'),
    parts,
    finish,
    ...(finishRaw ? { finishRaw } : {}),
  };
}

/** The text channels of a reply. Channels without text are left out. */
export function googleReplyText(body: JsonObject): readonly TextPiece[] {
  return objectsOf(body['candidates']).flatMap((candidate, at) =>
    piecesOf(candidate, candidateIndex(candidate, at)),
  );
}

/** A copy of the reply with the text of these channels replaced; see `Dialect.writeReplyText`. */
export function writeGoogleReplyText(
  body: JsonObject,
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  if (!Array.isArray(body['candidates'])) return body;
  const candidates = objectsOf(body['candidates']).map((candidate, at) => ({
    ...writeCandidate(candidate, candidateIndex(candidate, at), 0, edits, blocked),
    ...(blocked ? { finishReason: 'SAFETY' } : {}),
  }));
  return { ...body, candidates };
}
