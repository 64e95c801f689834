/** The fast way upstream on Node: undici's dispatch, whose chunks go straight into the pump. */
import type { Agent as UndiciAgent } from 'undici';
import { type AbortSource, abortSourceOf } from './aborter.ts';
import { checkOptions } from './check-options.ts';
import { join } from './join.ts';
import { type HeaderRecord, LightHeaders } from './light-headers.ts';
import { createDecodedSource } from './node-decode.ts';
import { parseUrl } from './parse-url.ts';
import { createReply } from './reply.ts';
import type { ByteSink, ByteSource } from './stage-types.ts';
import { inStep, type Step } from './steps.ts';
import type { Transport } from './types.ts';

export interface NodeTransportOptions {
  /** Connections kept to one origin at most; more calls wait for one. @default unlimited */
  connections?: number | undefined;
  /** Milliseconds to wait for a connection. @default 10000 */
  connectTimeout?: number | undefined;
  /** Milliseconds to wait for the reply's headers. @default 300000 */
  headersTimeout?: number | undefined;
  /** Milliseconds without a byte of the body. @default 300000 */
  bodyTimeout?: number | undefined;
  /** An undici Agent of your own, a proxy for instance; the other options are its. */
  agent?: UndiciAgent | undefined;
}

const known: Readonly<Record<keyof NodeTransportOptions, 1>> = {
  connections: 1,
  connectTimeout: 1,
  headersTimeout: 1,
  bodyTimeout: 1,
  agent: 1,
};

/** What a caller has not taken yet is kept up to this many bytes before the socket is paused. */
const maxBacklog = 64 * 1024;

/** The part of undici's controller that is used. */
interface Controller {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
  rawHeaders?: unknown;
}

/**
 * Creates a transport with a keep-alive pool. Replies come decoded (gzip, deflate, br).
 *
 * @throws {TypeError} for an option that it does not know.
 * @throws when `undici` is not installed.
 * @example
 * await serveNode(chain, upstream(), { transport: await nodeTransport({ connections: 256 }) });
 */
export async function nodeTransport(options: NodeTransportOptions = {}): Promise<Transport> {
  checkOptions(options, known, 'nodeTransport()');
  const agent = options.agent ?? (await createAgent(options));
  const isOwn = options.agent === undefined;
  return function transport(request) {
    return new Promise<Response>((resolve, reject) => {
      const abort = request.abort ?? abortSourceOf(request.signal);
      if (abort.aborted) {
        reject(abort.reason);
        return;
      }
      const reply = new UndiciReply(abort, isOwn, resolve, reject);
      try {
        const url = parseUrl(request.url);
        agent.dispatch(
          {
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method as 'POST',
            headers: plainHeaders(request.headers),
            body: request.body as Uint8Array | null,
          },
          reply,
        );
      } catch (error) {
        reply.fail(error);
      }
    });
  };
}

async function createAgent(options: NodeTransportOptions): Promise<UndiciAgent> {
  const { default: Agent } = await loadAgent();
  const {
    connections,
    connectTimeout = 10_000,
    headersTimeout = 300_000,
    bodyTimeout = 300_000,
  } = options;
  return new Agent({
    headersTimeout,
    bodyTimeout,
    connect: { timeout: connectTimeout },
    ...(connections !== undefined && { connections }),
  });
}

/** What lies behind the whole of undici (its fetch, caches, mocks) takes four times as long to load. */
async function loadAgent(): Promise<{ default: typeof UndiciAgent }> {
  try {
    // It has no types of its own, and bundlers still see its name.
    return await import('undici/lib/dispatcher/agent.js' as string);
  } catch {
    // A version that keeps it elsewhere. No bundler is to follow this: what it bundles has been found above.
    const whole = 'undici';
    const { Agent } = await import(whole);
    return { default: Agent };
  }
}

function plainHeaders(headers: Headers): HeaderRecord {
  if (headers instanceof LightHeaders) return headers.record;
  return Object.fromEntries(headers);
}

/** One dispatch: undici's handler on one side, a reply's source on the other. */
class UndiciReply implements ByteSource, Step {
  readonly #given: AbortSource;
  readonly #isOwn: boolean;
  #resolve: ((response: Response) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  readonly #release: () => void;
  #controller: Controller | undefined;
  #sink: ByteSink | undefined;
  #backlog: Uint8Array[] | undefined = [];
  #backlogSize = 0;
  /** Came in this turn: a read of the socket may hold many chunks of the upstream's framing. */
  #turn: Uint8Array[] = [];
  #turnSize = 0;
  /** Until it is handed over. */
  #reply: Response | undefined;
  #isDue = false;
  /** The upstream has said its last word, and the sink has heard so. */
  #ended = false;
  #told = false;
  #error: unknown;

  /** @param isOwn nobody else's handlers stand between this one and the connection. */
  constructor(
    given: AbortSource,
    isOwn: boolean,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    this.#given = given;
    this.#isOwn = isOwn;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#release = given.onAbort(() => this.#abort());
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#given.aborted) this.#abort();
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: HeaderRecord,
    statusText = '',
  ): void {
    if (status < 200) return;
    // Ten buffers, which undici would keep until the end of the reply.
    if (this.#isOwn) controller.rawHeaders = undefined;
    const encoding = headers['content-encoding'];
    const decoded = typeof encoding === 'string' ? createDecodedSource(this, encoding) : undefined;
    const record = { ...headers };
    if (decoded !== undefined) {
      delete record['content-encoding'];
      delete record['content-length'];
    }
    const light = new LightHeaders(record) as unknown as Headers;
    this.#reply = createReply({ status, statusText, headers: light, body: decoded ?? this });
    this.#reject = undefined;
    this.#stepSoon();
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#backlog === undefined) {
      this.#turn.push(chunk);
      this.#turnSize += chunk.length;
      this.#stepSoon();
      return;
    }
    this.#backlog.push(chunk);
    this.#backlogSize += chunk.length;
    if (this.#backlogSize > maxBacklog) controller.pause();
  }

  onResponseEnd(): void {
    this.#release();
    this.#ended = true;
    this.#stepSoon();
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    this.#release();
    const reason = this.#given.aborted ? this.#given.reason : asTimeout(error);
    if (this.#reject !== undefined) {
      this.#reject(reason);
      return;
    }
    this.#error = reason;
    this.#ended = true;
    this.#stepSoon();
  }

  /** Everything that came in one turn of the event loop goes on in one piece. */
  step(): void {
    this.#isDue = false;
    const [resolve, reply] = [this.#resolve, this.#reply];
    if (reply !== undefined) {
      this.#resolve = this.#reply = undefined;
      resolve?.(reply);
    }
    if (this.#backlog !== undefined) return;
    if (this.#turnSize > 0) {
      const bytes = join(this.#turn, this.#turnSize);
      this.#turn = [];
      this.#turnSize = 0;
      this.#sink?.write(bytes);
    }
    this.#tellEnd();
  }

  #stepSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    inStep(this);
  }

  #tellEnd(): void {
    if (!this.#ended || this.#told) return;
    this.#told = true;
    if (this.#error !== undefined) this.#sink?.fail(this.#error);
    else this.#sink?.end();
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    const backlog = this.#backlog ?? [];
    this.#backlog = undefined;
    if (this.#backlogSize > 0) sink.write(join(backlog, this.#backlogSize));
    if (!this.#ended && this.#backlogSize > maxBacklog) this.#controller?.resume();
    this.#tellEnd();
  }

  /** The whole body, when it had arrived before anybody asked. */
  take(): Uint8Array | undefined {
    const { length } = this.#backlog ?? [];
    if (!this.#ended || this.#error !== undefined || this.#backlog === undefined) return undefined;
    return length === 0 ? new Uint8Array(0) : join(this.#backlog, this.#backlogSize);
  }

  pause(): void {
    if (!this.#ended) this.#controller?.pause();
  }

  resume(): void {
    if (!this.#ended) this.#controller?.resume();
  }

  cancel(): void {
    this.#sink = undefined;
    this.#backlog = undefined;
    if (!this.#ended) this.#abort();
  }

  #abort(): void {
    this.#controller?.abort(new DOMException('The reply is no longer wanted', 'AbortError'));
  }
}

function asTimeout(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !code.includes('TIMEOUT')) return error;
  const timeout = new DOMException(`The upstream took too long: ${code}`, 'TimeoutError');
  return Object.assign(timeout, { cause: error });
}
