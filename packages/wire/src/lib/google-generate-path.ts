/** Google names model and method in the path: `…/models/{model}:generateContent`. */
import { RequestError } from '@wintergate/core';
import { stringOf } from './json.ts';
import { plainPath } from './openai-request.ts';
import type { JsonObject } from './types.ts';

const modelKey = Symbol.for('@wintergate/wire/google-model');
/** Vertex AI serves tuned models as `endpoints`. */
const collections = /^(?:models|tunedModels|endpoints)\//;

/** What a path asks for; `undefined` when it is none of these methods. */
export interface GooglePath {
  readonly method: string;
  /** Without `models/`; tuned ones with their collection. */
  readonly model: string;
}

/** Reads `…/{collection}/{model}:{method}` in whatever spelling an upstream may take. */
export function readGooglePath(path: string, methods: RegExp): GooglePath | undefined {
  const { method, collection, name } = splitPath(path);
  if (!methods.test(method)) return undefined;
  return { method, model: collections.test(collection) ? plainName(collection + name) : name };
}

/** Not by one pattern: the search for its beginning would start at every letter. */
function splitPath(path: string): {
  readonly before: string;
  readonly collection: string;
  readonly name: string;
  readonly method: string;
} {
  const plain = plainPath(path).slice(0, -1);
  const colon = plain.lastIndexOf(':');
  const slash = plain.lastIndexOf('/', colon);
  const start = plain.lastIndexOf('/', slash - 1) + 1;
  return {
    before: plain.slice(0, start),
    collection: plain.slice(start, slash + 1),
    name: plain.slice(slash + 1, colon),
    method: colon === -1 ? '' : plain.slice(colon + 1),
  };
}

function plainName(name: string): string {
  return name.replace(/^models\//, '');
}

/** The model that a path ends in, escaped: its name can not lead anywhere else. */
export function modelPath(model: string): string {
  const [collection = 'models/'] = collections.exec(model) ?? [];
  return `/${collection}${encodeURIComponent(model.replace(collections, ''))}`;
}

/** A body for another model: noted where JSON does not show it, since the path is to say it. */
export function withGoogleModel(body: JsonObject, model: string): JsonObject {
  const named = body['model'] === undefined ? {} : { model: modelPath(model).slice(1) };
  return { ...body, ...named, [modelKey]: plainName(model) } as JsonObject;
}

/**
 * The call's model: the one noted, else the path's. A body that names another one would be judged by
 * the one and answered by the other.
 *
 * @throws {RequestError} 400 when it does.
 */
export function modelOf(body: JsonObject, path: GooglePath | undefined): string | undefined {
  const noted = notedModel(body);
  if (noted !== undefined) return noted;
  const named = stringOf(body['model'])?.replace(/^.*\bmodels\//, '');
  if (named === undefined || named === path?.model) return path?.model;
  throw new RequestError({
    status: 400,
    type: 'invalid_request_error',
    param: 'model',
    message: `Name in 'model' the model of the path, or leave it out`,
  });
}

/** The model noted by {@link withGoogleModel}. */
export function notedModel(body: JsonObject): string | undefined {
  return stringOf((body as { [modelKey]?: unknown })[modelKey]);
}

/** The URL with the call's model in the place of its own; the same URL when it is that. */
export function googleUrl(model: string | undefined, url: URL): URL {
  const { before, collection, name, method } = splitPath(url.pathname);
  if (model === undefined || plainName(collection + name) === model) return url;
  const moved = new URL(url);
  moved.pathname = `${before.slice(0, -1)}${modelPath(model)}:${method}`;
  return moved;
}

/** See `Dialect.answerUrl`. Written in another way than Google's own, a stream is a call of its own. */
export function googleAnswerUrl(given: string): string {
  const url = new URL(given);
  url.pathname = url.pathname.replace(/:streamGenerateContent$/, ':generateContent');
  for (const name of ['alt', '$alt'])
    if (/^(?:sse|json)$/.test(url.searchParams.get(name) ?? '')) url.searchParams.delete(name);
  return url.href;
}
