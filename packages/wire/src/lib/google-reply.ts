/** A complete Google answer in neutral form. */
import { readGoogleError } from './google-error.ts';
import { readGoogleFinish } from './google-finish.ts';
import { readGoogleUsage } from './google-usage.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, NeutralChoice, NeutralPart, NeutralReply } from './types.ts';

/** See `TargetDialect.readReply`. */
export function readGoogleReply(body: unknown): NeutralReply {
  const dialect = 'google-generate';
  if (!isObject(body)) return { dialect, choices: [], error: readGoogleError(0, body) };
  const id = stringOf(body['responseId']);
  const model = stringOf(body['modelVersion']);
  const usage = readGoogleUsage(body['usageMetadata']);
  const blocked = blockReason(body);
  const candidates = objectsOf(body['candidates']);
  const failed = isObject(body['error']) || (candidates.length === 0 && blocked === undefined);
  return {
    dialect,
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    choices: candidates.length > 0 ? candidates.map(readCandidate) : blockedChoices(blocked),
    ...(usage === undefined ? {} : { usage }),
    ...(failed ? { error: readGoogleError(0, body) } : {}),
  };
}

function readCandidate(candidate: JsonObject): NeutralChoice {
  const parts = partsOf(candidate).map(readPart);
  const said = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const toolCalls = parts.filter((part) => part.type === 'tool-call');
  const raw = stringOf(candidate['finishReason']);
  const finish = raw === undefined ? undefined : readGoogleFinish(raw);
  return {
    text: said('text'),
    reasoning: said('reasoning'),
    refusal: '',
    toolCalls,
    parts,
    finish: finish === 'stop' && toolCalls.length > 0 ? 'tool-calls' : finish,
    ...(raw === undefined ? {} : { finishRaw: raw }),
  };
}

function blockedChoices(reason: string | undefined): NeutralChoice[] {
  if (reason === undefined) return [];
  const empty = { text: '', reasoning: '', refusal: '', toolCalls: [], parts: [] };
  return [{ ...empty, finish: 'content-filter', finishRaw: reason }];
}

/** Why the prompt itself was refused, if it was. */
export function blockReason(body: JsonObject): string | undefined {
  const feedback = body['promptFeedback'];
  return isObject(feedback) ? stringOf(feedback['blockReason']) : undefined;
}

/** The parts of a candidate. */
export function partsOf(candidate: JsonObject): readonly JsonObject[] {
  const content = candidate['content'];
  return isObject(content) ? objectsOf(content['parts']) : [];
}

/** A part of an answer. Code, its results and what is new are kept as they are. */
export function readPart(part: JsonObject): NeutralPart {
  const signature = stringOf(part['thoughtSignature']);
  const signed = signature === undefined ? {} : { signature };
  const called = part['functionCall'];
  if (isObject(called)) {
    return {
      type: 'tool-call',
      // Most models give none; a result must be able to name its call.
      id: stringOf(called['id']) || `call_${crypto.randomUUID().replaceAll('-', '')}`,
      name: stringOf(called['name']) ?? '',
      arguments: JSON.stringify(called['args'] ?? {}),
      ...signed,
      raw: part,
    };
  }
  const text = stringOf(part['text']);
  if (text !== undefined && part['thought'] === true)
    return { type: 'reasoning', text, ...signed, raw: part };
  if (text !== undefined) return { type: 'text', text, raw: part };
  const media = part['inlineData'];
  if (isObject(media)) {
    const { mimeType: mediaType, data } = media;
    if (typeof mediaType === 'string' && mediaType.startsWith('image/') && typeof data === 'string')
      return { type: 'image', mediaType, data, raw: part };
  }
  return { type: 'unknown', raw: part };
}
