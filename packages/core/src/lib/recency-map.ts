/**
 * A map in order of use that knows its oldest at once. A `Map` keeps the order too, but whoever asks it
 * for its first item steps over all that was deleted since it last grew: thousands in a full store.
 */

/** One item of a {@link RecencyMap}. */
export interface RecencyItem<K, V> {
  readonly key: K;
  readonly value: V;
}

export interface RecencyMap<K, V> {
  readonly size: number;
  /** Leaves the order as it is. */
  get(key: K): V | undefined;
  /** Finds an item and makes it the newest. */
  use(key: K): V | undefined;
  /** Adds an item as the newest; one that is there keeps its place. */
  set(key: K, value: V): void;
  delete(key: K): boolean;
  oldest(): RecencyItem<K, V> | undefined;
  /** The oldest first. */
  values(): Iterable<V>;
  clear(): void;
}

interface Node<K, V> {
  readonly key: K;
  value: V;
  older: Node<K, V> | undefined;
  newer: Node<K, V> | undefined;
}

/**
 * Creates an empty map. Every call but `values` takes the same time at any size.
 *
 * @example
 * const remembered = createRecencyMap<string, string>();
 * remembered.set(key, value);
 * if (remembered.size > 1000) remembered.delete(remembered.oldest()!.key);
 */
export function createRecencyMap<K, V>(): RecencyMap<K, V> {
  const nodes = new Map<K, Node<K, V>>();
  let oldest: Node<K, V> | undefined;
  let newest: Node<K, V> | undefined;

  function append(node: Node<K, V>): void {
    node.older = newest;
    if (newest === undefined) oldest = node;
    else newest.newer = node;
    newest = node;
  }

  function unlink(node: Node<K, V>): void {
    const { older, newer } = node;
    if (older === undefined) oldest = newer;
    else older.newer = newer;
    if (newer === undefined) newest = older;
    else newer.older = older;
    // A node that is gone must not keep its neighbours alive.
    node.older = undefined;
    node.newer = undefined;
  }

  return {
    get size() {
      return nodes.size;
    },
    get: (key) => nodes.get(key)?.value,
    use(key) {
      const node = nodes.get(key);
      if (node === undefined) return undefined;
      if (node !== newest) {
        unlink(node);
        append(node);
      }
      return node.value;
    },
    set(key, value) {
      const before = nodes.get(key);
      if (before !== undefined) {
        before.value = value;
        return;
      }
      const node: Node<K, V> = { key, value, older: undefined, newer: undefined };
      nodes.set(key, node);
      append(node);
    },
    delete(key) {
      const node = nodes.get(key);
      if (node === undefined) return false;
      nodes.delete(key);
      unlink(node);
      return true;
    },
    oldest: () => oldest,
    *values() {
      for (let node = oldest; node !== undefined; ) {
        // Whoever reads may delete what was read.
        const next: Node<K, V> | undefined = node.newer;
        yield node.value;
        node = next;
      }
    },
    clear() {
      nodes.clear();
      oldest = undefined;
      newest = undefined;
    },
  };
}
