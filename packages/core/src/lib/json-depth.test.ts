import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { nestsDeeper } from './json-depth.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('nestsDeeper()', () => {
  it('agrees with the parser about any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(6), (value, limit) => {
        expect(nestsDeeper(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
      }),
    );
  });

  it.each(['"[[[["', '"\\"[[["', '"\\\\"', '{"a":"\\\\\\"[["}'])(
    'sees no brackets in %s',
    (text) => {
      expect(nestsDeeper(text, 1)).toBe(false);
    },
  );

  it('stops at text that never ends', () => {
    expect(nestsDeeper(`"${'\\"'.repeat(1000)}`, 0)).toBe(false);
  });
});

it('a large body of nothing but brackets is refused before it is parsed', async () => {
  const body = '['.repeat(600_000) + ']'.repeat(600_000);
  const request = new Request('http://localhost/', { method: 'POST', body });
  await expect(createContext(request).json(request)).rejects.toMatchObject({
    status: 400,
    message: 'Send a body that is at most 512 levels deep',
  });
});
