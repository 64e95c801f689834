import type { Platform } from './types.ts';

interface Hasher {
  update(data: string | Uint8Array): Hasher;
  digest(encoding: 'hex'): string;
}

/**
 * Bun's synchronous digest where it is to be had, for `platform.digest`: Web Crypto costs a promise
 * and many times the work for the short texts that are hashed here.
 */
export function findBunDigest(): Platform['digest'] | undefined {
  const { Bun } = globalThis as {
    Bun?: { CryptoHasher?: new (algorithm: string, key?: string) => Hasher };
  };
  const CryptoHasher = Bun?.CryptoHasher;
  if (CryptoHasher === undefined) return undefined;
  return function digest(data, key) {
    const hasher = key === undefined ? new CryptoHasher('sha256') : new CryptoHasher('sha256', key);
    return hasher.update(data).digest('hex');
  };
}
