/** Entries at rest that only who has the key can read: AES-GCM (NIST SP 800-38D), the key made by HKDF (RFC 5869). */
import { fromBase64, toBase64 } from '../base64.ts';

/** Seals and opens the text of one store. */
export interface Cipher {
  /** @param name what the text is stored under: a text moved to another name does not open. */
  seal(text: string, name: string): Promise<string>;
  /** `undefined` for what this key did not seal under this name. */
  open(sealed: unknown, name: string): Promise<string | undefined>;
}

const mark = 'wg1e:';
const ivBytes = 12;
const leastSecret = 16;
const info = 'wintergate semantic-cache entry';

/**
 * @param secret a text of 16 characters or more, or a key for AES-GCM of 128 or 256 bits.
 * @throws {RangeError} for a shorter text.
 */
export function createCipher(secret: string | CryptoKey): Cipher {
  if (typeof secret === 'string' && secret.length < leastSecret)
    throw new RangeError(`Set "encryptionKey" to ${leastSecret} characters or more`);
  let made: Promise<CryptoKey> | undefined;
  // Not at creation: some hosts compute nothing before the first request.
  const key = (): Promise<CryptoKey> =>
    (made ??= typeof secret === 'string' ? derive(secret) : Promise.resolve(secret));

  return {
    async seal(text, name) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const plain = new TextEncoder().encode(text);
      const sealed = await crypto.subtle.encrypt(parameters(iv, name), await key(), plain);
      const bytes = new Uint8Array(ivBytes + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), ivBytes);
      return mark + toBase64(bytes);
    },
    async open(sealed, name) {
      if (typeof sealed !== 'string' || !sealed.startsWith(mark)) return undefined;
      try {
        const bytes = fromBase64(sealed.slice(mark.length));
        const iv = bytes.subarray(0, ivBytes);
        const plain = await crypto.subtle.decrypt(
          parameters(iv, name),
          await key(),
          bytes.subarray(ivBytes),
        );
        return new TextDecoder().decode(plain);
      } catch {
        return undefined;
      }
    },
  };
}

function parameters(iv: Uint8Array<ArrayBuffer>, name: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) };
}

async function derive(secret: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const base = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ]);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(info) },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}
