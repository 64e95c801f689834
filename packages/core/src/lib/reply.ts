/**
 * Replies: responses that cost nothing until somebody looks. A reply passes `instanceof Response`
 * and behaves as one; its body is a source and an ordered list of stages that the host's pump runs.
 */
import {
  changeHeaders,
  copyHeaders,
  type HeaderRecord,
  LightHeaders,
  toNativeHeaders,
} from './light-headers.ts';
import { Pump, type PumpResult } from './pump.ts';
import { bytesSource, streamSource } from './sources.ts';
import { join } from './stage-node.ts';
import type { ByteSink, ByteSource, ReplyStage } from './stage-types.ts';
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
interface ReplyContent {
  /** What is there to send, in one of its forms. */
  value: string | Uint8Array | ByteSource | ReadableStream<Uint8Array> | null;
  stages: ReplyStage[];
  context: Context | undefined;
  /** Set once the pump runs, whether held or into a sink. */
  pump: Pump | undefined;
  used: boolean;
  /** Somebody reads the whole of it: whoever asks meanwhile gets the same. */
  reading?: Promise<Uint8Array> | undefined;
}

const brand = Symbol.for('@wintergate/core/reply');
const nullBodyStatus = new Set([101, 103, 204, 205, 304]);

/** Platform responses whose body we have read: what stands in for them from then on. */
const remembered = /* @__PURE__ */ new WeakMap<Response, Response>();

/** Our own responses. Methods that need the real thing build it, once. */
class Reply {
  readonly status: number;
  readonly statusText: string;
  readonly content: ReplyContent;
  #headers: Headers;
  #native: Response | undefined;

  constructor(status: number, statusText: string, headers: Headers, content: ReplyContent) {
    this.status = status;
    this.statusText = statusText;
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

function asReply(response: Response): Reply | undefined {
  return (response as { [brand]?: true })[brand] === true
    ? (response as unknown as Reply)
    : undefined;
}

/** The reply's content, made from a platform Response where it is one. */
function adopt(response: Response): Reply {
  const own = asReply(response) ?? asReply(remembered.get(response) ?? response);
  if (own !== undefined) return own;
  return new Reply(
    response.status,
    response.statusText,
    copyHeaders(response.headers) as unknown as Headers,
    {
      value: response.body,
      stages: [],
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
    stages: [],
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
    given instanceof Headers
      ? given
      : (changeHeaders(copyHeaders(reply.headers), given) as unknown as Headers);
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
 * Use the response that it returns. A stage that throws fails the reply and is told in a
 * `background-error` event.
 *
 * @throws {TypeError} when the body has been read already.
 */
export function addReplyStage(response: Response, stage: ReplyStage, context: Context): Response {
  const reply = adopt(response);
  const { content } = reply;
  if (reply.bodyUsed) throw new TypeError('Add stages before the body is read');
  content.context ??= context;
  content.stages.push(stage);
  // The length may change with any stage: one that watches may still add a closing event.
  if (!reply.headers.has('content-length')) return reply as unknown as Response;
  return rewriteReply(reply as unknown as Response, { headers: { 'content-length': null } });
}

/** Runs the reply's pump into `sink`. Call once. `callerLeft`: see {@link Pump.attach}. */
export function runReply(
  response: Response,
  sink: ByteSink,
  onDone: (result: PumpResult) => void,
  callerLeft?: () => boolean,
): Pump {
  const reply = adopt(response);
  const { content } = reply;
  content.used = true;
  const pump = (content.pump ??= createPump(reply));
  pump.attach(content.stages.slice(pump.stageCount), sink, onDone, callerLeft);
  return pump;
}

/** Starts the pump without a sink, to look at the beginning of the reply. */
export function startHeldReply(response: Response): { pump: Pump; response: Response } {
  const reply = adopt(response);
  const pump = (reply.content.pump ??= createPump(reply));
  return { pump, response: reply as unknown as Response };
}

/** The whole of a reply that needs no pump, for hosts that can send it at once. */
export function immediateBody(response: Response): string | Uint8Array | null | undefined {
  const content = asReply(response)?.content;
  if (content === undefined || content.stages.length > 0 || content.pump !== undefined)
    return undefined;
  content.value = taken(content.value);
  const { value } = content;
  if (value !== null && typeof value !== 'string' && !(value instanceof Uint8Array))
    return undefined;
  content.used = true;
  return value;
}

/** The reply's headers as a record, without building any object where it is one of ours. */
export function headerRecord(response: Response): HeaderRecord {
  const { headers } = response;
  return headers instanceof LightHeaders ? headers.record : copyHeaders(headers).record;
}

/** Gives up a reply that nobody will read, and releases its connection. */
export function cancelReply(response: Response, reason?: unknown): void {
  const own = asReply(response) ?? asReply(remembered.get(response) ?? response);
  if (own === undefined) {
    if (!response.bodyUsed) void response.body?.cancel(reason).catch(() => {});
    return;
  }
  const { content } = own;
  if (content.pump !== undefined) {
    content.pump.cancel(reason);
  } else if (!content.used) {
    content.used = true;
    createPump(own).cancel(reason);
  }
}

/** Whether the reply is an event stream. */
export function isEventStream(response: Response): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '');
}

function createPump(reply: Reply): Pump {
  const { content } = reply;
  const { context } = content;
  return new Pump(
    toSource(taken(content.value)),
    content.stages,
    isEventStream(reply as unknown as Response),
    (stage, error) =>
      context?.emit({
        type: 'background-error',
        message: `Stage "${stage}" failed: ${String(error)}`,
      }),
  );
}

/** A source whose bytes have all arrived is as good as bytes. */
function taken(value: ReplyContent['value']): ReplyContent['value'] {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value;
  return ('take' in value ? value.take?.() : undefined) ?? value;
}

function toSource(value: ReplyContent['value']): ByteSource {
  if (value === null) return bytesSource(new Uint8Array(0));
  if (typeof value === 'string') return bytesSource(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return bytesSource(value);
  return 'start' in value ? value : streamSource(value);
}

/**
 * The reply's bytes as a standard stream that pulls: nothing is read before somebody asks, and
 * cancelling it cancels the source.
 *
 * @param signal the caller's: aborting it breaks the stream off with its reason, as `fetch` does,
 *   and cancels the source even when nobody reads any more.
 */
export function replyStream(
  response: Response,
  onDone: (result: PumpResult) => void = () => {},
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let pump: Pump | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let asked: (() => void) | undefined;
  let over = false;

  function answer(): void {
    const resolve = asked;
    asked = undefined;
    resolve?.();
  }

  function close(): void {
    over = true;
    signal?.removeEventListener('abort', abort);
    answer();
  }

  function abort(): void {
    if (over) return;
    controller.error(signal?.reason);
    cancel(signal?.reason);
  }

  function cancel(reason: unknown): void {
    close();
    if (pump !== undefined) pump.cancel(reason);
    else pump = runCancelled(response, reason, onDone);
  }

  const sink: ByteSink = {
    write(chunk) {
      if (over) return;
      controller.enqueue(chunk);
      // A source may push from within its start, before `runReply` has answered.
      (pump ?? asReply(response)?.content.pump)?.pause();
      answer();
    },
    end() {
      if (over) return;
      controller.close();
      close();
    },
    fail(error) {
      if (over) return;
      controller.error(error ?? new TypeError('The reply broke off'));
      close();
    },
  };

  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        signal?.addEventListener('abort', abort);
      },
      pull() {
        return new Promise<void>((resolve) => {
          asked = resolve;
          const callerLeft = () => signal?.aborted === true;
          if (pump === undefined) pump = runReply(response, sink, onDone, callerLeft);
          else pump.resume();
        });
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

/** Nobody read a byte: cancel without starting the source. */
function runCancelled(
  response: Response,
  reason: unknown,
  onDone: (result: PumpResult) => void,
): Pump {
  const reply = adopt(response);
  reply.content.used = true;
  const pump = (reply.content.pump ??= createPump(reply));
  pump.cancel(reason);
  onDone({ ended: 'cancelled', error: reason, bytes: 0 });
  return pump;
}

/** The whole body, bounded; the reply can still be sent afterwards. */
export function readReply(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reply = remember(response);
  const { content } = reply;
  if (content.stages.length === 0 && content.pump === undefined) {
    const given = content.value;
    const bytes = taken(given);
    content.value = bytes;
    if (bytes instanceof Uint8Array && (bytes === given || bytes.length <= maxBytes))
      return Promise.resolve(bytes);
  }
  content.reading ??= new Promise<Uint8Array>((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    const pump = runReply(
      reply as unknown as Response,
      {
        write(chunk) {
          parts.push(chunk);
          size += chunk.length;
          if (size > maxBytes) queueMicrotask(() => pump.cancel(tooLarge(maxBytes)));
        },
        end() {
          const bytes = join(parts, size);
          content.value = bytes;
          content.stages = [];
          content.pump = undefined;
          content.used = false;
          content.reading = undefined;
          resolve(bytes);
        },
        fail: reject,
      },
      (result) => {
        if (result.ended === 'cancelled') reject(result.error);
      },
    );
  });
  return content.reading;
}

/** Made only when needed: an error costs a stack trace. */
function tooLarge(maxBytes: number): RangeError {
  return new RangeError(`Refuse a reply of more than ${maxBytes} bytes`);
}

function remember(response: Response): Reply {
  const reply = adopt(response);
  if (asReply(response) === undefined) remembered.set(response, reply as unknown as Response);
  return reply;
}
