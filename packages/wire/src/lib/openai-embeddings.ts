/** The dialect of OpenAI embeddings. */
import { openaiErrorFormat } from '@wintergate/core';
import { type CallReaders, createCall } from './call.ts';
import { checkBody, checkFields, type FieldKind, invalid, wrongType } from './check.ts';
import { embeddingIdentity } from './identity.ts';
import { isObject, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { readOpenaiError } from './openai-error.ts';
import { deploymentOf, endsWithPath, endUserOf } from './openai-request.ts';
import { embeddingSegments } from './openai-segments.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { Dialect, JsonValue, NeutralReply } from './types.ts';

const fields: readonly (readonly [string, FieldKind])[] = [
  ['model', 'string'],
  ['dimensions', 'integer'],
  ['encoding_format', 'string'],
  ['user', 'string'],
];

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
    checkBody(body);
    checkFields(body, fields);
    if (body['model'] === '') throw invalid('model', "Name a model in 'model'");
    checkInput(body['input']);
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

/** Text, texts, token numbers, or lists of token numbers; all of one kind. */
function checkInput(input: JsonValue | undefined): void {
  const expected = 'a string, an array of strings or of token numbers';
  if (typeof input === 'string') return;
  if (!Array.isArray(input)) throw wrongType('input', expected, input);
  if (input.length === 0) throw invalid('input', "Expected at least one item in 'input'");
  const kind = kindOf(input[0]);
  for (let index = 0; index < input.length; index++) {
    const item = input[index];
    const own = kindOf(item);
    if (own === undefined || own !== kind) throw wrongType(`input[${index}]`, expected, item);
  }
}

function kindOf(item: JsonValue | undefined): 'text' | 'token' | 'tokens' | undefined {
  if (typeof item === 'string') return 'text';
  if (Number.isInteger(item)) return 'token';
  return Array.isArray(item) && item.every((token) => Number.isInteger(token))
    ? 'tokens'
    : undefined;
}
