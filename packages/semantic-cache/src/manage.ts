/**
 * @module Looks into a semantic cache, explains it, takes entries out and fills it beforehand.
 *
 * @example
 * import { semanticCache } from '@wintergate/semantic-cache';
 * import { manageCache } from '@wintergate/semantic-cache/manage';
 * const cache = semanticCache({ tenant: 'shared', tags: () => ['price-list'] });
 * await manageCache(cache).purge({ tag: 'price-list' });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type { ExplainedNeighbour, Explanation } from './lib/manage/explain.ts';
export {
  type CacheFilter,
  type CacheItem,
  type CacheManager,
  type CacheStats,
  manageCache,
} from './lib/manage/manage-cache.ts';
export {
  type WarmOptions,
  type WarmResult,
  type WarmRow,
  type WarmSummary,
  warmCache,
} from './lib/manage/warm-cache.ts';
