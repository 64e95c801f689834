import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReframer } from './ndjson.ts';
import { eventsOf } from './test-support.ts';

const encoder = new TextEncoder();

function told(text: string, size = 1_000_000): string[] {
  const reframer = createLineReframer();
  const bytes = encoder.encode(text);
  let out = '';
  for (let at = 0; at < bytes.length; at += size)
    out += new TextDecoder().decode(reframer.push(bytes.subarray(at, at + size)));
  out += new TextDecoder().decode(reframer.end());
  return eventsOf(out).map(({ data }) => data);
}

describe('createLineReframer()', () => {
  it('tells each line, the last without a line break too, and no blank one', () => {
    expect(told('{"a":1}\r\n\n  \n{"b":2}')).toEqual(['{"a":1} ', '{"b":2}']);
    expect(told('')).toEqual([]);
  });

  it('tells the same however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.integer({ min: 1, max: 9 }), (values, size) => {
        const text = values.map((value) => `${value}\n`).join('');
        expect(told(text, size).map((line) => JSON.parse(line))).toEqual(
          values.map((value) => JSON.parse(value)),
        );
      }),
    );
  });

  it('does not keep what it was given: chunks may be written over', () => {
    const reframer = createLineReframer();
    const chunk = encoder.encode('{"a":1');
    reframer.push(chunk);
    chunk.fill(0x20);
    expect(new TextDecoder().decode(reframer.push(encoder.encode('}\n')))).toBe(
      'data: {"a":1}\n\n',
    );
  });

  it('gives up a line that does not end', () => {
    const reframer = createLineReframer();
    const chunk = new Uint8Array(1024 * 1024).fill(0x61);
    expect(() => {
      for (let count = 0; count < 9; count++) reframer.push(chunk);
    }).toThrow('too large');
  });
});
