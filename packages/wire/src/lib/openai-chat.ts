/** The dialect of OpenAI chat completions, which most hosts speak. */
import { openaiErrorFormat } from '@wintergate/core';
import { createCall } from './call.ts';
import { checkBody } from './check.ts';
import { chatIdentity } from './identity.ts';
import { isObject, stringOf } from './json.ts';
import { replaceStrings } from './json-path.ts';
import { createChatAssembler } from './openai-chat-assembler.ts';
import { chatBody } from './openai-chat-check.ts';
import { writeChatReply } from './openai-chat-compose.ts';
import { ChatDecoder } from './openai-chat-decoder.ts';
import { createChatEditor } from './openai-chat-editor.ts';
import { chatPiece } from './openai-chat-piece.ts';
import { chatReaders } from './openai-chat-read.ts';
import { replayChat } from './openai-chat-replay.ts';
import { chatReplyText, readChatReply, writeChatReplyText } from './openai-chat-reply.ts';
import { mapOtherText } from './openai-chat-text.ts';
import { writeChatCall } from './openai-chat-write.ts';
import { createChatWriter } from './openai-chat-writer.ts';
import { readOpenaiError } from './openai-error.ts';
import { deploymentOf, endsWithPath, endUserOf } from './openai-request.ts';
import { chatSegments } from './openai-segments.ts';
import { readOnce } from './read-once.ts';
import type { Dialect } from './types.ts';

/**
 * OpenAI chat completions: `POST …/chat/completions` under any prefix, such as `/v1` or Azure's
 * `/openai/deployments/{name}`.
 */
export const openaiChat: Dialect = {
  id: 'openai-chat',
  operations: ['chat'],
  errorFormat: openaiErrorFormat,
  matches: ({ method, path }) =>
    method === 'POST' && endsWithPath(path, '/chat/completions') ? 'chat' : undefined,
  readCall(body, operation, url) {
    checkBody(body, chatBody);
    const options = body['stream_options'];
    const stream = body['stream'] === true;
    return createCall(
      {
        dialect: openaiChat,
        operation,
        body,
        model: stringOf(body['model']) ?? deploymentOf(url),
        stream,
        streamUsage: stream && isObject(options) && options['include_usage'] === true,
        endUser: endUserOf(body),
      },
      chatReaders,
    );
  },
  segments: (call) => chatSegments(call.body),
  writeSegments: (call, edits) => replaceStrings(call.body, edits),
  withModel: (call, model) => ({ ...call.body, model }),
  withStreamUsage(call) {
    if (!call.stream || call.streamUsage) return call.body;
    const options = call.body['stream_options'];
    return {
      ...call.body,
      stream_options: { ...(isObject(options) ? options : {}), include_usage: true },
    };
  },
  identity: chatIdentity,
  writeCall: writeChatCall,
  readReply: /* @__PURE__ */ readOnce(readChatReply),
  writeReply: writeChatReply,
  createWriter: createChatWriter,
  readError: readOpenaiError,
  createDecoder: (call, options) => new ChatDecoder(call.parameters.choices, options),
  createAssembler: (_call, options) => createChatAssembler(options),
  replay: replayChat,
  replyText: chatReplyText,
  writeReplyText: writeChatReplyText,
  mapOtherText,
  pieceOf: chatPiece,
  createEditor: createChatEditor,
  isUsageOnly(event) {
    if (!/"choices"\s*:\s*\[\s*\]/.test(event.data)) return false;
    const chunk = event.json();
    if (!isObject(chunk) || !isObject(chunk['usage']) || chunk['error']) return false;
    return Array.isArray(chunk['choices']) && chunk['choices'].length === 0;
  },
};
