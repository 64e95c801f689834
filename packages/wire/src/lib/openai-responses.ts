/** The dialect of the OpenAI Responses API. */
import { createCall } from './call.ts';
import { checkBody } from './check.ts';
import { stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { readOpenaiError } from './openai-error.ts';
import { endsWithPath, endUserOf } from './openai-request.ts';
import { createResponsesAssembler } from './openai-responses-assembler.ts';
import { responsesBody } from './openai-responses-check.ts';
import { writeResponsesReply } from './openai-responses-compose.ts';
import { ResponsesDecoder } from './openai-responses-decoder.ts';
import { createResponsesEditor } from './openai-responses-editor.ts';
import { responsesErrorFormat } from './openai-responses-error.ts';
import { responsesIdentity } from './openai-responses-identity.ts';
import { responsesPiece } from './openai-responses-piece.ts';
import { responsesReaders } from './openai-responses-read.ts';
import { replayResponses } from './openai-responses-replay.ts';
import { readResponsesReply } from './openai-responses-reply.ts';
import { responsesSegments } from './openai-responses-segments.ts';
import {
  mapResponsesText,
  responsesReplyText,
  writeResponsesReplyText,
} from './openai-responses-text.ts';
import { writeResponsesCall } from './openai-responses-write.ts';
import { createResponsesWriter } from './openai-responses-writer.ts';
import { readOnce } from './read-once.ts';
import type { Dialect } from './types.ts';

/**
 * OpenAI Responses: `POST …/responses` under any prefix. Other paths, such as `/v1/responses/{id}`,
 * are none of its calls and pass untouched. `previous_response_id`, `conversation`, `prompt` and
 * `background` name what the provider keeps: they pass to a target that speaks this format, and
 * are refused for any other. Facts: OpenAI's OpenAPI description of August 2026.
 *
 * @example
 * const chain = compose(dialects(openaiChat, openaiResponses), promptGuard(), failover());
 */
export const openaiResponses: Dialect = {
  id: 'openai-responses',
  operations: ['chat'],
  errorFormat: responsesErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && endsWithPath(path, '/responses') ? 'chat' : undefined,
  readCall(body, operation) {
    checkBody(body, responsesBody);
    const stream = body['stream'] === true;
    return createCall(
      {
        dialect: openaiResponses,
        operation,
        body,
        model: stringOf(body['model']),
        stream,
        // Every stream has it.
        streamUsage: stream,
        endUser: endUserOf(body),
      },
      responsesReaders,
    );
  },
  segments: (call) => responsesSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => ({ ...call.body, model }),
  withStreamUsage: (call) => call.body,
  identity: responsesIdentity,
  writeCall: writeResponsesCall,
  readReply: /* @__PURE__ */ readOnce(readResponsesReply),
  writeReply: writeResponsesReply,
  createWriter: createResponsesWriter,
  readError: readOpenaiError,
  createDecoder: (_call, options) => new ResponsesDecoder(options),
  createAssembler: (_call, options) => createResponsesAssembler(options),
  replay: replayResponses,
  replyText: responsesReplyText,
  writeReplyText: writeResponsesReplyText,
  mapOtherText: mapResponsesText,
  pieceOf: responsesPiece,
  createEditor: createResponsesEditor,
  isUsageOnly: () => false,
};
