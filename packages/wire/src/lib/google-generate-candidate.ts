/** What candidates of chunks and of whole replies have in common. */
import { countOf, isObject, objectsOf, setMember, stringOf } from './json.ts';
import type { JsonObject, JsonValue, NeutralCitation } from './types.ts';

/** The API allows 8; one that goes on is not followed. */
export const maxCandidates = 128;

/** A candidate's own index, else its position. */
export function candidateIndex({ index }: JsonObject, position: number): number {
  return countOf(index) ?? position;
}

export function partsOf({ content }: JsonObject): readonly JsonObject[] {
  return isObject(content) ? objectsOf(content['parts']) : [];
}

/** Why nothing was answered at all: the prompt was blocked. */
export function blockReasonOf(body: JsonObject): string | undefined {
  const { promptFeedback, candidates } = body;
  if (!isObject(promptFeedback) || objectsOf(candidates).length > 0) return undefined;
  return stringOf(promptFeedback['blockReason']) || undefined;
}

/** `{ id, model, created }` as far as the body has them. */
export function envelopeOf(body: JsonObject): { id?: string; model?: string; created?: number } {
  const { responseId: id, modelVersion: model, createTime } = body;
  const created = Math.floor(Date.parse(stringOf(createTime) ?? '') / 1000);
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(created >= 0 ? { created } : {}),
  };
}

/** The sources of a candidate: those it quotes, and those that a search found. Places are in bytes, and left out. */
export function citationsOf(candidate: JsonObject): NeutralCitation[] {
  const { citationMetadata: cited, groundingMetadata: grounding } = candidate;
  const found: NeutralCitation[] = [];
  if (isObject(cited)) {
    for (const raw of objectsOf(cited['citationSources'] ?? cited['citations']))
      found.push(citation(raw, raw));
  }
  if (!isObject(grounding)) return found;
  const chunks = objectsOf(grounding['groundingChunks']);
  for (const support of objectsOf(grounding['groundingSupports'])) {
    const { segment, groundingChunkIndices: indices } = support;
    const quote = isObject(segment) ? stringOf(segment['text']) : undefined;
    for (const index of Array.isArray(indices) ? indices : []) {
      const web = chunks[index as number]?.['web'];
      if (isObject(web)) found.push({ ...citation(web, support), ...(quote ? { quote } : {}) });
    }
  }
  return found;
}

function citation({ uri, title }: JsonObject, raw: JsonObject): NeutralCitation {
  return {
    ...(typeof uri === 'string' ? { url: uri } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    raw,
  };
}

export function writeCitations(citations: readonly NeutralCitation[]): JsonObject {
  if (citations.length === 0) return {};
  const groundingChunks = citations.map(({ url = '', title = '' }) => ({
    web: { uri: url, title },
  }));
  const groundingSupports = citations.map(({ quote = '' }, at) => ({
    segment: { text: quote },
    groundingChunkIndices: [at],
  }));
  return { groundingMetadata: { groundingChunks, groundingSupports } };
}

/** Log probabilities in OpenAI's form. */
export function readLogprobs(candidate: JsonObject): JsonObject | undefined {
  const result = candidate['logprobsResult'];
  if (!isObject(result)) return undefined;
  const tops = objectsOf(result['topCandidates']);
  const content = objectsOf(result['chosenCandidates']).map(
    (chosen, at): JsonObject => ({
      ...logprob(chosen),
      top_logprobs: objectsOf(tops[at]?.['candidates']).map(logprob),
    }),
  );
  return content.length === 0 ? undefined : { content, refusal: null };
}

function logprob({ token, logProbability }: JsonObject): JsonObject {
  return { token: token ?? '', logprob: logProbability ?? 0, bytes: null };
}

export function writeLogprobs(logprobs: JsonObject | undefined): JsonObject {
  const tokens = objectsOf(logprobs?.['content']);
  if (tokens.length === 0) return {};
  const chosenCandidates = tokens.map(ownLogprob);
  const topCandidates = tokens.map((token) => ({
    candidates: objectsOf(token['top_logprobs']).map(ownLogprob),
  }));
  return { logprobsResult: { chosenCandidates, topCandidates } };
}

function ownLogprob({ token, logprob }: JsonObject): JsonObject {
  return { token: token ?? '', logProbability: logprob ?? 0 };
}

/** Arguments as the object that Google wants. What is none stands in one. */
export function argsOf(text: string): JsonObject {
  let args: unknown = {};
  try {
    args = JSON.parse(text || '{}');
  } catch {
    args = text;
  }
  if (isObject(args)) return args;
  const wrapped: JsonObject = {};
  setMember(wrapped, 'value', args as JsonValue);
  return wrapped;
}
