/**
 * @module The Wintergate contract: middleware, context, bodies, reply stages, SSE, events and errors.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * const handler = toHandler(compose(myMiddleware), (request) => fetch(request));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { anySignal } from './lib/any-signal.ts';
export { bearerAuth, type BearerAuthOptions } from './lib/bearer-auth.ts';
export { compose, defineMiddleware, unordered } from './lib/compose.ts';
export { contextOf, createContext, type CreateContextOptions } from './lib/context.ts';
export { createContextKey, type ContextKey } from './lib/context-key.ts';
export { parseDuration, type Duration } from './lib/duration.ts';
export { errorResponse } from './lib/error-response.ts';
export {
  BodyNotReplayableError,
  type ErrorDetails,
  type ErrorFormat,
  errorFormatKey,
  openaiErrorFormat,
  OrderError,
  RequestError,
} from './lib/errors.ts';
export type { GatewayEvent, GatewayEventInput } from './lib/events.ts';
export { onResponseEnd } from './lib/exchange.ts';
export { toHandler, type Handler, type HandlerOptions } from './lib/handler.ts';
export { holdReply, type HeldReply, type HoldOptions } from './lib/hold-reply.ts';
export { type Outcome, outcomeKey, tenantKey, type TargetName, updateOutcome, type Usage } from './lib/outcome.ts';
export { forwardedReplyHeaders, forwardedRequestHeaders } from './lib/proxy-headers.ts';
export { addReplyStage, cancelReply, createReply, type ReplyInit, rewriteReply } from './lib/reply.ts';
export { rewrite, type RequestChange } from './lib/request.ts';
export { createSseDecoder, createSseEvent, encodeSse, type SseEvent } from './lib/sse.ts';
export type { ByteSink, ByteSource, ReplyBody, ReplyEnding, ReplyStage, StageOutput } from './lib/stage-types.ts';
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
