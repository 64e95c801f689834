/** An index of vectors kept by a service that has namespaces and metadata. */
import type { IndexMatch, VectorIndex } from '../vector-index.ts';

/** What such a service does. Names are 64 hex digits. Each may reject; the semantic tier is then left out. */
export interface VectorService {
  upsert(namespace: string, id: string, vector: number[], metadata: ItemMetadata): Promise<unknown>;
  /** The nearest first, with the cosine. */
  query(
    namespace: string,
    vector: number[],
    count: number,
  ): Promise<readonly { readonly similarity: number; readonly metadata: unknown }[]>;
  delete(namespace: string, id: string): Promise<unknown>;
}

/** A type and not an interface, so that it is a record for the services' own types. */
export type ItemMetadata = {
  readonly id: string;
  readonly text: string;
  readonly namespace: string;
  readonly expiresAt: number;
};

/** So many more are asked for: some may be over, and stay until they are swept. */
const spare = 8;

/**
 * A scope is a namespace. What is over is not answered, and deleted when it is met: such services forget
 * nothing by themselves.
 */
export function serviceIndex(
  service: VectorService,
  { now = Date.now }: { readonly now?: (() => number) | undefined } = {},
): VectorIndex {
  return {
    async add({ scope, id, text, vector, expiresAt }) {
      const namespace = await nameOf(scope);
      const metadata = { id, text, namespace, expiresAt };
      await service.upsert(namespace, await nameOf(`${scope}\n${id}`), [...vector], metadata);
    },
    async query(scope, vector, count) {
      const namespace = await nameOf(scope);
      const found = await service.query(namespace, [...vector], count + spare);
      const matches: IndexMatch[] = [];
      const over: string[] = [];
      for (const { similarity, metadata } of found) {
        if (!isMetadata(metadata) || metadata.namespace !== namespace) continue;
        const { id, text, expiresAt } = metadata;
        if (expiresAt <= now()) over.push(id);
        else matches.push({ id, text, similarity });
      }
      await Promise.all(over.map((id) => remove(scope, id)));
      return matches.slice(0, count);
    },
    delete: (scope, id) => remove(scope, id),
  };

  async function remove(scope: string, id: string): Promise<void> {
    await service.delete(await nameOf(scope), await nameOf(`${scope}\n${id}`));
  }
}

function isMetadata(value: unknown): value is ItemMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const { id, text, namespace, expiresAt } = value as Partial<ItemMetadata>;
  return (
    [id, text, namespace].every((one) => typeof one === 'string') && typeof expiresAt === 'number'
  );
}

/** A name of 64 hex digits (SHA-256): services allow no more, and no other signs. */
async function nameOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
