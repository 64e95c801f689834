/** What a proxy passes on (RFC 9110 section 7.6.1). */
import { copyHeaders, type HeaderRecord, LightHeaders } from './light-headers.ts';

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const notUpstream = /* @__PURE__ */ new Set([
  ...hopByHop,
  'host',
  'content-length',
  'expect',
  'accept-encoding',
]);
const notBack = /* @__PURE__ */ new Set([...hopByHop, 'content-length', 'set-cookie', 'alt-svc']);

/** What every `fetch` and our own transport have decoded, though the header is still there. */
const decodedCoding = /^[\s,]*(?:(?:gzip|x-gzip|deflate|br|identity)[\s,]*)+$/i;

/**
 * The caller's headers as they go upstream: a copy without hop-by-hop fields, those that
 * `Connection` names, and those that belong to the caller's own connection and body framing.
 *
 * @param also lower-case names to leave out as well.
 */
export function forwardedRequestHeaders(headers: Headers, also?: ReadonlySet<string>): Headers {
  return new LightHeaders(without(headers, notUpstream, also)) as unknown as Headers;
}

/**
 * The upstream's headers as they go back: a copy without hop-by-hop fields, cookies, and the
 * encoding and length that no longer hold once the body has been decoded. The upstream's
 * `x-request-id` becomes `x-upstream-request-id`, because ours takes its place.
 *
 * @param also lower-case names to leave out as well.
 */
export function forwardedReplyHeaders(headers: Headers, also?: ReadonlySet<string>): Headers {
  const { 'x-request-id': id, ...record } = without(headers, notBack, also);
  // Another coding has been left as it came: who reads it must know.
  if (decodedCoding.test(String(record['content-encoding'] ?? ''))) {
    delete record['content-encoding'];
  }
  if (id !== undefined) record['x-upstream-request-id'] = id;
  return new LightHeaders(record) as unknown as Headers;
}

/** One pass that copies: an object from which names are deleted is slow from then on (V8). */
function without(
  headers: Headers,
  drop: ReadonlySet<string>,
  also: ReadonlySet<string> | undefined,
): HeaderRecord {
  const { record } = headers instanceof LightHeaders ? headers : copyHeaders(headers);
  // Sent twice, it is a list.
  const connection = record['connection'] ?? '';
  const named =
    connection !== '' && connection !== 'keep-alive'
      ? String(connection)
          .split(',')
          .map((name) => name.trim().toLowerCase())
      : [];
  const kept: HeaderRecord = {};
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined || drop.has(name) || also?.has(name) || named.includes(name)) continue;
    kept[name] = value;
  }
  return kept;
}
