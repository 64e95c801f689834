/** The dialect of OpenAI embeddings. */
import { openaiErrorFormat } from '@wintergate/core';
import { type CallReaders, createCall } from './call.ts';
import { type Check, checkBody, fault, integer, is, list, optional, shape } from './check.ts';
import { embeddingIdentity } from './identity.ts';
import { isObject, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { modelName } from './openai-chat-check.ts';
import { readOpenaiError } from './openai-error.ts';
import { deploymentOf, endsWithPath, endUserOf } from './openai-request.ts';
import { embeddingSegments } from './openai-segments.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { Dialect, NeutralReply } from './types.ts';

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
  parameters: () => ({}),
};

/** OpenAI embeddings: `POST …/embeddings` under any prefix. Such a call never streams. */
export const openaiEmbeddings: Dialect = {
  id: 'openai-embeddings',
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
  withStreamUsage: (call) => call.body,
  identity: embeddingIdentity,
  readReply: readEmbeddingsReply,
  readError: readOpenaiError,
  // An embeddings answer is one JSON body: a stream is never complete, holds no text, and passes.
  createDecoder: () => ({ push: () => [], complete: false }),
  createAssembler: () => ({ push() {}, result: () => undefined }),
  replay: (body) => new TextEncoder().encode(JSON.stringify(body)),
  replyText: () => [],
  writeReplyText: (body) => body,
  createEditor: () => ({
    read: () => ({ pieces: [], ends: [] }),
    write: (event) => event,
    textEvent: () => {
      throw new RangeError('Write text only on channels that were read: embeddings have none');
    },
    blockedEnding: () => [],
  }),
  isUsageOnly: () => false,
};

function readEmbeddingsReply(body: unknown): NeutralReply {
  if (!isObject(body) || body['error'] || !Array.isArray(body['data'])) {
    return { choices: [], error: readOpenaiError(0, body) };
  }
  const usage = readOpenaiUsage(body['usage']);
  const model = stringOf(body['model']);
  return {
    ...(model === undefined ? {} : { model }),
    choices: [],
    ...(usage === undefined ? {} : { usage }),
  };
}
