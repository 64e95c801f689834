/**
 * @module The semantic cache in PostgreSQL: entries in a table, vectors by pgvector.
 *
 * @example
 * import { postgresIndex, postgresStore } from '@wintergate/semantic-cache/postgres';
 * const cache = semanticCache({ store: postgresStore(pool), secret });
 *
 * Runs on: where the client runs: Node, Bun, Deno, Workers, Edge.
 */
export {
  type PostgresClient,
  type PostgresIndexOptions,
  postgresIndex,
  postgresStore,
} from './lib/stores/postgres.ts';
export type { SqlStoreOptions } from './lib/stores/sql-store.ts';
export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
