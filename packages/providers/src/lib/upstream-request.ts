/** The request as it goes upstream: its model, its stream options, its headers, its body. */
import {
  type AbortSource,
  abortOf,
  type Context,
  forwardedRequestHeaders,
  rewrite,
  sendableBody,
  type TransportRequest,
} from '@wintergate/core';
import {
  type Dialect,
  type ModelCall,
  type Notice,
  presetCall,
  readCall,
  rewriteCall,
  type TargetDialect,
  type WrittenCall,
} from '@wintergate/wire';
import { callerAuthentication } from './credential.ts';
import { standsIn, withoutReasoning } from './foreign-reasoning.ts';
import { isForeignHeader, quirksOf, type Translation, translateFor } from './translation.ts';
import type { Target } from './types.ts';
import { mayForwardAuthentication } from './upstream-target.ts';
import { joinUrl, upstreamUrl } from './upstream-url.ts';

/** A request and its call, as the target shall see them. */
export interface PreparedCall {
  readonly request: Request;
  /** In the caller's dialect, whatever the target speaks. */
  readonly call: ModelCall | undefined;
  /** Present where the request is in another dialect than `call`. */
  readonly translation?: Translation | undefined;
  /** What is not said as the caller said it. */
  readonly notices?: readonly Notice[] | undefined;
}

/** The request with the target's model, and asking for usage where the target can tell it. */
export async function prepareCall(
  request: Request,
  given: ModelCall | undefined,
  target: Target,
  context: Context,
): Promise<PreparedCall> {
  if (given === undefined) return { request, call: undefined };
  let call = given;
  let prepared = request;
  // What is sent is this attempt's affair: outside, the call stays what the caller wrote.
  const local = context.fork();
  async function change(body: ModelCall['body']): Promise<void> {
    if (body === call.body) return;
    prepared = rewriteCall(prepared, body, local);
    call = (await readCall(prepared, local)) ?? call;
  }
  const translation = translateFor(target, given, context);
  if (translation !== undefined) {
    // Usage is always asked for there, and told as to a caller who asked.
    if (call.stream) await change(call.dialect.withStreamUsage(call));
    const { notices } = translation;
    const written = writeRequest(request, translation, call, target, local);
    return { request: written, call, translation, notices };
  }
  if (target.model !== undefined && target.model !== call.model) {
    await change(call.dialect.withModel(call, target.model));
  } else if (call.model !== undefined && !namesModel(call)) {
    // A deployment's name in the caller's path, which is not the target's.
    await change(call.dialect.withModel(call, call.model));
  }
  if (call.stream && target.streamUsage !== false) await change(call.dialect.withStreamUsage(call));
  const notices: Notice[] = [];
  if (standsIn(target, context))
    await change(withoutReasoning(call, (notice) => void notices.push(notice)));
  const quirks = quirksOf(target, call, notices, context);
  await change(quirks);
  return { request: prepared, call, notices };
}

/** Whether the body, or the path of a dialect that has it there, names the model. */
function namesModel({ body, dialect }: ModelCall): boolean {
  return body['model'] !== undefined || dialect.urlFor !== undefined;
}

/** A handler in process finds the call that was written at the URL where it would have been sent. */
function writeRequest(
  request: Request,
  { dialect, written }: Translation,
  { operation }: ModelCall,
  target: Target,
  context: Context,
): Request {
  if (target.handler === undefined) return rewrite(request, { json: written.body }, context);
  const url = target.baseUrl + written.path;
  const own = rewrite(request, { json: written.body, url }, context);
  if (!isDialect(dialect)) return own;
  return presetCall(own, dialect.readCall(written.body, operation, new URL(url)));
}

function isDialect(dialect: TargetDialect): dialect is Dialect {
  return 'readCall' in dialect;
}

/** The request in a transport's form. Asks the target for its credential. */
export async function toTransportRequest(
  request: Request,
  target: Target,
  context: Context,
  call?: ModelCall,
  written?: WrittenCall,
): Promise<TransportRequest> {
  const model = target.model ?? call?.model;
  const forwards = mayForwardAuthentication(target, context);
  const withheld = forwards ? undefined : callerAuthentication;
  const headers = forwardedRequestHeaders(request.headers, withheld);
  // Cookies are the affair of the host that the caller called, and of no other.
  if (headers.has('cookie') && !isSameHost(request.url, target.baseUrl)) headers.delete('cookie');
  if (written !== undefined) {
    for (const name of [...headers.keys()]) if (isForeignHeader(name)) headers.delete(name);
    for (const [name, value] of Object.entries(written.headers ?? {})) headers.set(name, value);
  }
  for (const [name, value] of Object.entries(target.headers ?? {})) headers.set(name, value);
  await authorize(target, headers);
  const bodyless = request.method === 'GET' || request.method === 'HEAD';
  const outgoing = new OutgoingRequest(
    written === undefined
      ? upstreamUrl(target, request.url, forwards, model)
      : joinUrl(target, written.path, '', model),
    request.method,
    headers,
    bodyless ? null : sendableBody(request),
    abortOf(context),
  );
  if (target.sign !== undefined) await sign(target, outgoing);
  return outgoing;
}

/**
 * A class, because of its getter: an object literal with one costs V8 a hidden class of its own each
 * time, which lives until the next full collection.
 */
class OutgoingRequest implements TransportRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: TransportRequest['body'];
  readonly abort: AbortSource;

  constructor(
    url: string,
    method: string,
    headers: Headers,
    body: TransportRequest['body'],
    abort: AbortSource,
  ) {
    this.url = url;
    this.method = method;
    this.headers = headers;
    this.body = body;
    this.abort = abort;
  }

  /** A platform's signal is made only for a transport that asks for one. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }
}

/** The target's credential could not be had: its source failed. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

async function authorize(target: Target, headers: Headers): Promise<void> {
  try {
    await target.authorize?.(headers);
  } catch (cause) {
    throw failed(target, cause);
  }
}

async function sign(
  target: Target,
  { url, method, headers, body }: OutgoingRequest,
): Promise<void> {
  if (body !== null && !(body instanceof Uint8Array))
    throw failed(target, new TypeError('A body that is a stream can not be signed'));
  try {
    await target.sign?.({ url, method, headers, body });
  } catch (cause) {
    throw failed(target, cause);
  }
}

function failed(target: Target, cause: unknown): CredentialError {
  return new CredentialError(`Failed to get the credential of "${target.provider}"`, { cause });
}

function isSameHost(a: string, b: string): boolean {
  return new URL(a).host === new URL(b).host;
}
