/** Which wire formats a chain knows. */
import {
  type Context,
  createContextKey,
  defineMiddleware,
  errorFormatKey,
  type Middleware,
  parseUrl,
} from '@wintergate/core';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import type { Dialect, Operation } from './types.ts';

const dialectsKey = /* @__PURE__ */ createContextKey<readonly Dialect[]>(
  '@wintergate/wire/dialects',
);
const known: readonly Dialect[] = [openaiChat, openaiEmbeddings];

/** A request's dialect by method and path. */
export interface DialectMatch {
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** Others share it: never change it. */
  readonly url: URL;
}

/**
 * Registers the dialects that the rest of the chain knows, and writes errors in the caller's form
 * even before a body is read. Without it OpenAI chat and embeddings are known. The first dialect
 * that matches a request's method and path is its dialect. Place it first.
 *
 * @param list at least one.
 * @throws {TypeError} when `list` is empty, holds what is no dialect, or names one twice.
 * @example
 * compose(dialects(openaiChat), logger(), semanticCache());
 */
export function dialects(...list: Dialect[]): Middleware {
  if (list.length === 0) throw new TypeError('Pass at least one dialect to dialects()');
  if (!list.every((one) => typeof one?.matches === 'function'))
    throw new TypeError('Pass dialects to dialects(), such as openaiChat, one by one');
  const ids = new Set(list.map((dialect) => dialect.id));
  if (ids.size < list.length) {
    throw new TypeError(
      `Pass each dialect once to dialects(): ${list.map(({ id }) => `"${id}"`).join(', ')}`,
    );
  }
  return defineMiddleware(undefined, function dialects(request, next, context) {
    context.set(dialectsKey, list);
    const match = matchDialect(request, context);
    if (match === undefined) return next();
    const { dialect, url } = match;
    context.set(errorFormatKey, dialect.errorFormat);
    if (dialect.frameReply === undefined) return next();
    return next().then((response) => dialect.frameReply?.(response, url, context) ?? response);
  });
}

/** The first registered dialect that knows the request's path. */
export function matchDialect(request: Request, context: Context): DialectMatch | undefined {
  const { method, headers } = request;
  const { url, pathname: path } = parseUrl(request.url);
  for (const dialect of context.get(dialectsKey) ?? known) {
    const operation = dialect.matches({ method, path, headers });
    if (operation !== undefined) return { dialect, operation, url };
  }
  return undefined;
}
