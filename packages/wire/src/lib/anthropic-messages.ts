/** The dialect of Anthropic Messages. */
import { createAnthropicAssembler } from './anthropic-assembler.ts';
import { messagesBody } from './anthropic-check.ts';
import { writeAnthropicReply } from './anthropic-compose.ts';
import { AnthropicDecoder } from './anthropic-decoder.ts';
import { createAnthropicEditor } from './anthropic-editor.ts';
import { anthropicErrorFormat, readAnthropicError } from './anthropic-error.ts';
import { anthropicIdentity } from './anthropic-identity.ts';
import { anthropicPiece } from './anthropic-piece.ts';
import { anthropicReaders } from './anthropic-read.ts';
import { replayAnthropic } from './anthropic-replay.ts';
import { readAnthropicReply } from './anthropic-reply.ts';
import { anthropicSegments } from './anthropic-segments.ts';
import { anthropicReplyText, mapAnthropicText, writeAnthropicReplyText } from './anthropic-text.ts';
import { writeAnthropicCall } from './anthropic-write.ts';
import { createAnthropicWriter } from './anthropic-writer.ts';
import { createCall } from './call.ts';
import { checkBody } from './check.ts';
import { isObject, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { endsWithPath } from './openai-request.ts';
import { readOnce } from './read-once.ts';
import type { Dialect } from './types.ts';

/**
 * Anthropic Messages: `POST …/v1/messages` under any prefix. Other paths, such as
 * `/v1/messages/count_tokens` and `/v1/messages/batches`, are none of its calls and pass untouched.
 * Facts: docs.claude.com, API reference of August 2026.
 *
 * @example
 * const chain = compose(dialects(openaiChat, anthropicMessages), promptGuard(), failover());
 */
export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  operations: ['chat'],
  errorFormat: anthropicErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && endsWithPath(path, '/v1/messages') ? 'chat' : undefined,
  readCall(body, operation) {
    checkBody(body, messagesBody);
    const { metadata } = body;
    const stream = body['stream'] === true;
    return createCall(
      {
        dialect: anthropicMessages,
        operation,
        body,
        model: stringOf(body['model']),
        stream,
        // Every stream has it.
        streamUsage: stream,
        endUser: isObject(metadata) ? stringOf(metadata['user_id']) || undefined : undefined,
      },
      anthropicReaders,
    );
  },
  segments: (call) => anthropicSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => ({ ...call.body, model }),
  withStreamUsage: (call) => call.body,
  identity: anthropicIdentity,
  writeCall: writeAnthropicCall,
  readReply: /* @__PURE__ */ readOnce(readAnthropicReply),
  writeReply: writeAnthropicReply,
  createWriter: createAnthropicWriter,
  readError: readAnthropicError,
  createDecoder: (_call, options) => new AnthropicDecoder(options),
  createAssembler: (_call, options) => createAnthropicAssembler(options),
  replay: replayAnthropic,
  replyText: anthropicReplyText,
  writeReplyText: writeAnthropicReplyText,
  mapOtherText: mapAnthropicText,
  pieceOf: anthropicPiece,
  createEditor: createAnthropicEditor,
  isUsageOnly: () => false,
};
