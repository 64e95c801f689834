/**
 * @module The semantic cache in libSQL (Turso, or a file): entries and vectors.
 *
 * @example
 * import { createClient } from '@libsql/client';
 * import { libsqlIndex, libsqlStore } from '@wintergate/semantic-cache/libsql';
 * const cache = semanticCache({ store: libsqlStore(client), secret });
 *
 * Runs on: where the client runs: Node, Bun, Deno, Workers, Edge.
 */
export {
  type LibsqlClient,
  type LibsqlIndexOptions,
  libsqlIndex,
  libsqlStore,
} from './lib/stores/libsql.ts';
export type { SqlStoreOptions } from './lib/stores/sql-store.ts';
export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
