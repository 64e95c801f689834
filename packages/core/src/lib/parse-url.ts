/** The parts of a URL that are asked for at each call. */
export interface UrlParts {
  readonly origin: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
  /** All of it. Others share it: never change it. */
  readonly url: URL;
}

const known = /* @__PURE__ */ new Map<string, UrlParts>();
const maxKnown = 64;
const maxLength = 256;

/**
 * Takes a URL apart as `new URL` does. Remembers some: a gateway sees few paths and few upstreams.
 *
 * @throws {TypeError} when it is no absolute URL.
 */
export function parseUrl(text: string): UrlParts {
  const before = known.get(text);
  if (before !== undefined) return before;
  const url = new URL(text);
  const { origin, host, pathname, search } = url;
  const parts: UrlParts = { origin, host, pathname, search, url };
  // A query may hold a secret, and seldom comes again.
  if (text.length <= maxLength && !text.includes('?')) {
    if (known.size >= maxKnown) known.clear();
    known.set(text, parts);
  }
  return parts;
}
