/** The Durable Object that keeps one entry, or one claim. */

/** What the platform hands to a Durable Object, as far as it is used. */
export interface DurableStateLike {
  readonly storage: {
    get(key: string): Promise<unknown>;
    put(entries: Record<string, unknown>): Promise<void>;
    list(options: { prefix: string }): Promise<ReadonlyMap<string, unknown>>;
    deleteAll(): Promise<void>;
    deleteAlarm(): Promise<void>;
    setAlarm(time: number): Promise<void>;
  };
}

/** Says for how many milliseconds something is kept. */
export const ttlHeader = 'x-ttl-ms';

/**
 * Characters in one value: a value holds 128 KiB, and text two bytes a character at most. Fact: Cloudflare,
 * Durable Objects limits, 2026.
 */
const pieceLength = 60_000;
/** Of one write. The same source. */
const mostPieces = 127;

/**
 * What `durableStore()` speaks to. Export it from your Worker under the name of the binding's class. One
 * object keeps one name, forgets it when its time is over, and does one thing at a time, so that of many who
 * claim a name at once one gets it.
 *
 * @example
 * // wrangler.jsonc: "durable_objects": { "bindings": [{ "name": "CACHE", "class_name": "CacheObject" }] },
 * //                 "migrations": [{ "tag": "v1", "new_sqlite_classes": ["CacheObject"] }]
 * export { CacheObject } from '@wintergate/semantic-cache/workers';
 *
 * @see https://developers.cloudflare.com/durable-objects/
 */
export class CacheObject {
  readonly #storage: DurableStateLike['storage'];

  constructor(state: DurableStateLike) {
    this.#storage = state.storage;
  }

  async fetch(request: Request): Promise<Response> {
    switch (request.method) {
      case 'GET': {
        const text = await this.#read();
        return new Response(text ?? null, { status: text === undefined ? 404 : 200 });
      }
      case 'PUT':
        return this.#write(await request.text(), ttlOf(request));
      case 'POST':
        if ((await this.#read()) !== undefined) return new Response(null, { status: 409 });
        return this.#write('', ttlOf(request));
      case 'DELETE':
        await this.alarm();
        await this.#storage.deleteAlarm();
        return new Response();
      default:
        return new Response(null, { status: 405 });
    }
  }

  /** The time of what is kept is over. */
  async alarm(): Promise<void> {
    await this.#storage.deleteAll();
  }

  async #read(): Promise<string | undefined> {
    const until = await this.#storage.get('until');
    if (typeof until !== 'number' || until <= Date.now()) return undefined;
    const pieces = await this.#storage.list({ prefix: 'piece:' });
    return [...pieces.values()].join('');
  }

  async #write(text: string, ttlMs: number): Promise<Response> {
    const pieces = text.match(pieceOf) ?? [''];
    if (pieces.length > mostPieces || !(ttlMs >= 1)) return new Response(null, { status: 400 });
    const until = Date.now() + ttlMs;
    // Nobody else is served in between; should it end here, there is nothing, which is a miss.
    await this.#storage.deleteAll();
    await this.#storage.put({
      ...Object.fromEntries(
        pieces.map((piece, at) => [`piece:${String(at).padStart(3, '0')}`, piece]),
      ),
      until,
    });
    await this.#storage.setAlarm(until);
    return new Response();
  }
}

const pieceOf = new RegExp(`[^]{1,${pieceLength}}`, 'g');

function ttlOf(request: Request): number {
  return Number(request.headers.get(ttlHeader));
}
