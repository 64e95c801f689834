/** What a proxy passes on (RFC 9110 section 7.6.1). */
import { copyHeaders, type LightHeaders } from './light-headers.ts';

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

/**
 * The caller's headers as they go upstream: a copy without hop-by-hop fields, those that
 * `Connection` names, and those that belong to the caller's own connection and body framing.
 */
export function forwardedRequestHeaders(headers: Headers): Headers {
  const copy = withoutHopByHop(headers);
  for (const name of ['host', 'content-length', 'expect', 'accept-encoding'])
    delete copy.record[name];
  return copy as unknown as Headers;
}

/**
 * The upstream's headers as they go back: a copy without hop-by-hop fields, cookies, and the
 * encoding and length that no longer hold once the body has been decoded. The upstream's
 * `x-request-id` becomes `x-upstream-request-id`, because ours takes its place.
 */
export function forwardedReplyHeaders(headers: Headers): Headers {
  const copy = withoutHopByHop(headers);
  for (const name of ['content-encoding', 'content-length', 'set-cookie', 'alt-svc'])
    delete copy.record[name];
  const id = copy.record['x-request-id'];
  if (id !== undefined) {
    copy.record['x-upstream-request-id'] = id;
    delete copy.record['x-request-id'];
  }
  return copy as unknown as Headers;
}

function withoutHopByHop(headers: Headers): LightHeaders {
  const copy = copyHeaders(headers);
  const { connection } = copy.record;
  if (typeof connection === 'string') {
    for (const name of connection.split(',')) delete copy.record[name.trim().toLowerCase()];
  }
  for (const name of hopByHop) delete copy.record[name];
  return copy;
}
