/**
 * @module The Wintergate contract: middleware, context, bodies, reply stages, SSE, events and errors.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * const handler = toHandler(compose(myMiddleware), (request) => fetch(request));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  type Aborter,
  type AbortSource,
  abortOf,
  abortSourceOf,
  createAborter,
} from './lib/aborter.ts';
export { anySignal } from './lib/any-signal.ts';
export { atOnce, isPromise } from './lib/at-once.ts';
export { type BearerAuthOptions, bearerAuth } from './lib/bearer-auth.ts';
export { checkOptions, type OptionKind } from './lib/check-options.ts';
export { asMemoAware, compose, defineMiddleware, type Layer, unordered } from './lib/compose.ts';
export { type CreateContextOptions, contextOf, createContext } from './lib/context.ts';
export { type ContextKey, createContextKey } from './lib/context-key.ts';
export { type Duration, parseDuration } from './lib/duration.ts';
export { errorResponse } from './lib/error-response.ts';
export {
  BodyNotReplayableError,
  type ErrorDetails,
  type ErrorFormat,
  errorFormatKey,
  OrderError,
  openaiErrorFormat,
  RequestError,
} from './lib/errors.ts';
export type { GatewayEvent, GatewayEventInput } from './lib/events.ts';
export { onResponseEnd } from './lib/exchange.ts';
export { freezeJson } from './lib/freeze-json.ts';
export { type Handler, type HandlerOptions, toHandler } from './lib/handler.ts';
export { type HeldReply, type HoldOptions, holdReply } from './lib/hold-reply.ts';
export { type JsonNotes, notesOf } from './lib/json-notes.ts';
export {
  type Outcome,
  outcomeKey,
  type TargetName,
  tenantKey,
  type Usage,
  unreachableKey,
  updateOutcome,
} from './lib/outcome.ts';
export { parseUrl, type UrlParts } from './lib/parse-url.ts';
export { forwardedReplyHeaders, forwardedRequestHeaders } from './lib/proxy-headers.ts';
export { createRecencyMap, type RecencyItem, type RecencyMap } from './lib/recency-map.ts';
export {
  addReplyStage,
  createReply,
  type ReplyInit,
  rewriteReply,
} from './lib/reply.ts';
export { cancelReply } from './lib/reply-run.ts';
export { replySource } from './lib/reply-source.ts';
export { type RequestChange, rewrite, sendableBody } from './lib/request.ts';
export { createSseDecoder, createSseEvent, encodeSse } from './lib/sse.ts';
export type { SseEvent } from './lib/sse-block.ts';
export type { EventFrame } from './lib/sse-frame.ts';
export type {
  ByteSink,
  ByteSource,
  ReadChunk,
  ReplyBody,
  ReplyEnding,
  ReplyStage,
  StageOutput,
} from './lib/stage-types.ts';
export type {
  Context,
  End,
  Middleware,
  Next,
  Platform,
  Role,
  Transport,
  TransportRequest,
} from './lib/types.ts';
export { rememberParsed } from './lib/whole-body.ts';
