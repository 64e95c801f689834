import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventStreamReframer, createFrameReader } from './aws-event-stream.ts';
import { crc32 } from './crc32.ts';
import { StreamFormatError } from './target-dialect.ts';
import { dataPath, describeData } from './test-support.ts';

const folder = 'conformance/aws-eventstream/';

/** A frame with headers of text. */
export function frame(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const encoder = new TextEncoder();
  const written = Object.entries(headers).flatMap(([name, value]) => {
    const [key, text] = [encoder.encode(name), encoder.encode(value)];
    return [key.length, ...key, 7, text.length >> 8, text.length & 255, ...text];
  });
  const body = encoder.encode(payload);
  const bytes = new Uint8Array(16 + written.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, written.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(written, 12);
  bytes.set(body, 12 + written.length);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
  return bytes;
}

const event = (type: string, payload: string): Uint8Array =>
  frame({ ':message-type': 'event', ':event-type': type }, payload);

describeData('the frames of AWS', folder, () => {
  const names = (kind: RegExp): string[] =>
    readdirSync(dataPath(folder)).filter((name) => kind.test(name));

  it('that are valid are read', () => {
    expect(names(/^valid_/)).toHaveLength(3);
    for (const name of names(/^valid_/)) {
      const reader = createFrameReader();
      expect(reader.push(readFileSync(dataPath(folder + name))), name).toHaveLength(1);
      expect(reader.isOpen).toBe(false);
    }
  });

  it('that are not are refused, each with an error of its own', () => {
    expect(names(/^invalid_/).length).toBeGreaterThan(7);
    for (const name of names(/^invalid_/)) {
      const reader = createFrameReader();
      expect(() => reader.push(readFileSync(dataPath(folder + name))), name).toThrow(
        StreamFormatError,
      );
    }
  });
});

describe('createEventStreamReframer()', () => {
  const stream = Buffer.concat([
    event('messageStart', '{"role":"assistant"}'),
    event('contentBlockDelta', '{"delta":\r\n{"text":"Grüße\\n"}}'),
    event('ping', ''),
    frame(
      { ':message-type': 'exception', ':exception-type': 'throttlingException' },
      '{"message":"Slow down"}',
    ),
    frame({ ':message-type': 'error', ':error-code': 'internal' }, ''),
  ]);
  const told = [
    'data: {"messageStart":{"role":"assistant"}}',
    'data: {"contentBlockDelta":{"delta":  {"text":"Grüße\\n"}}}',
    'data: {"ping":{}}',
    'data: {"exception":{"type":"throttlingException","payload":{"message":"Slow down"}}}',
    'data: {"exception":{"type":"internal","payload":{}}}',
    '',
  ].join('\n\n');

  it('tells frames as events, split anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const reframer = createEventStreamReframer();
        let text = '';
        let at = 0;
        for (let turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          text += Buffer.from(reframer.push(stream.subarray(at, at + size))).toString();
          at += size;
        }
        reframer.end();
        expect(text).toBe(told);
      }),
    );
  });

  it('refuses an end within a frame, and whatever is damaged', () => {
    const reframer = createEventStreamReframer();
    reframer.push(stream.subarray(0, 40));
    expect(() => reframer.end()).toThrow('within a frame');
    fc.assert(
      fc.property(
        fc.nat(stream.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (place, difference) => {
          const damaged = Uint8Array.from(stream);
          damaged[place] = (damaged[place] as number) ^ difference;
          const broken = createEventStreamReframer();
          expect(() => {
            broken.push(damaged);
            broken.end();
          }).toThrow(StreamFormatError);
        },
      ),
    );
  });

  it('survives anything, and does not wait for a frame that is too large', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const reframer = createEventStreamReframer();
        try {
          for (const chunk of chunks) reframer.push(chunk);
          reframer.end();
        } catch (error) {
          expect(error).toBeInstanceOf(StreamFormatError);
        }
      }),
    );
    const head = new Uint8Array(12);
    const view = new DataView(head.buffer);
    view.setUint32(0, 0x7fffffff);
    view.setUint32(8, crc32(head.subarray(0, 8)));
    expect(() => createEventStreamReframer().push(head)).toThrow('wrong length');
  });
});
