/** Where the semantic tier looks for texts that are alike: by vectors, or word by word. */
import { isPromise } from '@wintergate/core';
import type { CacheKey } from './cache-store.ts';
import { dotProduct, type Embedder, normalizeVector } from './embedder.ts';
import type { Guard } from './guard.ts';
import { late, within } from './settle.ts';
import type { IndexMatch, VectorIndex } from './vector-index.ts';
import { createWordIndex, type NearItem } from './word-index.ts';
import { readWordText, type WordText } from './word-text.ts';

/** What {@link Neighbours.find} came to. */
export interface Found {
  readonly matches: readonly IndexMatch[];
  /** What was read of the text, for storing it later. */
  readonly known?: Known | undefined;
  /** Why nothing could be looked for. */
  readonly fault?: string | undefined;
}

/** What the search made of a text: each kind of search its own. */
export type Known = Float32Array | WordText;

export interface Place {
  /** Compared in full. */
  readonly scope: string;
  readonly text: string;
  readonly known?: Known | undefined;
}

/** None of these throws, rejects, or takes longer than the tier's time. */
export interface Neighbours {
  /** @param all those too that guards are known to refuse, of which one is enough to tell why there is no hit. */
  find(place: Place, all?: boolean): Found | Promise<Found>;
  add(place: Place, key: CacheKey, expiresAt: number): void | Promise<void>;
  delete(scope: string, key: CacheKey): void | Promise<void>;
}

export interface NeighbourOptions {
  readonly embedder: Embedder;
  readonly guards: readonly Guard[];
  /** Most matches of one search. */
  readonly candidates: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly now: () => number;
}

/**
 * Chooses how to look. Guards that demand the same words in the same order leave nothing to a vector
 * search: whatever they would let pass is found by its words, at a fraction of the cost.
 *
 * @param index the user's own, if any.
 */
export function createNeighbours(
  options: NeighbourOptions,
  index: VectorIndex | undefined,
  ownIndex: () => VectorIndex,
): Neighbours {
  const { embedder, guards } = options;
  const literal =
    embedder.spellingOnly === true &&
    guards.some(({ demands }) => demands === 'same-words') &&
    guards.some(({ demands }) => demands === 'same-order');
  return index === undefined && literal
    ? wordNeighbours(options)
    : vectorNeighbours(options, index ?? ownIndex());
}

function wordNeighbours({ embedder, candidates, now }: NeighbourOptions): Neighbours {
  const index = createWordIndex({ now });

  function vectorOf(text: string): Float32Array | undefined {
    // Spelling is at hand: such an embedder answers at once.
    const [vector] = embedder.embed([text]) as readonly Float32Array[];
    return normalizeVector(vector, embedder.dimensions);
  }

  function toMatches(text: string, near: readonly NearItem[]): readonly IndexMatch[] {
    let asked: Float32Array | undefined;
    return near.map(({ item, differs }) => {
      // The same words are spelled the same.
      if (differs === 'not') return { id: item.id, text: item.text, similarity: 1 };
      asked ??= vectorOf(text);
      const stored = vectorOf(item.text);
      const similarity =
        asked === undefined || stored === undefined ? 0 : dotProduct(asked, stored);
      return { id: item.id, text: item.text, similarity };
    });
  }

  return {
    find({ scope, text }, all = false) {
      const known = readWordText(scope, text);
      const near = index.near(known, candidates);
      return { matches: toMatches(text, all ? near : promising(near)), known };
    },
    add({ scope, text, known }, { text: id, hash }, expiresAt) {
      const read =
        known === undefined || known instanceof Float32Array ? readWordText(scope, text) : known;
      index.add({ id, hash, scope, text, words: read.words, expiresAt }, read);
    },
    delete: (_scope, key) => index.delete(key.text, key.hash),
  };
}

/** Guards that demand the same words refuse another word, whichever it is: the first such text stands for all. */
function promising(near: readonly NearItem[]): readonly NearItem[] {
  const other = near.findIndex(({ differs }) => differs === 'in-a-word');
  return other === -1 ? near : near.slice(0, other + 1);
}

function vectorNeighbours(
  { embedder, candidates, timeout }: NeighbourOptions,
  index: VectorIndex,
): Neighbours {
  async function find({ scope, text }: Place): Promise<Found> {
    const vector = await embedText(embedder, text, timeout);
    if (typeof vector === 'string') return { matches: [], fault: vector };
    try {
      const found = await within(index.query(scope, vector, candidates), timeout);
      if (found === late) return { matches: [], known: vector, fault: 'index-timeout' };
      return { matches: found.filter(isMatch).slice(0, candidates), known: vector };
    } catch {
      return { matches: [], known: vector, fault: 'index-error' };
    }
  }

  return {
    find,
    async add({ scope, text, known }, { text: id }, expiresAt) {
      const vector =
        known instanceof Float32Array ? known : await embedText(embedder, text, timeout);
      if (typeof vector === 'string') return;
      try {
        await within(index.add({ id, scope, text, vector, expiresAt }) as Promise<void>, timeout);
      } catch {
        // Identical calls find it all the same.
      }
    },
    async delete(scope, { text: id }) {
      try {
        await within(index.delete(scope, id) as Promise<void>, timeout);
      } catch {
        // It is found and refused again next time.
      }
    },
  };
}

/** The vector of a text, or why there is none. */
async function embedText(
  embedder: Embedder,
  text: string,
  timeout: number,
): Promise<Float32Array | 'embedder-timeout' | 'embedder-error' | 'embedder-shape'> {
  try {
    const controller = new AbortController();
    const work = embedder.embed([text], controller.signal);
    const vectors = isPromise(work) ? await within(work, timeout) : work;
    if (vectors === late) {
      controller.abort();
      return 'embedder-timeout';
    }
    return normalizeVector(vectors[0], embedder.dimensions) ?? 'embedder-shape';
  } catch {
    return 'embedder-error';
  }
}

function isMatch(match: IndexMatch): boolean {
  return (
    typeof match.id === 'string' &&
    typeof match.text === 'string' &&
    Number.isFinite(match.similarity)
  );
}
