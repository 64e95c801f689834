/**
 * Replies: responses that cost nothing until somebody looks. A reply passes `instanceof Response`
 * and behaves as one; its body is a source and an ordered list of stages that the host's pump runs.
 */
import {
  changedHeaders,
  copyHeaders,
  forbiddenValue,
  type HeaderRecord,
  LightHeaders,
  toNativeHeaders,
} from './light-headers.ts';
import type { Pump } from './pump.ts';
import { replyStream } from './reply-stream.ts';
import { wholeSource } from './sources.ts';
import type { ByteSource, ReplyStage } from './stage-types.ts';
import { standInFor } from './stand-in.ts';
import type { Context } from './types.ts';

/** What a reply is made of. */
export interface ReplyInit {
  /** @default 200 */
  status?: number;
  statusText?: string;
  headers?: Headers | Readonly<Record<string, string | string[]>>;
  /** Text is sent as UTF-8. @default null */
  body?: string | Uint8Array | ByteSource | ReadableStream<Uint8Array> | null;
}

/** A body and what is to be done to it. Shared by a reply and its rewritten forms. */
export interface ReplyContent {
  /** What is there to send, in one of its forms. */
  value: string | Uint8Array | ByteSource | ReadableStream<Uint8Array> | null;
  stages: readonly ReplyStage[];
  /** Whether stages are fed events: as the headers were when the first one was added. */
  isEvents?: boolean | undefined;
  context: Context | undefined;
  /** Set once the pump runs, whether held or into a sink. */
  pump: Pump | undefined;
  used: boolean;
  /** Somebody reads the whole of it: whoever asks meanwhile gets the same. */
  reading?: Promise<Uint8Array> | undefined;
}

const brand = Symbol.for('@wintergate/core/reply');
const none: readonly ReplyStage[] = [];
const nullBodyStatus = new Set([101, 103, 204, 205, 304]);

/** Platform responses whose body we have read: what stands in for them from then on. */
const remembered = /* @__PURE__ */ new WeakMap<Response, Response>();

/** Our own responses. Methods that need the real thing build it, once. */
export class Reply {
  readonly status: number;
  readonly statusText: string;
  readonly content: ReplyContent;
  #headers: Headers;
  #native: Response | undefined;

  constructor(status: number, statusText: string, headers: Headers, content: ReplyContent) {
    this.status = status;
    // Upstreams write some in UTF-8 that no Response takes; they say nothing that the status does not (RFC 9112, section 4).
    this.statusText = statusText !== 'OK' && forbiddenValue.test(statusText) ? '' : statusText;
    this.#headers = headers;
    this.content = content;
  }

  get [brand](): true {
    return true;
  }

  get headers(): Headers {
    return this.#headers;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get bodyUsed(): boolean {
    return this.content.used || (this.#native?.bodyUsed ?? false);
  }

  /** The platform's own Response over the same content. */
  get native(): Response {
    if (this.#native === undefined) {
      const { content } = this;
      const init = {
        status: this.status,
        statusText: this.statusText,
        headers: toNativeHeaders(this.#headers),
      };
      const plain = content.stages.length === 0 && content.pump === undefined;
      let body: BodyInit | null;
      if (content.value === null || nullBodyStatus.has(this.status)) body = null;
      else if (plain && (typeof content.value === 'string' || content.value instanceof Uint8Array))
        body = content.value as BodyInit;
      else body = replyStream(this as unknown as Response);
      this.#native = new Response(body, init);
    }
    return this.#native;
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }
}

standInFor(Reply.prototype, Response.prototype);

export function asReply(response: Response): Reply | undefined {
  return (response as { [brand]?: true })[brand] === true
    ? (response as unknown as Reply)
    : undefined;
}

/** Our reply in the place of this response, if there is one. */
export function standingIn(response: Response): Reply | undefined {
  return asReply(response) ?? asReply(remembered.get(response) ?? response);
}

/** The reply's content, made from a platform Response where it is one. */
export function adopt(response: Response): Reply {
  const own = standingIn(response);
  if (own !== undefined) return own;
  return new Reply(
    response.status,
    response.statusText,
    copyHeaders(response.headers) as unknown as Headers,
    {
      value: wholeSource(response) ?? response.body,
      stages: none,
      context: undefined,
      pump: undefined,
      used: false,
    },
  );
}

/**
 * Creates a response that costs no stream and no parsing of headers.
 *
 * @example
 * return createReply({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' });
 * @throws {TypeError} on a header that could forge others.
 */
export function createReply(init: ReplyInit = {}): Response {
  const { status = 200, statusText = '', body = null } = init;
  const headers =
    init.headers instanceof LightHeaders
      ? init.headers
      : copyHeaders(init.headers as HeaderRecord | Headers | undefined);
  const content: ReplyContent = {
    value: body,
    stages: none,
    context: undefined,
    pump: undefined,
    used: false,
  };
  return new Reply(
    status,
    statusText,
    headers as unknown as Headers,
    content,
  ) as unknown as Response;
}

/**
 * The same reply with another status or other headers; the body and its stages go along.
 *
 * @param change.headers lower-case names, of which `null` deletes; or `Headers`, which take the place
 *   of all and are then the reply's own.
 */
export function rewriteReply(
  response: Response,
  change: { status?: number; headers?: Readonly<Record<string, string | null>> | Headers },
  _context?: Context,
): Response {
  const reply = adopt(response);
  const { headers: given = {} } = change;
  const headers =
    given instanceof Headers ? given : (changedHeaders(reply.headers, given) as unknown as Headers);
  const statusText = change.status === undefined ? reply.statusText : '';
  return new Reply(
    change.status ?? reply.status,
    statusText,
    headers,
    reply.content,
  ) as unknown as Response;
}

/**
 * Registers a stage that watches or changes the reply's body, outside of those registered before.
 * Use the response that it returns. Whether stages are fed events is decided with the first: one that
 * turns events into something else may have the content type changed behind it. A stage that throws fails the reply and is told in a
 * `background-error` event.
 *
 * @throws {TypeError} when the body has been read already, unless all of it is at hand as JSON replies are.
 */
export function addReplyStage(response: Response, stage: ReplyStage, context: Context): Response {
  const reply = adopt(response);
  const { content } = reply;
  if (!isReadable(response)) throw new TypeError('Add stages before the body is read');
  content.context ??= context;
  content.isEvents ??= isEventStream(reply as unknown as Response);
  // Not pushed to: an array that grows takes room for sixteen more, for as long as the reply lasts.
  content.stages = content.stages.length === 0 ? [stage] : [...content.stages, stage];
  // The length may change with any stage: one that watches may still add a closing event.
  if (!reply.headers.has('content-length')) return reply as unknown as Response;
  return rewriteReply(reply as unknown as Response, { headers: { 'content-length': null } });
}

/** Whether the body can be sent: nobody has read it, or all of it is still at hand. */
export function isReadable(response: Response): boolean {
  if (!response.bodyUsed) return true;
  const { used = true, value } = standingIn(response)?.content ?? {};
  return !used && (typeof value === 'string' || value instanceof Uint8Array);
}

/** The reply's headers as a record, without building any object where it is one of ours. */
export function headerRecord(response: Response): HeaderRecord {
  const { headers } = response;
  return headers instanceof LightHeaders ? headers.record : copyHeaders(headers).record;
}

/** Whether the reply is an event stream. */
export function isEventStream(response: Response): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '');
}

/** The reply that stands in for this Response from now on: it keeps what was read of its body. */
export function remember(response: Response): Reply {
  const reply = adopt(response);
  if (asReply(response) === undefined) remembered.set(response, reply as unknown as Response);
  return reply;
}
