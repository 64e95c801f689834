/**
 * Headers over a plain record: what a host hands out is used as it is, and a native `Headers` is
 * built only for who needs one. Passes `instanceof Headers`; behaves as the Fetch standard says.
 */
export type HeaderRecord = Record<string, string | string[]>;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What a field's value can not hold, nor a reason phrase. */
export const forbiddenValue = /[^\t\x20-\x7e\x80-\xff]/;

export class LightHeaders {
  /** Lower-case names. Only `set-cookie` may hold several values. */
  readonly record: HeaderRecord;

  constructor(record: HeaderRecord) {
    this.record = record;
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    const value = Object.hasOwn(this.record, key) ? this.record[key] : undefined;
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return Object.hasOwn(this.record, key) && this.record[key] !== undefined;
  }

  set(name: string, value: string): void {
    this.record[validName(name)] = validValue(name, value);
  }

  append(name: string, value: string): void {
    const key = validName(name);
    const checked = validValue(name, value);
    const before = Object.hasOwn(this.record, key) ? this.record[key] : undefined;
    if (key === 'set-cookie') {
      this.record[key] = before === undefined ? [checked] : [before, checked].flat();
    } else {
      this.record[key] = before === undefined ? checked : `${before}, ${checked}`;
    }
  }

  delete(name: string): void {
    delete this.record[validName(name)];
  }

  getSetCookie(): string[] {
    const value = this.record['set-cookie'];
    return value === undefined ? [] : [value].flat();
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this.entries()) {
      callback.call(self, value, name, this as unknown as Headers);
    }
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.record).sort()) {
      const value = this.record[name];
      if (value === undefined) continue;
      if (typeof value === 'string') yield [name, value];
      else if (name === 'set-cookie') for (const one of value) yield [name, one];
      else yield [name, value.join(', ')];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return 'Headers';
  }
}

Object.setPrototypeOf(LightHeaders.prototype, Headers.prototype);

/** A copy of any headers that can be changed freely. */
export function copyHeaders(headers: Headers | HeaderRecord | undefined): LightHeaders {
  if (headers === undefined) return new LightHeaders({});
  if (headers instanceof LightHeaders) return new LightHeaders({ ...headers.record });
  const copy = new LightHeaders({});
  if (headers instanceof Headers) {
    const cookies = headers.getSetCookie();
    headers.forEach((value, name) => {
      if (name !== 'set-cookie') copy.record[name] = value;
    });
    if (cookies.length > 0) copy.record['set-cookie'] = cookies;
    return copy;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) copy.append(name, one);
  }
  return copy;
}

/** A copy in which each of these is set, or with `null` left out. @param change lower-case names */
export function changedHeaders(
  given: Headers,
  change: Readonly<Record<string, string | null>>,
): LightHeaders {
  const { record } = given instanceof LightHeaders ? given : copyHeaders(given);
  const names = Object.keys(change);
  const leavesOut = names.some((name) => change[name] === null && Object.hasOwn(record, name));
  const headers = new LightHeaders(leavesOut ? without(record, change) : { ...record });
  for (const name of names) {
    const value = change[name];
    if (value !== null && value !== undefined) headers.set(name, value);
  }
  return headers;
}

/** Not copied whole and deleted from: an object from which something was deleted is a slow one from then on (V8). */
function without(
  record: HeaderRecord,
  change: Readonly<Record<string, string | null>>,
): HeaderRecord {
  const kept: HeaderRecord = {};
  for (const name of Object.keys(record)) {
    if (!Object.hasOwn(change, name) || change[name] !== null) kept[name] = record[name]!;
  }
  return kept;
}

/** Headers that native code accepts. */
export function toNativeHeaders(headers: Headers): Headers {
  if (!(headers instanceof LightHeaders)) return headers;
  const { record } = headers;
  const native = new Headers();
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (typeof value === 'string') native.append(name, value);
    else if (value !== undefined) for (const one of value) native.append(name, one);
  }
  return native;
}

/** Names come again: in lower case, where they are valid. */
const validNames = /* @__PURE__ */ new Map<string, string>();
const maxNames = 256;
const longestName = 64;

function validName(name: string): string {
  const known = validNames.get(name);
  if (known !== undefined) return known;
  if (!token.test(name)) throw new TypeError(`Expected a header name: "${name}"`);
  const lower = name.toLowerCase();
  if (validNames.size < maxNames && name.length <= longestName) validNames.set(name, lower);
  return lower;
}

function validValue(name: string, value: string): string {
  const trimmed = trim(String(value));
  if (forbiddenValue.test(trimmed)) {
    throw new TypeError(
      `Expected a header value without line breaks or wide characters: "${name}"`,
    );
  }
  return trimmed;
}

function trim(value: string): string {
  const isBare = value.charCodeAt(0) > 32 && value.charCodeAt(value.length - 1) > 32;
  return isBare ? value : value.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '');
}
