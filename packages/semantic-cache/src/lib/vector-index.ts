/** Finds the entries whose text is alike. */

/** One text in the index. */
export interface IndexItem {
  /** The text of the entry's key. */
  readonly id: string;
  /** Compared in full; items of another scope are never answers. */
  readonly scope: string;
  /** The last user message. */
  readonly text: string;
  /** Of length one. */
  readonly vector: Float32Array;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An item that {@link VectorIndex.query} found. */
export interface IndexMatch {
  readonly id: string;
  readonly text: string;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/**
 * Finds neighbours inside one scope. Results may be promises. One that fails or is slow leaves the
 * semantic tier out; what it answers is checked against the stored entry.
 */
export interface VectorIndex {
  /** Adds an item, or replaces that of the same scope and id. */
  add(item: IndexItem): void | Promise<void>;
  /** At most `count` items of `scope`, the most similar first. */
  query(
    scope: string,
    vector: Float32Array,
    count: number,
  ): readonly IndexMatch[] | Promise<readonly IndexMatch[]>;
  delete(scope: string, id: string): void | Promise<void>;
}
