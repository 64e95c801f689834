import { AsyncResource } from 'node:async_hooks';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Aborter, createAborter } from './aborter.ts';
import { bindEnd } from './compose.ts';
import { createContext, fullPlatform } from './context.ts';
import { errorResponse } from './error-response.ts';
import { RequestError } from './errors.ts';
import { answer, brokeOff, endExchange, serverTiming } from './exchange.ts';
import type { HandlerOptions } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { nodeDigest } from './node-digest.ts';
import { writeNodeReply } from './node-reply.ts';
import { createNodeRequest } from './node-request.ts';
import { nodeTransport } from './node-transport.ts';
import { inStep, type Step } from './steps.ts';
import type { Context, End, Middleware, Platform, Transport } from './types.ts';

export interface ServeNodeOptions extends HandlerOptions {
  /** 0 takes any free port. @default 8787 */
  port?: number | undefined;
  /** @default '127.0.0.1' */
  host?: string | undefined;
  /**
   * Milliseconds until a request must have come whole, its body included; then it is a 408 and the
   * connection ends.
   *
   * @default 300000
   */
  requestTimeout?: number | undefined;
  /** The way upstream. @default nodeTransport() where undici is installed, else the global fetch */
  transport?: Transport | undefined;
}

/** A running server. */
export interface NodeServer {
  readonly port: number;
  readonly host: string;
  readonly url: string;
  readonly server: Server;
  /**
   * Accepts no more, lets running replies end, and resolves when they have.
   *
   * @param options.timeout milliseconds until what still runs is cut off. @default 10000
   */
  close(options?: { timeout?: number }): Promise<void>;
}

/**
 * Serves a chain on Node.
 *
 * @throws {TypeError} for an option that it does not know.
 * @throws {RangeError} for a port that is none; the system's error, such as `EADDRINUSE`, when it can not listen.
 * @example
 * const server = await serveNode(compose(logger()), upstream({ provider: openai() }), { port: 8787 });
 * process.once('SIGINT', () => server.close());
 */
export async function serveNode(
  middleware: Middleware,
  end: End,
  options: ServeNodeOptions = {},
): Promise<NodeServer> {
  const known = { port: 1, host: 1, requestTimeout: 1, transport: 1 } as const;
  checkHandlerOptions(options, known, 'serveNode()');
  const { port = 8787, host = '127.0.0.1', onEvent, maxBodyBytes } = options;
  const { requestTimeout = 300_000 } = options;
  // Other texts are names of sockets to Node.
  if (!(Number(port) >= 0 && Number(port) <= 65_535))
    throw new RangeError(`Expected "port" to be from 0 to 65535: ${port}`);
  const run = bindEnd(middleware, end);
  const transport =
    options.transport ??
    options.platform?.transport ??
    (await nodeTransport().catch(() => undefined));
  const platform = fullPlatform({
    name: 'node',
    sharesIo: true,
    digest: nodeDigest,
    ...options.platform,
    transport,
  });

  // Connections without a call: kept open by callers, and all that must be closed to stop.
  const idle = new Set<Socket>();

  function serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    idle.delete(socket);
    const call = new NodeCall(incoming, outgoing, platform);
    outgoing.on('close', () => {
      call.close();
      if (!server.listening) socket.end();
      else if (!socket.destroyed) idle.add(socket);
    });
    let context: Context;
    let request: Request;
    try {
      request = createNodeRequest(incoming, () => call.leaving.signal);
      const signal = call.leaving;
      context = createContext(request, { platform: call as Platform, maxBodyBytes, signal });
    } catch (error) {
      const details = RequestError.isInstance(error)
        ? error.details
        : { status: 400, type: 'invalid_request_error', message: 'Send a valid request' };
      const refusal = errorResponse(details);
      writeNodeReply(
        outgoing,
        refusal,
        { connection: 'close' },
        () => {},
        () => refusal,
      );
      return;
    }
    if (onEvent !== undefined) context.subscribe(onEvent);
    inStep(new FirstStep(() => void begin(call, request, context)));
  }

  function begin(call: NodeCall, request: Request, context: Context): Promise<void> {
    const { incoming, outgoing } = call.native;
    return answer((own) => run(request, own), context).then((response) => {
      const extra: Record<string, string> = {
        'x-request-id': context.requestId,
        'server-timing': serverTiming(response, context),
      };
      // An unread rest of a body would be taken for the next request. Who sends too much may go on to (RFC 9110, 15.5.14).
      const mayBeUnread = !incoming.complete && response.status >= 400;
      if (!server.listening || mayBeUnread || response.status === 413)
        extra['connection'] = 'close';
      writeNodeReply(
        outgoing,
        response,
        extra,
        (ended, bytes) => {
          call.finished = true;
          endExchange(context, response.status, ended, bytes);
        },
        () => errorResponse(brokeOff, context),
      );
    });
  }

  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      requestTimeout,
      // How late a timeout may be noticed.
      connectionsCheckingInterval: Math.min(30_000, Math.ceil(requestTimeout / 2)),
    },
    serve,
  );
  server.on('connection', (socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    port: bound,
    host,
    url: `http://${shown}:${bound}`,
    server,
    close: (how) => close(server, idle, how?.timeout),
  };
}

function close(server: Server, idle: Set<Socket>, timeout = 10_000): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeout);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const socket of idle) socket.destroy();
  });
}

/** The beginning of a call, with what `AsyncLocalStorage` held when it came: others begin in the same turn. */
class FirstStep extends AsyncResource implements Step {
  readonly #begin: () => void;

  constructor(begin: () => void) {
    super('WintergateCall');
    this.#begin = begin;
  }

  step(): void {
    this.runInAsyncScope(this.#begin);
  }
}

/** The platform of one call: shared facts by prototype, the call's own on demand. */
class NodeCall {
  finished = false;
  /** Given up when the caller leaves before the reply has ended. */
  readonly leaving: Aborter = createAborter();
  readonly native: { incoming: IncomingMessage; outgoing: ServerResponse };
  private readonly platform: Platform;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, platform: Platform) {
    this.native = { incoming, outgoing };
    this.platform = platform;
  }

  close(): void {
    if (!this.finished) this.leaving.abort(callerLeft());
  }

  get name(): string {
    return this.platform.name;
  }

  get sharesIo(): boolean {
    return this.platform.sharesIo;
  }

  get transport(): Transport | undefined {
    return this.platform.transport;
  }

  get env(): unknown {
    return this.platform.env ?? process.env;
  }

  get clientAddress(): string | undefined {
    return this.native.incoming.socket.remoteAddress;
  }

  get digest(): Platform['digest'] {
    return this.platform.digest;
  }

  get waitUntil(): Platform['waitUntil'] {
    return this.platform.waitUntil;
  }
}

function callerLeft(): DOMException {
  return new DOMException('The caller left', 'AbortError');
}
