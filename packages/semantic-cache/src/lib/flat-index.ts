import { checkOptions, createRecencyMap, type RecencyMap } from '@wintergate/core';
import { dotProduct } from './embedder.ts';
import { mapKey } from './fast-hash.ts';
import { nearestRows, sketchWords, writeSketch } from './sketch.ts';
import type { IndexItem, IndexMatch, VectorIndex } from './vector-index.ts';

/** Options of {@link flatIndex}. */
export interface FlatIndexOptions {
  /**
   * Bytes of all items together: vectors, texts, ids and scopes. Scopes used least recently go first.
   *
   * @default 33554432 (32 MiB)
   */
  maxBytes?: number | undefined;
  /**
   * Items in one scope; the oldest go first. Each costs about 20 nanoseconds a lookup, a quarter of
   * a microsecond at 512 dimensions in scopes of up to 128.
   *
   * @default 2000
   */
  maxItemsPerScope?: number | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  now?: (() => number) | undefined;
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

type RowKey = ReturnType<typeof mapKey>;

/** The items of one scope: their vectors stand in one block, row by row, so that a scan reads straight on. */
interface Bucket {
  readonly scope: string;
  readonly dimensions: number;
  /** Rows by id, in order of age: the oldest goes first. */
  readonly rows: RecencyMap<RowKey, number>;
  readonly items: Omit<IndexItem, 'vector'>[];
  block: Float32Array;
  /** Of the same rows. */
  sketches: Uint32Array;
}

/** Up to so many items are all compared; of more, those that the sketches name. */
const scanAll = 128;
/** Items compared for each one that is asked for. */
const rescored = 6;

/**
 * Creates an index in memory. Exact in scopes of up to 128 items; in larger ones a pass over
 * sketches names the items to compare, which misses a near one seldom and never invents one.
 *
 * @throws {RangeError} when a bound is not a positive number.
 */
export function flatIndex(options: FlatIndexOptions = {}): FlatIndex {
  checkOptions(options, { maxBytes: 1, maxItemsPerScope: 1, now: 'function' }, 'flatIndex()');
  const { maxBytes = 32 * 1024 * 1024, maxItemsPerScope = 2000, now = Date.now } = options;
  checkBound('maxBytes', maxBytes);
  checkBound('maxItemsPerScope', maxItemsPerScope);
  const scopes = createRecencyMap<string | number, Bucket>();
  let bytes = 0;
  let size = 0;

  function bucketOf(scope: string): Bucket | undefined {
    const bucket = scopes.get(mapKey(scope));
    return bucket?.scope === scope ? bucket : undefined;
  }

  function drop(bucket: Bucket, key: RowKey): void {
    const row = bucket.rows.get(key);
    if (row === undefined) return;
    const { items, block, dimensions } = bucket;
    bytes -= itemBytes(items[row]!);
    size -= 1;
    bucket.rows.delete(key);
    const last = items.pop()!;
    if (row < items.length) {
      // The last row moves into the gap.
      items[row] = last;
      block.copyWithin(
        row * dimensions,
        items.length * dimensions,
        (items.length + 1) * dimensions,
      );
      bucket.sketches.copyWithin(
        row * sketchWords,
        items.length * sketchWords,
        (items.length + 1) * sketchWords,
      );
      bucket.rows.set(mapKey(last.id), row);
    }
    if (items.length > 0) return;
    scopes.delete(mapKey(bucket.scope));
    bytes -= scopeBytes(bucket.scope) + rowBytes(bucket);
  }

  function dropOldest(): void {
    const { value } = scopes.oldest()!;
    drop(value, oldestOf(value));
  }

  /** What adding an item would take. */
  function costOf(item: IndexItem): number {
    const bucket = bucketOf(item.scope);
    if (bucket === undefined) return costAlone(item);
    const full = bucket.items.length * bucket.dimensions === bucket.block.length;
    return itemBytes(item) + (full ? rowBytes(bucket) : 0);
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
      const scopeKey = mapKey(scope);
      const rowKey = mapKey(id);
      const before = scopes.get(scopeKey);
      if (before !== undefined) {
        if (before.dimensions !== vector.length || before.scope !== scope) return;
        drop(before, rowKey);
        if (before.items.length >= maxItemsPerScope) drop(before, oldestOf(before));
      }
      if (costAlone(item) > maxBytes || item.expiresAt <= now()) return;
      while (bytes + costOf(item) > maxBytes) dropOldest();
      bytes += costOf(item);
      size += 1;
      const bucket = scopes.use(scopeKey) ?? createBucket(scope, vector.length);
      scopes.set(scopeKey, bucket);
      const row = bucket.items.length;
      if (row * vector.length === bucket.block.length) grow(bucket);
      bucket.block.set(vector, row * vector.length);
      writeSketch(vector, bucket.sketches, row);
      bucket.rows.set(rowKey, row);
      const { text, expiresAt } = item;
      bucket.items.push({ id, scope, text, expiresAt });
    },
    query(scope, vector, count) {
      const bucket = scopes.use(mapKey(scope));
      if (bucket?.scope !== scope || bucket.dimensions !== vector.length) return [];
      const time = now();
      const best: IndexMatch[] = [];
      const expired: string[] = [];
      const { items, block } = bucket;
      const rows = items.length > scanAll ? likelyRows(bucket, vector, count) : undefined;
      const { length } = rows ?? items;
      for (let at = 0; at < length; at++) {
        const row = rows === undefined ? at : rows[at]!;
        const { id, text, expiresAt } = items[row]!;
        if (expiresAt <= time) {
          expired.push(id);
          continue;
        }
        const similarity = dotProduct(vector, block, row * vector.length);
        if (best.length === count && similarity <= best[count - 1]!.similarity) continue;
        insert(best, { id, text, similarity }, count);
      }
      for (const id of expired) drop(bucket, mapKey(id));
      return best;
    },
    delete(scope, id) {
      const bucket = bucketOf(scope);
      if (bucket !== undefined) drop(bucket, mapKey(id));
    },
  };
}

function createBucket(scope: string, dimensions: number): Bucket {
  return {
    scope,
    dimensions,
    rows: createRecencyMap(),
    items: [],
    block: new Float32Array(dimensions),
    sketches: new Uint32Array(sketchWords),
  };
}

/** Room for twice as many rows. */
function grow(bucket: Bucket): void {
  const block = new Float32Array(bucket.block.length * 2);
  block.set(bucket.block);
  bucket.block = block;
  const sketches = new Uint32Array(bucket.sketches.length * 2);
  sketches.set(bucket.sketches);
  bucket.sketches = sketches;
}

function rowBytes({ block, sketches }: Bucket): number {
  return block.byteLength + sketches.byteLength;
}

function costAlone(item: IndexItem): number {
  return itemBytes(item) + item.vector.byteLength + sketchWords * 4 + scopeBytes(item.scope);
}

function likelyRows({ sketches, items }: Bucket, vector: Float32Array, count: number): number[] {
  const probe = new Uint32Array(sketchWords);
  writeSketch(vector, probe, 0);
  return nearestRows(probe, sketches, items.length, count * rescored);
}

function oldestOf({ rows }: Bucket): RowKey {
  return rows.oldest()!.key;
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
