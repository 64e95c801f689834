/** The dialect of OpenAI embeddings. */
import { openaiErrorFormat } from '@wintergate/core';
import { type CallReaders, createCall } from './call.ts';
import { type Check, checkBody, fault, integer, is, list, optional, shape } from './check.ts';
import { embeddingIdentity } from './identity.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { modelName } from './openai-chat-check.ts';
import { readOpenaiError } from './openai-error.ts';
import { deploymentOf, endsWithPath, endUserOf } from './openai-request.ts';
import { embeddingSegments } from './openai-segments.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import { writableParameters } from './translation-table.ts';
import type { Dialect, JsonObject, ModelCall, NeutralPart, NeutralReply } from './types.ts';
import { toNumbers, vectorReplies } from './vector-replies.ts';

const inputs = 'a string, an array of strings or of token numbers';
const texts = list(is('string'));
const tokens = list(integer(0));
const tokenLists = list(tokens);

/** Text, texts, token numbers, or lists of token numbers; all of one kind. */
const input: Check = (value) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value) || value.length === 0) return fault(inputs, value);
  if (typeof value[0] === 'string') return texts(value);
  return Array.isArray(value[0]) ? tokenLists(value) : tokens(value);
};

const embeddingsBody: Check = shape({
  model: modelName,
  input,
  dimensions: optional(integer(1)),
  encoding_format: optional(is('string')),
  user: optional(is('string')),
});

const readers: CallReaders = {
  system: () => '',
  messages: (body) =>
    embeddingSegments(body).map(({ text }) => ({ role: 'user', parts: [{ type: 'text', text }] })),
  tools: () => [],
  parameters: ({ dimensions }) => (typeof dimensions === 'number' ? { dimensions } : {}),
  mapped: /* @__PURE__ */ new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']),
};

/** OpenAI embeddings: `POST …/embeddings` under any prefix. Such a call never streams. */
export const openaiEmbeddings: Dialect = {
  ...vectorReplies,
  id: 'openai-embeddings',
  operations: ['embeddings'],
  errorFormat: openaiErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && endsWithPath(path, '/embeddings') ? 'embeddings' : undefined,
  readCall(body, operation, url) {
    checkBody(body, embeddingsBody);
    return createCall(
      {
        dialect: openaiEmbeddings,
        operation,
        body,
        model: stringOf(body['model']) ?? deploymentOf(url),
        stream: false,
        streamUsage: false,
        endUser: endUserOf(body),
      },
      readers,
    );
  },
  segments: (call) => embeddingSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => ({ ...call.body, model }),
  identity: embeddingIdentity,
  writeCall(call, options) {
    const { dimensions } = writableParameters(call, 'openai-embeddings', options);
    const body = {
      model: options.model ?? call.model ?? '',
      input: call.messages.map(({ parts }) => textOf(parts)),
      encoding_format: 'float',
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(call.endUser === undefined ? {} : { user: call.endUser }),
    };
    return { body, path: '/embeddings' };
  },
  readReply: readEmbeddingsReply,
  writeReply: writeEmbeddingsReply,
  readError: readOpenaiError,
};

function textOf(parts: readonly NeutralPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function readEmbeddingsReply(body: unknown): NeutralReply {
  const dialect = 'openai-embeddings';
  if (!isObject(body) || body['error'] || !Array.isArray(body['data'])) {
    return { dialect, choices: [], error: readOpenaiError(0, body) };
  }
  const { data, model, ...extra } = body;
  const usage = readOpenaiUsage(body['usage']);
  return {
    dialect,
    ...(typeof model === 'string' ? { model } : {}),
    choices: [],
    embeddings: objectsOf(data).map(({ embedding }) => embedding as number[] | string),
    ...(usage === undefined ? {} : { usage }),
    extra,
  };
}

function writeEmbeddingsReply(reply: NeutralReply, call: ModelCall): JsonObject {
  const own = reply.dialect === 'openai-embeddings';
  const asText = call.body['encoding_format'] === 'base64';
  const data = (reply.embeddings ?? []).map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: asText ? toBase64(vector) : toNumbers(vector),
  }));
  const { inputTokens = 0 } = reply.usage ?? {};
  return {
    object: 'list',
    data,
    model: reply.model ?? call.model ?? '',
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
    ...(own ? reply.extra : {}),
  };
}

function toBase64(vector: readonly number[] | string): string {
  if (typeof vector === 'string') return vector;
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [at, value] of vector.entries()) view.setFloat32(at * 4, value, true);
  let text = '';
  for (let at = 0; at < view.byteLength; at++) text += String.fromCharCode(view.getUint8(at));
  return btoa(text);
}
