import { describe, expect, it } from 'vitest';
import { embed, encodeBase64 } from './simulated-embedding.ts';

function similarity(a: string, b: string): number {
  const right = embed(b, 256, 0);
  return embed(a, 256, 0).reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

describe('embed()', () => {
  it.each(['hello world', '', '!!!', 'x'.repeat(100_000)])('has length 1', (text) => {
    const square = embed(text, 64, 1).reduce((sum, value) => sum + value * value, 0);
    expect(square).toBeCloseTo(1, 5);
  });

  it('is the same for the same text and seed', () => {
    expect(embed('a b', 8, 3)).toEqual(embed('a b', 8, 3));
    expect(embed('a b', 8, 3)).not.toEqual(embed('a b', 8, 4));
  });

  it('puts texts that share words closer together', () => {
    const near = similarity('reset my router password', 'how do I reset my router password');
    const far = similarity('reset my router password', 'bake a chocolate cake');
    expect(near).toBeGreaterThan(0.7);
    expect(Math.abs(far)).toBeLessThan(0.3);
  });

  it('takes tokens for text', () => {
    expect(embed([1, 2, 3], 8, 0)).not.toEqual(embed([1, 2, 4], 8, 0));
  });
});

describe('encodeBase64()', () => {
  it('is little-endian 32 bit floats', () => {
    expect(encodeBase64(new Float32Array([1, -2]))).toBe('AACAPwAAAMA=');
  });

  it('survives long vectors', () => {
    const vector = embed('text', 4096, 0);
    const bytes = Uint8Array.from(atob(encodeBase64(vector)), (character) =>
      character.charCodeAt(0),
    );
    expect(new Float32Array(bytes.buffer)).toEqual(vector);
  });
});
