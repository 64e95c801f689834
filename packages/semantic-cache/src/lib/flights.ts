/** The trips that are under way, by what callers must have in common to join one. */
import type { CacheKey } from './cache-store.ts';
import type { Trip } from './trip.ts';

export interface Flights {
  find(key: CacheKey, form: string): Trip | undefined;
  add(trip: Trip): void;
  /** Only one that was added. */
  delete(trip: Trip): void;
}

const bucketCount = 512;

/**
 * Buckets and not a `Map`: one that empties with every call gets a new table each time, and V8 makes these
 * in old memory. With them whole exchanges outlived the collections of young memory, 30 kB a call, and each
 * collection took four times as long.
 */
export function createFlights(): Flights {
  const buckets = Array.from({ length: bucketCount }, () => [] as Trip[]);
  const bucketOf = ({ hash }: CacheKey) => buckets[hash % bucketCount]!;

  return {
    find: (key, form) =>
      bucketOf(key).find((trip) => trip.key.text === key.text && trip.form === form),
    add: (trip) => void bucketOf(trip.key).push(trip),
    delete(trip) {
      const bucket = bucketOf(trip.key);
      bucket.splice(bucket.indexOf(trip), 1);
    },
  };
}
