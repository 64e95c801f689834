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

/** What an item costs besides its texts and its row: objects and map slots. */
const itemOverheadBytes = 256;
const scopeOverheadBytes = 256;

/** The items of one scope: their vectors stand in one block, row by row, so that a scan reads straight on. */
interface Bucket {
  readonly dimensions: number;
  /** Rows by id, the oldest first. */
  readonly rows: Map<string, number>;
  readonly items: Omit<IndexItem, 'vector'>[];
  block: Float32Array;
}

/**
 * Creates an index in memory that compares with every item of the scope. Exact, and fast enough up
 * to some thousands of items a scope.
 *
 * @throws {RangeError} when a bound is not a positive number.
 */
export function flatIndex(options: FlatIndexOptions = {}): FlatIndex {
  const { maxBytes = 32 * 1024 * 1024, maxItemsPerScope = 2000, now = Date.now } = options;
  checkBound('maxBytes', maxBytes);
  checkBound('maxItemsPerScope', maxItemsPerScope);
  // In order of use.
  const scopes = new Map<string, Bucket>();
  let bytes = 0;
  let size = 0;

  function drop(scope: string, bucket: Bucket, id: string): void {
    const row = bucket.rows.get(id);
    if (row === undefined) return;
    const { items, block, dimensions } = bucket;
    bytes -= itemBytes(items[row]!);
    size -= 1;
    bucket.rows.delete(id);
    const last = items.pop()!;
    if (row < items.length) {
      // The last row moves into the gap.
      items[row] = last;
      block.copyWithin(
        row * dimensions,
        items.length * dimensions,
        (items.length + 1) * dimensions,
      );
      bucket.rows.set(last.id, row);
    }
    if (items.length > 0) return;
    scopes.delete(scope);
    bytes -= scopeBytes(scope) + block.byteLength;
  }

  function dropOldest(): void {
    for (const [scope, bucket] of scopes) {
      drop(scope, bucket, oldestOf(bucket));
      return;
    }
  }

  /** What adding an item would take. */
  function costOf(item: IndexItem): number {
    const bucket = scopes.get(item.scope);
    const row = item.vector.byteLength;
    if (bucket === undefined) return itemBytes(item) + row + scopeBytes(item.scope);
    const full = bucket.items.length * row === bucket.block.byteLength;
    return itemBytes(item) + (full ? bucket.block.byteLength : 0);
  }

  return {
    get bytes() {
      return bytes;
    },
    get size() {
      return size;
    },
    add(item) {
      const { scope, id, vector } = item;
      const before = scopes.get(scope);
      if (before !== undefined) {
        if (before.dimensions !== vector.length) return;
        drop(scope, before, id);
        if (before.items.length >= maxItemsPerScope) drop(scope, before, oldestOf(before));
      }
      const alone = itemBytes(item) + vector.byteLength + scopeBytes(scope);
      if (alone > maxBytes || item.expiresAt <= now()) return;
      while (bytes + costOf(item) > maxBytes) dropOldest();
      bytes += costOf(item);
      size += 1;
      const bucket = scopes.get(scope) ?? createBucket(vector.length);
      scopes.delete(scope);
      scopes.set(scope, bucket);
      const row = bucket.items.length;
      if (row * vector.length === bucket.block.length) bucket.block = doubled(bucket.block);
      bucket.block.set(vector, row * vector.length);
      bucket.rows.set(id, row);
      const { text, expiresAt } = item;
      bucket.items.push({ id, scope, text, expiresAt });
    },
    query(scope, vector, count) {
      const bucket = scopes.get(scope);
      if (bucket === undefined || bucket.dimensions !== vector.length) return [];
      scopes.delete(scope);
      scopes.set(scope, bucket);
      const time = now();
      const best: IndexMatch[] = [];
      const expired: string[] = [];
      const { items, block } = bucket;
      for (let row = 0; row < items.length; row++) {
        const { id, text, expiresAt } = items[row]!;
        if (expiresAt <= time) {
          expired.push(id);
          continue;
        }
        const similarity = dotProduct(vector, block, row * vector.length);
        if (best.length === count && similarity <= best[count - 1]!.similarity) continue;
        insert(best, { id, text, similarity }, count);
      }
      for (const id of expired) drop(scope, bucket, id);
      return best;
    },
    delete(scope, id) {
      const bucket = scopes.get(scope);
      if (bucket !== undefined) drop(scope, bucket, id);
    },
  };
}

function createBucket(dimensions: number): Bucket {
  return { dimensions, rows: new Map(), items: [], block: new Float32Array(dimensions) };
}

function doubled(block: Float32Array): Float32Array {
  const larger = new Float32Array(block.length * 2);
  larger.set(block);
  return larger;
}

function oldestOf({ rows }: Bucket): string {
  return rows.keys().next().value as string;
}

function insert(best: IndexMatch[], match: IndexMatch, count: number): void {
  let at = best.length;
  while (at > 0 && best[at - 1]!.similarity < match.similarity) at -= 1;
  best.splice(at, 0, match);
  if (best.length > count) best.pop();
}

function itemBytes({ id, text }: { id: string; text: string }): number {
  return 2 * (id.length + text.length) + itemOverheadBytes;
}

function scopeBytes(scope: string): number {
  return 2 * scope.length + scopeOverheadBytes;
}

function checkBound(name: string, value: number): void {
  if (!(value > 0))
    throw new RangeError(`Set "${name}" to a positive number: got ${String(value)}`);
}
