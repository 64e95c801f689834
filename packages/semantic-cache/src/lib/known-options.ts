/** Which options there are, and of which kind: a slip in one would leave its default in force. */
import { checkOptions, type OptionKind } from '@wintergate/core';
import type { SemanticCacheOptions, SemanticOptions, SingleFlightOptions } from './options.ts';

const known: Record<keyof SemanticCacheOptions, OptionKind> = {
  tenant: 1,
  scope: 'function',
  endUser: 'boolean',
  secret: 'string',
  store: 1,
  storeTimeout: 1,
  ttl: 1,
  staleIfError: 1,
  staleWhileRevalidate: 1,
  refreshAhead: 1,
  maxRefreshesPerMinute: 1,
  upstreamCacheControl: 'boolean',
  hitUsage: 1,
  replayFraming: 1,
  replayPace: 1,
  maxEntryBytes: 1,
  semantic: 1,
  singleFlight: 1,
  maxTemperature: 1,
  cacheable: 'function',
  storeFallbacks: 'boolean',
  cacheControl: 'boolean',
  tags: 'function',
  keyHeaders: 'string[]',
  version: 'string',
  now: 'function',
};
const knownOfSemantic: Record<keyof SemanticOptions, OptionKind> = {
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
const knownOfFlight: Record<keyof SingleFlightOptions, OptionKind> = {
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
  checkOptions(options, known, 'semanticCache()');
  const { semantic = false, singleFlight = false, tenant, secret } = options;
  if (semantic !== false) {
    checkOptions(semantic, knownOfSemantic, '"semantic"');
    for (const [name, method] of [
      ['embedder', 'embed'],
      ['policy', 'decide'],
      ['index', 'query'],
    ] as const)
      checkPart(semantic[name], method, `semantic.${name}`);
  }
  checkPart(options.store, 'get', 'store');
  if (singleFlight !== false) checkOptions(singleFlight, knownOfFlight, '"singleFlight"');
  if (tenant === '' || !/^(?:string|function|undefined)$/.test(typeof tenant))
    throw new TypeError('Set "tenant" to a text that is not empty, or to a function');
  if (secret !== undefined && secret.length < 16)
    throw new RangeError('Set "secret" to 16 characters or more');
}
