/** An entry as text, for stores that keep text, and back. */
import { fromBase64, toBase64 } from '../base64.ts';
import { type CacheEntry, entryVersion } from '../cache-entry.ts';

/**
 * Says that what follows is ours, and keeps clients that parse all that looks like JSON from doing so.
 */
const mark = 'wg1:';

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body that is UTF-8, which all JSON is, stands as it is; any other in base64. */
export function encodeEntry(entry: CacheEntry): string {
  const { body, ...rest } = entry;
  return mark + JSON.stringify({ ...rest, ...bodyMember(body) });
}

/** `undefined` for what is no entry of this version. What is in it is looked over by the cache. */
export function decodeEntry(text: unknown): CacheEntry | undefined {
  if (typeof text !== 'string' || !text.startsWith(mark)) return undefined;
  try {
    const { body, bytes, ...rest } = JSON.parse(text.slice(mark.length));
    if (rest.version !== entryVersion) return undefined;
    const read = typeof bytes === 'string' ? fromBase64(bytes) : new TextEncoder().encode(body);
    return { scope: undefined, text: undefined, usage: undefined, ...rest, body: read };
  } catch {
    return undefined;
  }
}

function bodyMember(body: Uint8Array): { body: string } | { bytes: string } {
  try {
    return { body: utf8.decode(body) };
  } catch {
    return { bytes: toBase64(body) };
  }
}
