/** The dialect of Google embeddings. */
import { type CallReaders, createCall } from './call.ts';
import { type Check, checkBody, fault, integer, is, list, optional, shape } from './check.ts';
import { textsOf } from './embedding-texts.ts';
import { googleContent } from './google-generate-content.ts';
import { googleErrorFormat, readGoogleError } from './google-generate-error.ts';
import { normalBody } from './google-generate-normal.ts';
import {
  googleUrl,
  modelOf,
  modelPath,
  notedModel,
  readGooglePath,
  withGoogleModel,
} from './google-generate-path.ts';
import { collectContent } from './google-generate-segments.ts';
import { answerFields } from './identity.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type {
  Dialect,
  JsonObject,
  ModelCall,
  NeutralPart,
  NeutralReply,
  TextSegment,
} from './types.ts';
import { toNumbers, vectorReplies } from './vector-replies.ts';

const id = 'google-embeddings';
const methods = /^(?:embedContent|batchEmbedContents)$/i;

const fields = {
  model: optional(is('string')),
  content: googleContent,
  taskType: optional(is('string')),
  title: optional(is('string')),
  outputDimensionality: optional(integer(1)),
};
const requests: Check = (value) =>
  Array.isArray(value) && value.length === 0
    ? fault('at least one request', value)
    : list(shape(fields))(value);
const single = shape(fields);
const batch = shape({ requests });

const readers: CallReaders = {
  system: () => '',
  messages: (body) =>
    inputsOf(body).map(({ content }) => ({
      role: 'user',
      parts: objectsOf(isObject(content) ? content['parts'] : []).map(readPart),
    })),
  tools: () => [],
  parameters(body) {
    const dimensions = inputsOf(body)[0]?.['outputDimensionality'];
    return typeof dimensions === 'number' ? { dimensions } : {};
  },
  mapped: /* @__PURE__ */ new Set(['model', 'content', 'requests', 'outputDimensionality']),
};

/**
 * Google embeddings: `POST …/models/{model}:embedContent` and `:batchEmbedContents` under any prefix.
 * Such a call never streams.
 */
export const googleEmbeddings: Dialect = {
  ...vectorReplies,
  id,
  operations: ['embeddings'],
  errorFormat: googleErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && readGooglePath(path, methods) !== undefined ? 'embeddings' : undefined,
  readCall(given, operation, url) {
    const body = normalBody(given);
    const path = readGooglePath(url.pathname, methods);
    checkBody(body, /^batch/i.test(path?.method ?? '') ? batch : single);
    const model = modelOf(body, path);
    // Each request of a batch names it again.
    if (notedModel(body) === undefined) for (const one of inputsOf(body)) modelOf(one, path);
    return createCall(
      {
        dialect: googleEmbeddings,
        operation,
        body,
        model,
        stream: false,
        streamUsage: false,
        endUser: undefined,
      },
      readers,
    );
  },
  segments: ({ body }) => segmentsOf(body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel({ body }, model) {
    const moved = withGoogleModel(body, model);
    if (!Array.isArray(body['requests'])) return moved;
    const name = modelPath(model).slice(1);
    return { ...moved, requests: inputsOf(body).map((one) => ({ ...one, model: name })) };
  },
  urlFor: (call, url) => googleUrl(call.model, url),
  identity(call) {
    const exact = answerFields(call, []);
    return { exact, scope: exact, text: undefined };
  },
  writeCall,
  readReply,
  writeReply(reply, call) {
    if (reply.dialect === id) return reply.extra ?? {};
    const embeddings = (reply.embeddings ?? []).map((vector) => ({ values: toNumbers(vector) }));
    return Array.isArray(call.body['requests'])
      ? { embeddings }
      : { embedding: embeddings[0] ?? { values: [] } };
  },
  readError: readGoogleError,
};

/** What is to be embedded: the requests of a batch, or the one that the body is. */
function inputsOf(body: JsonObject): readonly JsonObject[] {
  return Array.isArray(body['requests']) ? objectsOf(body['requests']) : [body];
}

function readPart(part: JsonObject): NeutralPart {
  const text = stringOf(part['text']);
  return text === undefined ? { type: 'unknown', raw: part } : { type: 'text', text };
}

function segmentsOf(body: JsonObject): TextSegment[] {
  const found: TextSegment[] = [];
  for (const [at, { content, title }] of inputsOf(body).entries()) {
    const path = Array.isArray(body['requests']) ? `requests[${at}].` : '';
    const collect = (role: TextSegment['role'], where: string, text: string): void => {
      if (text !== '') found.push({ role, path: where, text });
    };
    collectContent(content, `${path}content`, 'user', collect);
    collect('user', `${path}title`, stringOf(title) ?? '');
  }
  return found;
}

/** Always a batch. @throws {RequestError} for inputs that are no text, such as token numbers. */
function writeCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const { dimensions } = call.parameters;
  for (const field of call.unmapped) options.notice({ field, action: 'drop' });
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', options.notice);
  const name = modelPath(options.model ?? call.model ?? '');
  const written = textsOf(call).map((text) => ({
    model: name.slice(1),
    content: { parts: [{ text }] },
    ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
  }));
  return { body: { requests: written }, path: `${name}:batchEmbedContents` };
}

/** Vectors in order; counts of tokens are not told. */
function readReply(body: unknown): NeutralReply {
  const { embedding, embeddings = embedding } = isObject(body) ? body : {};
  const vectors = isObject(embeddings) ? [embeddings] : objectsOf(embeddings);
  const failed = !isObject(body) || body['error'] || vectors.length === 0;
  if (failed) return { dialect: id, choices: [], error: readGoogleError(0, body) };
  return {
    dialect: id,
    choices: [],
    embeddings: vectors.map(({ values }) => (Array.isArray(values) ? (values as number[]) : [])),
    extra: body,
  };
}
