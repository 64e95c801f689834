import { dotProduct } from './embedder.ts';
import type { IndexItem, IndexMatch, VectorIndex } from './vector-index.ts';

/** Options of {@link flatIndex}. */
export interface FlatIndexOptions {
  /**
   * Bytes of all items together: vectors, texts, ids and scopes. Scopes used least recently go first.
   *
   * @default 33554432 (32 MiB)
   */
  maxBytes?: number;
  /**
   * Items in one scope; the oldest go first. Each costs about a quarter of a microsecond a lookup
   * at 512 dimensions.
   *
   * @default 2000
   */
  maxItemsPerScope?: number;
  /** Milliseconds since the epoch. @default Date.now */
  now?: () => number;
}

/** A {@link VectorIndex} in memory. */
export interface FlatIndex extends VectorIndex {
  /** Bytes in use, counted as `maxBytes` counts them. */
  readonly bytes: number;
  readonly size: number;
  add(item: IndexItem): void;
  query(scope: string, vector: Float32Array, count: number): readonly IndexMatch[];
  delete(scope: string, id: string): void;
}

const itemOverheadBytes = 256;
const scopeOverheadBytes = 256;

/**
 * Creates an index in memory that compares with every item of the scope. Exact, and fast enough up
 * to some thousands of items a scope.
 *
 * @throws {RangeError} when a bound is not a positive number.
 */
export function flatIndex(options: FlatIndexOptions = {}): FlatIndex {
  const { maxBytes = 32 * 1024 * 1024, maxItemsPerScope = 2000, now = Date.now } = options;
  if (!(maxBytes > 0))
    throw new RangeError(`Set "maxBytes" to a positive number: got ${String(maxBytes)}`);
  if (!(maxItemsPerScope > 0)) {
    throw new RangeError(
      `Set "maxItemsPerScope" to a positive number: got ${String(maxItemsPerScope)}`,
    );
  }
  // Both maps in order of use.
  const scopes = new Map<string, Map<string, IndexItem>>();
  let bytes = 0;
  let size = 0;

  function drop(scope: string, items: Map<string, IndexItem>, item: IndexItem): void {
    items.delete(item.id);
    bytes -= itemBytes(item);
    size -= 1;
    if (items.size === 0) {
      scopes.delete(scope);
      bytes -= scopeBytes(scope);
    }
  }

  function dropOldest(): void {
    const [scope, items] = scopes.entries().next().value as [string, Map<string, IndexItem>];
    drop(scope, items, items.values().next().value as IndexItem);
  }

  return {
    get bytes() {
      return bytes;
    },
    get size() {
      return size;
    },
    add(item) {
      const { scope, id } = item;
      const before = scopes.get(scope)?.get(id);
      if (before !== undefined) drop(scope, scopes.get(scope)!, before);
      const cost = itemBytes(item) + scopeBytes(scope);
      if (cost > maxBytes || item.expiresAt <= now()) return;
      while (bytes + cost > maxBytes) dropOldest();
      let items = scopes.get(scope);
      if (items === undefined) {
        items = new Map();
        bytes += scopeBytes(scope);
      } else if (items.size >= maxItemsPerScope) {
        // One goes and one comes: the scope itself stays.
        const oldest = items.values().next().value as IndexItem;
        items.delete(oldest.id);
        bytes -= itemBytes(oldest);
        size -= 1;
      }
      scopes.delete(scope);
      scopes.set(scope, items);
      items.set(id, item);
      bytes += itemBytes(item);
      size += 1;
    },
    query(scope, vector, count) {
      const items = scopes.get(scope);
      if (items === undefined) return [];
      scopes.delete(scope);
      scopes.set(scope, items);
      const time = now();
      const best: IndexMatch[] = [];
      const expired: IndexItem[] = [];
      for (const item of items.values()) {
        if (item.expiresAt <= time) {
          expired.push(item);
          continue;
        }
        if (item.vector.length !== vector.length) continue;
        const similarity = dotProduct(vector, item.vector);
        if (best.length === count && similarity <= best[count - 1]!.similarity) continue;
        insert(best, { id: item.id, text: item.text, similarity }, count);
      }
      for (const item of expired) drop(scope, items, item);
      return best;
    },
    delete(scope, id) {
      const items = scopes.get(scope);
      const item = items?.get(id);
      if (items !== undefined && item !== undefined) drop(scope, items, item);
    },
  };
}

function insert(best: IndexMatch[], match: IndexMatch, count: number): void {
  let at = best.length;
  while (at > 0 && best[at - 1]!.similarity < match.similarity) at -= 1;
  best.splice(at, 0, match);
  if (best.length > count) best.pop();
}

function itemBytes({ id, text, vector }: IndexItem): number {
  return 2 * (id.length + text.length) + vector.byteLength + itemOverheadBytes;
}

function scopeBytes(scope: string): number {
  return 2 * scope.length + scopeOverheadBytes;
}
