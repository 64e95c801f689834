/**
 * @module Model API dialects: reads calls and replies in neutral form, edits, assembles and replays them.
 *
 * @example
 * import { observeReply, readCall } from '@wintergate/wire';
 * const call = await readCall(request, context);
 * if (call === undefined) return next();
 * return observeReply(await next(), call, { close: ({ usage }) => console.log(usage) }, context);
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type CallNotes, callNotes } from './lib/call-notes.ts';
export { canonicalJson } from './lib/canonical-json.ts';
export { isMeaningful } from './lib/delta.ts';
export { dialects } from './lib/dialects.ts';
export { classifyFailure, type Failure, isRetryable } from './lib/failure.ts';
export { filterReplyText, type TextFilter, type TextOutput } from './lib/filter-reply-text.ts';
export { mapStrings } from './lib/map-strings.ts';
export { isWhole, observeReply, type ReplyEnd, type ReplyObserver } from './lib/observe-reply.ts';
export { openaiChat } from './lib/openai-chat.ts';
export { openaiEmbeddings } from './lib/openai-embeddings.ts';
export { callKey, presetCall, readCall, rewriteCall } from './lib/read-call.ts';
export { type CutRecorder, cutStream, recordCuts, type StreamCuts } from './lib/stream-cuts.ts';
export {
  type Notice,
  StreamFormatError,
  type StreamReframer,
  type StreamWriter,
  type TargetDialect,
  type WriteOptions,
  type WrittenCall,
} from './lib/target-dialect.ts';
export { estimateInputTokens, estimateTokens } from './lib/tokens.ts';
export { reframeReply, translateReply, translatingStage } from './lib/translate.ts';
export { type Feature, type Rule, translationTable, unsupported } from './lib/translation-table.ts';
export type {
  CallIdentity,
  CallParameters,
  DecoderOptions,
  Dialect,
  FailureClass,
  FinishReason,
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralChoice,
  NeutralCitation,
  NeutralDelta,
  NeutralFormat,
  NeutralMedia,
  NeutralMessage,
  NeutralPart,
  NeutralReply,
  NeutralTool,
  NeutralToolCall,
  NeutralToolChoice,
  Operation,
  ReplyError,
  SegmentRole,
  StreamAssembler,
  StreamDecoder,
  StreamEditor,
  StreamStep,
  TextChannel,
  TextPiece,
  TextSegment,
} from './lib/types.ts';
