/** What the caller says about caching (RFC 9111, section 5.2.1; Cloudflare, AI Gateway, Caching). */

/** The request directives that are obeyed. */
export interface RequestDirectives {
  /** Neither looked up nor stored. */
  readonly noStore: boolean;
  /** Not looked up; the new answer is stored. */
  readonly noCache: boolean;
  /** Oldest answer that will do, in seconds. */
  readonly maxAge: number | undefined;
  /** Answered from the cache or not at all. */
  readonly onlyIfCached: boolean;
  /** How long the new answer may be served at most, in seconds. */
  readonly ttl?: number | undefined;
  /** Stands in the place of the call itself: whatever is asked under it has one answer. */
  readonly key?: string | undefined;
}

const none: RequestDirectives = {
  noStore: false,
  noCache: false,
  maxAge: undefined,
  onlyIfCached: false,
};

/**
 * What the caller says, in the standard field and in those of Cloudflare's AI Gateway: `cf-aig-skip-cache`
 * is `no-store`, `cf-aig-cache-ttl` may only shorten the time that is configured.
 */
export function readDirectives(headers: Headers): RequestDirectives {
  const said = readCacheControl(headers.get('cache-control'));
  const skip = headers.get('cf-aig-skip-cache');
  const ttl = headers.get('cf-aig-cache-ttl');
  const key = headers.get('cf-aig-cache-key');
  if (skip === null && ttl === null && !key) return said;
  return {
    ...said,
    noStore: said.noStore || skip?.trim().toLowerCase() === 'true',
    ttl: ttl !== null && /^\d{1,10}$/.test(ttl.trim()) ? Number(ttl) : undefined,
    key: key || undefined,
  };
}

/**
 * How long an upstream lets a shared cache keep its answer, in milliseconds: 0 for not at all, `undefined`
 * where it does not say (RFC 9111, section 5.2.2).
 */
export function readUpstreamTtl(headers: Headers): number | undefined {
  const field = headers.get('cache-control');
  if (field === null) return undefined;
  if (/(?:^|[,\s])(?:no-store|no-cache|private)\s*(?:$|[,=])/i.test(field.slice(0, maxLength)))
    return 0;
  const shared = /(?:^|[,\s])s-maxage\s*=\s*"?(\d{1,10})/i.exec(field.slice(0, maxLength))?.[1];
  const seconds = shared ?? readCacheControl(field).maxAge;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Longer field values are cut: no directive of ours stands that far out. */
const maxLength = 1000;

/** Reads a `Cache-Control` request field. An age that is no number counts as zero: nothing is fresh enough. */
export function readCacheControl(field: string | null): RequestDirectives {
  if (field === null || field === '') return none;
  const names = new Map<string, string | undefined>();
  for (const part of field.slice(0, maxLength).split(',')) {
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    if (!names.has(name))
      names.set(
        name,
        at < 0
          ? undefined
          : part
              .slice(at + 1)
              .trim()
              .replace(/^"(.*)"$/, '$1'),
      );
  }
  let maxAge: number | undefined;
  if (names.has('max-age')) {
    const value = names.get('max-age') ?? '';
    maxAge = /^\d{1,10}$/.test(value) ? Number(value) : 0;
  }
  return {
    noStore: names.has('no-store'),
    noCache: names.has('no-cache') || maxAge === 0,
    maxAge,
    onlyIfCached: names.has('only-if-cached'),
  };
}
