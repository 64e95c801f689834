/** The words of the contract: what a middleware is, and what it is handed. */
import type { AbortSource } from './aborter.ts';
import type { ContextKey } from './context-key.ts';
import type { GatewayEvent, GatewayEventInput } from './events.ts';

/**
 * What a middleware does in the chain. `compose` checks the order of roles and refuses a chain
 * that opens a hole, such as a cache outside a guard.
 */
export type Role =
  | 'logger'
  | 'auth'
  | 'rateLimit'
  | 'promptGuard'
  | 'modelRouter'
  | 'semanticCache'
  | 'failover'
  | 'upstream';

/**
 * Calls what lies inside. Without arguments the same request and context go on. May be called
 * again (retry, hedge), each time with a {@link Context.fork} of its own.
 *
 * @throws {BodyNotReplayableError} when called a second time and the body can not be sent again.
 */
export type Next = (request?: Request, context?: Context) => Promise<Response>;

/** Answers a request itself or passes it on. */
export type Middleware = ((
  request: Request,
  next: Next,
  context?: Context,
) => Response | Promise<Response>) & { readonly role?: Role | undefined };

/** The innermost function: any fetch handler. */
export type End = (request: Request, context?: Context) => Response | Promise<Response>;

/** A request in the plain form that a fast transport takes. */
export interface TransportRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** Bytes can be sent again; a stream can not. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal;
  /** The same without a signal of the platform's, where the request has it: cheaper to listen to. */
  readonly abort?: AbortSource | undefined;
}

/** Sends a request upstream. Rejects on network failure, like `fetch`; redirects are not followed. */
export type Transport = (request: TransportRequest) => Promise<Response>;

/** What the host adapter knows of its host. An unknown fact stays `undefined`. */
export interface Platform {
  /** A label for logs, such as `node` or `workers`. Never branch on it. */
  readonly name: string;
  /** The peer's address as the host vouches for it; never taken from a header that a caller can set. */
  readonly clientAddress?: string | undefined;
  /** Bindings or environment as the host passes them. */
  readonly env?: unknown;
  /** The host's own context objects. */
  readonly native?: unknown;
  /** `false` where one request may not await another request's promise (Workers). */
  readonly sharesIo: boolean;
  /**
   * SHA-256 as lower-case hex, or HMAC-SHA-256 when `key` is given. Synchronous where the host
   * can (Node, Bun), a promise elsewhere.
   */
  digest(data: string | Uint8Array, key?: string): string | Promise<string>;
  /** Keeps the host alive for background work, where it needs telling. */
  waitUntil?(work: Promise<unknown>): void;
  /**
   * `true` inside an SDK, under `wrapFetch`: a credential in the call is the SDK's own, and does not
   * say whose data it is.
   */
  readonly client?: boolean | undefined;
  /**
   * Resolves at the end of this turn of the event loop, together for all calls that await it; nothing for a call that
   * is alone. There where calls cost less when they take their steps in a row: await it when a reply has come from
   * upstream.
   */
  readonly nextStep?: (() => Promise<void> | undefined) | undefined;
  /** The host's fast way upstream; without it the global `fetch` is used. */
  readonly transport?: Transport | undefined;
}

/** One request's state, shared by every middleware of the chain. */
export interface Context {
  /** Also sent as `x-request-id`. */
  readonly requestId: string;
  readonly platform: Platform;
  /** Aborts when the caller left, its deadline passed, or this attempt was given up. */
  readonly signal: AbortSignal;
  /**
   * The whole body, read once and remembered.
   *
   * @throws {RequestError} 413 over the limit, 400 when the body breaks off.
   */
  bytes(message: Request | Response): Promise<Uint8Array>;
  /** The body as text. @throws {RequestError} 400 on invalid UTF-8, besides those of `bytes`. */
  text(message: Request | Response): Promise<string>;
  /**
   * The body parsed once. The value is shared, with other exchanges where the same bytes came before: never change it.
   * That of a reply, and of a call that `@wintergate/wire` has read, is frozen.
   *
   * @throws {RequestError} 400 on invalid JSON.
   */
  json(message: Request | Response): Promise<unknown>;
  /** Whether the body may be sent again: there is none, or its bytes are remembered. */
  replayable(request: Request): boolean;
  get<T>(key: ContextKey<T>): T | undefined;
  set<T>(key: ContextKey<T>, value: T): void;
  /** A child for one attempt: reads fall through, writes stay local. Id, emit and waitUntil are shared. */
  fork(options?: { signal?: AbortSignal | AbortSource }): Context;
  /** The winner's keys become ours, now and from now on. */
  adopt(child: Context): void;
  /** Background work. Never throws; a rejection becomes a `background-error` event. */
  waitUntil(work: Promise<unknown>): void;
  /**
   * Tells every subscriber. `requestId` and `time` are filled in. A listener that throws is reported, not propagated; a
   * promise that it answers is background work.
   */
  emit(event: GatewayEventInput): void;
  subscribe(listener: (event: GatewayEvent) => void): () => void;
}
