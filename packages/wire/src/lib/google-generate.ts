/** The dialect of Google generateContent: the Gemini API and Vertex AI. */
import { createCall } from './call.ts';
import { checkBody } from './check.ts';
import { createGoogleAssembler } from './google-generate-assembler.ts';
import { googleBody } from './google-generate-check.ts';
import { writeGoogleReply } from './google-generate-compose.ts';
import { GoogleDecoder } from './google-generate-decoder.ts';
import { createGoogleEditor } from './google-generate-editor.ts';
import { googleErrorFormat, readGoogleError } from './google-generate-error.ts';
import { createArrayReframer, frameGoogleReply } from './google-generate-framing.ts';
import { googleIdentity } from './google-generate-identity.ts';
import { normalBody } from './google-generate-normal.ts';
import {
  googleAnswerUrl,
  googleUrl,
  modelOf,
  readGooglePath,
  withGoogleModel,
} from './google-generate-path.ts';
import { googleReaders } from './google-generate-read.ts';
import { googleReplyText, readGoogleReply, writeGoogleReplyText } from './google-generate-reply.ts';
import { googleSegments } from './google-generate-segments.ts';
import { mapGoogleText } from './google-generate-text.ts';
import { writeGoogleCall } from './google-generate-write.ts';
import { createGoogleWriter } from './google-generate-writer.ts';
import { replaceStrings } from './json-path.ts';
import { readOnce } from './read-once.ts';
import type { Dialect } from './types.ts';

const methods = /^(?:stream)?generateContent$/i;

/**
 * Google generateContent: `POST …/models/{model}:generateContent` and `:streamGenerateContent` under
 * any prefix, Vertex AI's included, and the same of `tunedModels/` and `endpoints/`. Other methods,
 * such as `:countTokens`, are none of its calls and pass untouched.
 */
export const googleGenerate: Dialect = {
  id: 'google-generate',
  operations: ['chat'],
  errorFormat: googleErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && readGooglePath(path, methods) !== undefined ? 'chat' : undefined,
  readCall(given, operation, url) {
    const body = normalBody(given);
    checkBody(body, googleBody);
    const path = readGooglePath(url.pathname, methods);
    const stream = /^stream/i.test(path?.method ?? '');
    return createCall(
      {
        dialect: googleGenerate,
        operation,
        body,
        model: modelOf(body, path),
        stream,
        // Every chunk has it.
        streamUsage: stream,
        endUser: undefined,
      },
      googleReaders,
    );
  },
  segments: (call) => googleSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => withGoogleModel(call.body, model),
  urlFor: (call, url) => googleUrl(call.model, url),
  answerUrl: googleAnswerUrl,
  frameReply: frameGoogleReply,
  withStreamUsage: (call) => call.body,
  identity: googleIdentity,
  writeCall: writeGoogleCall,
  readReply: /* @__PURE__ */ readOnce(readGoogleReply),
  writeReply: writeGoogleReply,
  createWriter: createGoogleWriter,
  readError: readGoogleError,
  createDecoder: (call, options) => new GoogleDecoder(call.parameters.choices, options),
  framing: { contentType: /^application\/json\b/i, createReframer: createArrayReframer },
  createAssembler: createGoogleAssembler,
  // A whole reply is a stream of one event.
  replay(body, call) {
    const text = JSON.stringify(body);
    return new TextEncoder().encode(call.stream ? `data: ${text}\n\n` : text);
  },
  replyText: googleReplyText,
  writeReplyText: writeGoogleReplyText,
  mapOtherText: mapGoogleText,
  createEditor: createGoogleEditor,
  isUsageOnly: () => false,
};
