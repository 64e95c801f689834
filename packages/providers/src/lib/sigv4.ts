/**
 * Signatures of AWS, version 4, with WebCrypto alone. Source: AWS, "Create a signed AWS API request"
 * (IAM User Guide).
 */
import type { SignableRequest } from './types.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

export interface SigningOptions {
  readonly credentials: AwsCredentials;
  readonly region: string;
  /** Such as `bedrock`. */
  readonly service: string;
  readonly now: Date;
  /** Which headers are signed, beside the host. @default all that no hop on the way may change */
  readonly signs?: ((name: string) => boolean) | undefined;
  /** Whether the path's dot segments and doubled slashes are taken out first. @default true */
  readonly normalize?: boolean | undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
const encoder = /* @__PURE__ */ new TextEncoder();
/** Headers that a hop on the way may change, or that say nothing of the request. */
const unsigned: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'authorization',
  'connection',
  'expect',
  'transfer-encoding',
  'user-agent',
  'x-amzn-trace-id',
]);

/** What is signed, for those who compare it. */
export interface Signature {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly authorization: string;
}

/** Sets `x-amz-date`, `x-amz-security-token` where there is one, and `authorization`. */
export async function signV4(
  request: SignableRequest,
  options: SigningOptions,
): Promise<Signature> {
  const { headers, method, body } = request;
  const { credentials, region, service, now, normalize = true } = options;
  const { signs = (name: string) => !unsigned.has(name) } = options;
  const time = now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  headers.delete('authorization');
  headers.set('x-amz-date', time);
  if (credentials.sessionToken !== undefined)
    headers.set('x-amz-security-token', credentials.sessionToken);
  const target = splitUrl(request.url);
  const names = new Map<string, string>([['host', target.host]]);
  for (const [name, value] of headers.entries())
    if (signs(name)) names.set(name, value.trim().replace(/\s+/g, ' '));
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = sorted.map(([name]) => name).join(';');
  const canonicalRequest = [
    method,
    canonicalPath(target.path, normalize),
    canonicalQuery(target.query),
    ...sorted.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    hex(await sha256(body ?? new Uint8Array(0))),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const digest = hex(await sha256(encoder.encode(canonicalRequest)));
  const stringToSign = [algorithm, time, scope, digest].join('\n');
  const key = await signingKey(credentials.secretAccessKey, date, region, service);
  const signature = hex(await hmac(key, stringToSign));
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  headers.set('authorization', authorization);
  return { canonicalRequest, stringToSign, authorization };
}

/** As it is sent: a `URL` would change the path. */
function splitUrl(url: string): { host: string; path: string; query: string } {
  const [, host = '', path = '/', query = ''] =
    /^https?:\/\/([^/?#]*)([^?#]*)\??([^#]*)/.exec(url) ?? [];
  return { host, path: path || '/', query };
}

/** Segments are escaped once more than they are sent, for every service but S3. */
function canonicalPath(path: string, normalize: boolean): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (normalize && (segment === '' || segment === '.')) continue;
    if (normalize && segment === '..') segments.pop();
    else segments.push(percentEncode(segment));
  }
  if (!normalize) return segments.join('/');
  const end = segments.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [
        percentEncode(percentDecode(name)),
        percentEncode(percentDecode(value.join('='))),
      ] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Everything but RFC 3986's unreserved characters. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

let known: { readonly id: string; readonly key: Promise<Uint8Array> } | undefined;

/** It holds for a day, a region and a service: derived once for all of its calls. */
function signingKey(
  secret: string,
  date: string,
  region: string,
  service: string,
): Promise<Uint8Array> {
  const id = JSON.stringify([secret, date, region, service]);
  if (known?.id === id) return known.key;
  const key = [date, region, service, 'aws4_request'].reduce<Promise<Uint8Array>>(
    async (before, part) => hmac(await before, part),
    Promise.resolve(encoder.encode(`AWS4${secret}`)),
  );
  known = { id, key };
  return key;
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
}

async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key as BufferSource, hash, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
