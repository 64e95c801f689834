/** From a Request to the call in it, once. */
import {
  type Context,
  type ContextKey,
  createContextKey,
  errorFormatKey,
  freezeJson,
  RequestError,
  rememberParsed,
  rewrite,
} from '@wintergate/core';
import { type DialectMatch, matchDialect } from './dialects.ts';
import { CallBytes, KnownCalls } from './known-calls.ts';
import { repeatedName } from './repeated-name.ts';
import type { JsonObject, ModelCall } from './types.ts';

/** The exchange's call as it was read last: after a rewrite, the rewritten one. */
export const callKey: ContextKey<ModelCall> =
  /* @__PURE__ */ createContextKey<ModelCall>('@wintergate/wire/call');

/*
 * What was read is kept on the objects themselves: what a WeakMap holds lives until the next full
 * collection (V8), and every collection before it copies all of that.
 */
const readKey = Symbol('@wintergate/wire/read');
const bodyKey = Symbol('@wintergate/wire/body');

interface ReadRequest {
  [readKey]?: Promise<ModelCall | undefined>;
}
/** A request derived without a new body keeps its parsed body, and with it, at its path, its call. */
interface ReadBody {
  [bodyKey]?: { readonly path: string; readonly call: ModelCall };
}

function keepCall(body: JsonObject, path: string, call: ModelCall): void {
  // Not enumerable: a copy of the body is another body.
  Reflect.defineProperty(body, bodyKey, { value: { path, call }, configurable: true });
}

/**
 * Reads the call in a request, or answers `undefined` when it is no AI traffic: pass such a
 * request through untouched, its body has not been looked at. The first call of an exchange emits
 * `call-read`. Its body is frozen, since all that read the request share it, and exchanges with the same
 * bytes, too: a change goes through {@link rewriteCall}.
 *
 * A request to a path that a dialect knows is never let through unread, because the upstream might
 * take it all the same: without a content type it is read as JSON, with one that is not JSON, or
 * with a content encoding, it is refused.
 *
 * @throws {RequestError} 400 naming the field for a body that can not be a call, 413 for one that
 * is too large, 415 for one that is not JSON.
 * @example
 * const call = await readCall(request, context);
 * if (call === undefined) return next();
 */
export function readCall(request: Request, context: Context): Promise<ModelCall | undefined> {
  const read = ((request as ReadRequest)[readKey] ??= readFresh(request, context));
  return read.then((call) => remember(call, context));
}

/**
 * Derives a request with another body. Reading the call of the result costs no parse.
 *
 * @throws {RequestError} as {@link readCall}, when `body` is no call of the request's dialect.
 */
export function rewriteCall(request: Request, body: JsonObject, context: Context): Request {
  const match = matchDialect(request, context);
  if (match === undefined) return rewrite(request, { json: body }, context);
  const { dialect, operation, url } = match;
  const call = dialect.readCall(body, operation, url);
  const moved = dialect.urlFor?.(call, url);
  const change = moved === undefined ? { json: body } : { json: body, url: moved.href };
  const rewritten = rewrite(request, change, context);
  (rewritten as ReadRequest)[readKey] = Promise.resolve(call);
  keepCall(body, (moved ?? url).pathname, call);
  remember(call, context);
  return rewritten;
}

/**
 * Says which call a request is, where that is known without reading: one that was written in another
 * dialect, for a handler in process.
 *
 * @returns the request.
 */
export function presetCall(request: Request, call: ModelCall): Request {
  (request as ReadRequest)[readKey] = Promise.resolve(call);
  return request;
}

function remember(call: ModelCall | undefined, context: Context): ModelCall | undefined {
  if (call !== undefined && context.get(callKey) !== call) context.set(callKey, call);
  return call;
}

const knownCalls = /* @__PURE__ */ new KnownCalls();

async function readFresh(request: Request, context: Context): Promise<ModelCall | undefined> {
  const match = matchDialect(request, context);
  if (match === undefined) return undefined;
  if (context.get(errorFormatKey) === undefined)
    context.set(errorFormatKey, match.dialect.errorFormat);
  checkContentType(request.headers);
  // A rewritten one is not its caller's.
  if (context.get(callKey) !== undefined) return readParsed(request, match, context);
  const bytes = await context.bytes(request);
  const given = new CallBytes(bytes, request.url);
  const known = knownCalls.find(given);
  if (known?.dialect === match.dialect && known.operation === match.operation) {
    rememberParsed(bytes, known.body);
    tellRead(known, bytes, context);
    return known;
  }
  const call = await readParsed(request, match, context);
  refuseRepeated(await context.text(request));
  freezeJson(call.body);
  knownCalls.add(given, call);
  tellRead(call, bytes, context);
  return call;
}

async function readParsed(
  request: Request,
  { dialect, operation, url }: DialectMatch,
  context: Context,
): Promise<ModelCall> {
  const body = await context.json(request);
  const known = typeof body === 'object' && body !== null ? (body as ReadBody)[bodyKey] : undefined;
  if (known?.path === url.pathname && known.call.dialect === dialect) return known.call;
  const call = dialect.readCall(body, operation, url);
  keepCall(call.body, url.pathname, call);
  return call;
}

/** Checked here is the value that counts for `JSON.parse`; the upstream may go by the other one. */
function refuseRepeated(text: string): void {
  const param = repeatedName(text);
  if (param === undefined) return;
  const message = `Write '${param}' once: an object of the body has it twice`;
  throw new RequestError({ status: 400, type: 'invalid_request_error', message, param });
}

function tellRead(call: ModelCall, { byteLength }: Uint8Array, context: Context): void {
  context.emit({
    type: 'call-read',
    dialect: call.dialect.id,
    operation: call.operation,
    requestModel: call.model,
    stream: call.stream,
    inputBytes: byteLength,
  });
}

function checkContentType(headers: Headers): void {
  const type = headers.get('content-type');
  if (type !== null && !/^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    throw unsupported(`Send the body as "application/json", got "${type.slice(0, 100)}"`);
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw unsupported(`Send the body without "content-encoding", got "${encoding.slice(0, 100)}"`);
  }
}

function unsupported(message: string): RequestError {
  return new RequestError({
    status: 415,
    type: 'invalid_request_error',
    code: 'unsupported_media_type',
    message,
    where: 'header',
  });
}
