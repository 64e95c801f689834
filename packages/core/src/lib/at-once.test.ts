import { describe, expect, it } from 'vitest';
import { atOnce } from './at-once.ts';

describe('atOnce()', () => {
  it.each([undefined, null, 0, '', 'then', {}, () => {}])('lets pass %j', (value) => {
    expect(atOnce(value, 'ttl')).toBe(value);
  });

  it('refuses a promise, and hears of its failure so that nobody else does', async () => {
    const unheard: unknown[] = [];
    const listen = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', listen);
    for (const value of [Promise.resolve(1), Promise.reject(new Error('late'))])
      expect(() => atOnce(value, 'ttl')).toThrow(
        new TypeError('Answer at once in "ttl": got a promise'),
      );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
  });
});
