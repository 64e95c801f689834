/**
 * @module Semantic cache middleware: answers identical and similar AI calls without asking again.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { semanticCache } from '@wintergate/semantic-cache';
 * const handler = toHandler(compose(semanticCache()), (request) => fetch(request));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type { CacheEntry } from './lib/cache-entry.ts';
export type { CacheKey, CacheStore } from './lib/cache-store.ts';
export type { Embedder } from './lib/embedder.ts';
export { type FlatIndex, type FlatIndexOptions, flatIndex } from './lib/flat-index.ts';
export type { Guard } from './lib/guard.ts';
export { antonymGuard } from './lib/guard-antonyms.ts';
export { codeGuard } from './lib/guard-code.ts';
export { contentWordGuard } from './lib/guard-content-words.ts';
export { currencyGuard } from './lib/guard-currency.ts';
export { dateGuard } from './lib/guard-dates.ts';
export { directionGuard } from './lib/guard-direction.ts';
export { entityGuard } from './lib/guard-entities.ts';
export { languageGuard } from './lib/guard-language.ts';
export { negationGuard } from './lib/guard-negation.ts';
export { numberGuard } from './lib/guard-numbers.ts';
export { questionGuard } from './lib/guard-question.ts';
export { quoteGuard } from './lib/guard-quotes.ts';
export { urlGuard } from './lib/guard-urls.ts';
export { wordOrderGuard } from './lib/guard-word-order.ts';
export { defaultGuards, lightGuards } from './lib/guards.ts';
export { type Judge, type JudgedPair, sameAnswer } from './lib/judge.ts';
export { lexicalEmbedder } from './lib/lexical-embedder.ts';
export {
  type Admission,
  type MemoryStore,
  type MemoryStoreOptions,
  memoryStore,
} from './lib/memory-store.ts';
export type { SemanticCacheOptions, SemanticOptions, SingleFlightOptions } from './lib/options.ts';
export type { OwnScope, ScopeOption } from './lib/own-scope.ts';
export {
  type CachePolicy,
  fixedThreshold,
  type PolicyCandidate,
  type PolicyObservation,
} from './lib/policy.ts';
export { type SemanticCache, semanticCache } from './lib/semantic-cache.ts';
export type { Sentence } from './lib/sentence.ts';
export type { SentencePair } from './lib/sentence-pair.ts';
export type { TenantOption } from './lib/tenant.ts';
export type { IndexItem, IndexMatch, VectorIndex } from './lib/vector-index.ts';
export type { Word } from './lib/word.ts';
