/** The Context: one request's state. See {@link Context} for what each member promises. */
import { type AbortSource, abortSourceOf } from './aborter.ts';
import { isPromise } from './at-once.ts';
import type { ContextKey } from './context-key.ts';
import { defaultDigest } from './digest.ts';
import { RequestError } from './errors.ts';
import type { GatewayEvent, GatewayEventInput } from './events.ts';
import { freezeJson } from './freeze-json.ts';
import { nestsDeeper } from './json-depth.ts';
import { withNotes } from './json-notes.ts';
import { readReply } from './reply-read.ts';
import { findMemo, hasNoBody, memoOf, readRequest, rememberedBytes } from './request.ts';
import type { Context, Platform } from './types.ts';
import { knownParsed, rememberParsed } from './whole-body.ts';

/** How a host makes a context. */
export interface CreateContextOptions {
  platform?: Partial<Platform> | undefined;
  /** Used when it is 1 to 128 of `A-Z a-z 0-9 . _ -`. Default: the request's `x-request-id`, or a random UUID. */
  requestId?: string | undefined;
  /** @default the request's signal */
  signal?: AbortSignal | AbortSource | undefined;
  /** Requests over this are refused with 413. @default 20 MiB */
  maxBodyBytes?: number | undefined;
}

/** What a context and its forks share. */
export interface Shared {
  readonly platform: Platform;
  readonly maxBodyBytes: number;
  requestId: string | undefined;
  readonly request: Request;
  /** Who gives the exchange up, where the host said so; else the request's own signal. */
  abort: AbortSource | undefined;
  readonly started: number;
  listeners: readonly ((event: GatewayEvent) => void)[];
  readonly pending: Promise<unknown>[];
  /** Somebody answers for this exchange: emits `response-end` and `exchange-end`. */
  owned: boolean;
}

const noListeners: Shared['listeners'] = [];
const defaultMaxBodyBytes = 20 * 1024 * 1024;
const maxReplyBytes = 32 * 1024 * 1024;
const sharedKey = Symbol.for('@wintergate/core/shared');
const sourceKey = Symbol.for('@wintergate/core/abort-source');
const contextKey = Symbol.for('@wintergate/core/context');
const validRequestId = /^[\w.-]{1,128}$/;
const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What `emit` fills in. */
interface Stamp {
  requestId: string;
  time: number;
}

class RequestContext implements Context {
  readonly [sharedKey]: Shared;
  #values: Map<symbol, unknown> | undefined;
  #parent: RequestContext | undefined;
  #adopted: RequestContext | undefined;
  readonly #abort: AbortSource | undefined;

  constructor(shared: Shared, parent?: RequestContext, abort?: AbortSource) {
    this[sharedKey] = shared;
    this.#parent = parent;
    this.#abort = abort;
  }

  get requestId(): string {
    const shared = this[sharedKey];
    if (shared.requestId === undefined) {
      const given = shared.request.headers.get('x-request-id');
      shared.requestId = given !== null && validRequestId.test(given) ? given : crypto.randomUUID();
    }
    return shared.requestId;
  }

  get platform(): Platform {
    return this[sharedKey].platform;
  }

  get signal(): AbortSignal {
    return this[sourceKey].signal;
  }

  get [sourceKey](): AbortSource {
    if (this.#abort !== undefined) return this.#abort;
    if (this.#parent !== undefined) return this.#parent[sourceKey];
    const shared = this[sharedKey];
    shared.abort ??= abortSourceOf(shared.request.signal);
    return shared.abort;
  }

  bytes(message: Request | Response): Promise<Uint8Array> {
    if (isRequest(message)) return readRequest(message, this[sharedKey].maxBodyBytes);
    return readReply(message, maxReplyBytes);
  }

  async text(message: Request | Response): Promise<string> {
    const memo = isRequest(message) ? memoOf(message) : undefined;
    if (memo?.text !== undefined) return memo.text;
    const bytes = await this.bytes(message);
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch (cause) {
      throw badBody(message, 'valid UTF-8', cause);
    }
    if (memo !== undefined) memo.text = text;
    return text;
  }

  async json(message: Request | Response): Promise<unknown> {
    const memo = isRequest(message) ? memoOf(message) : undefined;
    if (memo?.hasJson === true) return memo.json;
    // Read already, by whoever asked first: a reply's stages will get these very bytes.
    const bytes = await this.bytes(message);
    let json = knownParsed(bytes);
    if (json === undefined) {
      json = parseJson(await this.text(message), message);
      if (memo === undefined) rememberParsed(bytes, freezeJson(withNotes(json)));
    }
    if (memo !== undefined) {
      memo.json = json;
      memo.hasJson = true;
    }
    return json;
  }

  replayable(request: Request): boolean {
    return (
      (findMemo(request) !== undefined && rememberedBytes(request) !== undefined) ||
      hasNoBody(request)
    );
  }

  get<T>(key: ContextKey<T>): T | undefined {
    const self = this.#adopted ?? this;
    if (self !== this) return self.get(key);
    const values = this.#values;
    if (values?.has(key.symbol) === true) return values.get(key.symbol) as T | undefined;
    return this.#parent?.get(key);
  }

  set<T>(key: ContextKey<T>, value: T): void {
    if (this.#adopted !== undefined) {
      this.#adopted.set(key, value);
      return;
    }
    this.#values ??= new Map();
    this.#values.set(key.symbol, value);
  }

  fork({ signal }: { signal?: AbortSignal | AbortSource } = {}): Context {
    const abort = signal === undefined ? undefined : abortSourceOf(signal);
    return new RequestContext(this[sharedKey], this.#adopted ?? this, abort);
  }

  adopt(child: Context): void {
    if (!(child instanceof RequestContext) || child === this) return;
    if (child.#values !== undefined) {
      for (const [symbol, value] of child.#values) this.set({ symbol }, value);
    }
    // From now on the winner writes here: its stages report at the end of the reply.
    child.#adopted = this;
    child.#values = undefined;
  }

  waitUntil(work: Promise<unknown>): void {
    const { pending, platform } = this[sharedKey];
    const guarded = Promise.resolve(work).then(
      () => {},
      (error: unknown) => this.emit({ type: 'background-error', message: errorMessage(error) }),
    );
    pending.push(guarded);
    void guarded.then(() => pending.splice(pending.indexOf(guarded), 1));
    try {
      platform.waitUntil?.(guarded);
    } catch (error) {
      this.emit({ type: 'background-error', message: errorMessage(error) });
    }
  }

  emit(event: GatewayEventInput): void {
    const shared = this[sharedKey];
    const { listeners } = shared;
    if (listeners.length === 0) return;
    // An object spread with fields after it is ten times slower than this (V8).
    const full = Object.assign({ requestId: '', time: 0 }, event) as GatewayEvent & Stamp;
    full.requestId = this.requestId;
    full.time = Date.now();
    // One that fails at failures is not told of its own.
    const isError = event.type === 'background-error';
    for (const listener of listeners) {
      // One before it may have unsubscribed it.
      if (shared.listeners !== listeners && !shared.listeners.includes(listener)) continue;
      try {
        const work: unknown = listener(full);
        // Of an async listener: nobody else would hear how it fails.
        if (isPromise(work)) this.waitUntil(isError ? work.then(null, () => {}) : work);
      } catch (error) {
        if (!isError) {
          this.emit({
            type: 'background-error',
            message: `Listener failed: ${errorMessage(error)}`,
          });
        }
      }
    }
  }

  subscribe(listener: (event: GatewayEvent) => void): () => void {
    const shared = this[sharedKey];
    shared.listeners = [...shared.listeners, listener];
    return () => {
      shared.listeners = shared.listeners.filter((other) => other !== listener);
    };
  }
}

/**
 * Creates a context. Host adapters do this; you need it only to call a middleware by hand.
 *
 * @example
 * const context = createContext(request);
 * const response = await middleware(request, next, context);
 */
export function createContext(request: Request, options: CreateContextOptions = {}): Context {
  const { requestId } = options;
  const context = new RequestContext({
    platform: fullPlatform(options.platform),
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
    requestId: requestId !== undefined && validRequestId.test(requestId) ? requestId : undefined,
    request,
    abort: options.signal === undefined ? undefined : abortSourceOf(options.signal),
    started: performance.now(),
    listeners: noListeners,
    pending: [],
    owned: false,
  });
  (request as { [contextKey]?: Context })[contextKey] = context;
  return context;
}

/** The context that belongs to this Request, if it has one. */
export function contextOf(request: Request): Context | undefined {
  return (request as { [contextKey]?: Context })[contextKey];
}

/** What a context shares with its forks; for core's own use. */
export function sharedOf(context: Context): Shared | undefined {
  return (context as { [sharedKey]?: Shared })[sharedKey];
}

/** Fills in what a host adapter left open. */
export function fullPlatform(given: Partial<Platform> = {}): Platform {
  return isFull(given) ? given : { name: 'fetch', sharesIo: true, digest: defaultDigest, ...given };
}

function isFull(platform: Partial<Platform>): platform is Platform {
  return (
    platform.name !== undefined && platform.sharesIo !== undefined && platform.digest !== undefined
  );
}

/** Not by `instanceof`: some servers put a class of their own in the place of the global one. */
function isRequest(message: Request | Response): message is Request {
  return 'method' in message;
}

/** Smaller bodies are parsed at once: they can not keep the parser busy for long. */
const smallBody = 512 * 1024;
const maxDepth = 512;

function parseJson(text: string, message: Request | Response): unknown {
  if (text.length > smallBody && nestsDeeper(text, maxDepth))
    throw badBody(message, `at most ${maxDepth} levels deep`, undefined);
  try {
    // What `response.json()` passes over (Fetch standard, "UTF-8 decode"), a caller's upstream may refuse.
    return JSON.parse(isRequest(message) ? text : text.replace(/^\ufeff/, ''));
  } catch (cause) {
    const at = /position (\d+)/.exec(errorMessage(cause))?.[1];
    const where =
      text.trim() === '' ? ': it is empty' : at === undefined ? '' : ` at character ${at}`;
    throw badBody(message, `valid JSON${where}`, cause);
  }
}

/** A caller's body is the caller's fault, an upstream's is not. */
function badBody(message: Request | Response, what: string, cause: unknown): RequestError {
  const details = isRequest(message)
    ? { status: 400, type: 'invalid_request_error', message: `Send a body that is ${what}` }
    : { status: 502, type: 'server_error', message: `The upstream did not answer ${what}` };
  return new RequestError(details, { cause });
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
