/** Which options there are, and of which kind: a slip in one would leave its default in force. */
import { checkNames } from '@wintergate/core';
import type { SemanticCacheOptions, SemanticOptions, SingleFlightOptions } from './options.ts';

const known: Record<keyof SemanticCacheOptions, 1> = {
  tenant: 1,
  scope: 1,
  endUser: 1,
  secret: 1,
  store: 1,
  storeTimeout: 1,
  ttl: 1,
  staleIfError: 1,
  staleWhileRevalidate: 1,
  refreshAhead: 1,
  maxRefreshesPerMinute: 1,
  upstreamCacheControl: 1,
  hitUsage: 1,
  replayFraming: 1,
  replayPace: 1,
  maxEntryBytes: 1,
  semantic: 1,
  singleFlight: 1,
  maxTemperature: 1,
  cacheable: 1,
  storeFallbacks: 1,
  cacheControl: 1,
  tags: 1,
  keyHeaders: 1,
  version: 1,
  now: 1,
};
const knownOfSemantic: Record<keyof SemanticOptions, 1> = {
  embedder: 1,
  policy: 1,
  guards: 1,
  judge: 1,
  index: 1,
  candidates: 1,
  turns: 1,
  turnsThreshold: 1,
  maxTextLength: 1,
  timeout: 1,
};
const knownOfFlight: Record<keyof SingleFlightOptions, 1> = {
  abandoned: 1,
  slowReaderTimeout: 1,
  across: 1,
};

/** What takes the place of a part of the cache can do what the part does. */
function checkPart(part: object | undefined, method: string, name: string): void {
  if (
    part !== undefined &&
    typeof (part as Record<string, unknown> | null)?.[method] !== 'function'
  )
    throw new TypeError(`Set "${name}" to what has a method "${method}", or leave it out`);
}

/** @throws {TypeError} naming the option that is unknown, or of another kind. */
export function checkKnown(options: SemanticCacheOptions): void {
  checkNames(options, known, 'semanticCache()');
  const { semantic = false, singleFlight = false, tenant, secret, keyHeaders } = options;
  if (semantic !== false) {
    checkNames(semantic, knownOfSemantic, '"semantic"');
    for (const [name, method] of [
      ['embedder', 'embed'],
      ['policy', 'decide'],
      ['index', 'query'],
    ] as const)
      checkPart(semantic[name], method, `semantic.${name}`);
  }
  checkPart(options.store, 'get', 'store');
  if (singleFlight !== false) checkNames(singleFlight, knownOfFlight, '"singleFlight"');
  if (tenant === '' || !/^(?:string|function|undefined)$/.test(typeof tenant))
    throw new TypeError('Set "tenant" to a text that is not empty, or to a function');
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16))
    throw new RangeError('Set "secret" to 16 characters or more');
  if (keyHeaders !== undefined && !Array.isArray(keyHeaders))
    throw new TypeError('Set "keyHeaders" to a list of names');
  for (const name of ['scope', 'cacheable', 'tags'] as const)
    if (!/^(?:function|undefined)$/.test(typeof options[name]))
      throw new TypeError(`Set "${name}" to a function`);
}
