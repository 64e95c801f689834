import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockReader } from './block-reader.ts';
import { createSseDecoder, createSseEvent, encodeSse } from './sse.ts';
import { Chunk, type SseBlock } from './sse-block.ts';

interface Vector {
  name: string;
  input?: string;
  inputBase64?: string;
  events: { event: string; data: string; lastEventId: string }[];
}

const encoder = new TextEncoder();
const file = new URL(
  '../../../../../shared/data/conformance/sse-vectors/vectors.json',
  import.meta.url,
);
const vectors: Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : [];
if (vectors.length === 0 && process.env['WINTERGATE_REQUIRE'] === 'all')
  throw new Error('The event stream vectors are missing');

function decode(chunks: Uint8Array[]): { event: string; data: string; lastEventId: string }[] {
  const decoder = createSseDecoder();
  return chunks
    .flatMap((chunk) => decoder.push(chunk))
    .map(({ event, data, lastEventId }) => ({
      event: event === '' ? 'message' : event,
      data,
      lastEventId,
    }));
}

function bytesOf(vector: Vector): Uint8Array {
  if (vector.inputBase64 !== undefined)
    return Uint8Array.from(atob(vector.inputBase64), (c) => c.charCodeAt(0));
  return encoder.encode(vector.input ?? '');
}

describe.skipIf(vectors.length === 0)('createSseDecoder() on the public vectors', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const bytes = bytesOf(vector);
    expect(decode([bytes])).toEqual(vector.events);
    expect(decode(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toEqual(vector.events);
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let at = 0; at <= bytes.length; at += step) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(vector.events);
    }
  });
});

describe('createSseDecoder()', () => {
  it('joins the raw bytes of its events back into the stream', () => {
    const piece = fc.constantFrom(
      'data: a',
      'data:b',
      'event: x',
      'id: 7',
      ': note',
      'retry: 1',
      '',
      'data',
      'é: ü',
      '\n',
      '\r\n',
      '\r',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(300), { maxLength: 8 }),
        (pieces, cuts) => {
          const bytes = encoder.encode(pieces.join('\n'));
          const whole = createSseDecoder();
          const expected = whole.push(bytes).map(({ event, data, id }) => [event, data, id]);
          const decoder = createSseDecoder();
          const sorted = [
            ...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length]),
          ].sort((a, b) => a - b);
          const events = sorted
            .slice(1)
            .flatMap((end, at) => decoder.push(bytes.subarray(sorted[at], end)));
          expect(events.map(({ event, data, id }) => [event, data, id])).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    ['event: x\ndata: y\n\n', 'x', 'y'],
    ['event:x\ndata:y\n\n', 'x', 'y'],
    ['event:  x\ndata:  y\n\n', ' x', ' y'],
    ['event:\ndata:\n\n', '', ''],
    ['event\ndata\n\n', '', ''],
    ['events: x\ndata: y\n\n', '', 'y'],
    ['event: x\ndatas: y\ndata: z\n\n', 'x', 'z'],
    ['event: é\ndata: ü\n\n', 'é', 'ü'],
    ['\uFEFFevent: x\ndata: y\n\n', 'x', 'y'],
    ['data: y\nevent: x\n\n', 'x', 'y'],
    ['event: x\r\ndata: y\r\n\r\n', 'x', 'y'],
    ['event: x\ndata: y\r\n\n', 'x', 'y'],
    ['event: x\nid: 1\ndata: y\n\n', 'x', 'y'],
  ])('reads %j', (text, name, data) => {
    for (const around of ['', `data: ${'before '.repeat(20)}\n\n`]) {
      const bytes = encoder.encode(around === '' ? text : around + text.replace('\uFEFF', ''));
      expect(createSseDecoder().push(bytes).at(-1)).toMatchObject({ event: name, data });
    }
  });

  it('parses data as JSON once, and says undefined when it is none', () => {
    const [good, bad] = createSseDecoder().push(encoder.encode('data: {"a":1}\n\ndata: {oops\n\n'));
    expect(good?.json()).toEqual({ a: 1 });
    expect(good?.json()).toBe(good?.json());
    expect(bad?.json()).toBeUndefined();
  });

  it('refuses an event over its limit', () => {
    const decoder = createSseDecoder({ maxEventBytes: 100 });
    expect(() => decoder.push(encoder.encode(`data: ${'x'.repeat(200)}`))).toThrow(RangeError);
  });

  it('reads 1 MB in single bytes in linear work', () => {
    const decoder = createSseDecoder();
    const bytes = encoder.encode(`data: ${'x'.repeat(100_000)}\n\n`);
    let events = 0;
    for (let at = 0; at < bytes.length; at++)
      events += decoder.push(bytes.subarray(at, at + 1)).length;
    expect(events).toBe(1);
    expect(decoder.end().length).toBe(0);
  });
});

describe('encodeSse()', () => {
  it('round-trips any text, whatever its line breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (data) => {
        const [event] = createSseDecoder().push(encodeSse({ data, event: 'e', id: '1' }));
        expect(event?.data).toBe(data.replace(/\r\n|\r/g, '\n'));
        expect(event?.event).toBe('e');
      }),
    );
  });

  it('lets neither name nor id forge a field', () => {
    const [event, ...more] = createSseDecoder().push(
      encodeSse({ data: 'd', event: 'a\ndata: forged', id: 'x\r\n\r\ndata: forged' }),
    );
    expect(more).toEqual([]);
    expect(event?.data).toBe('d');
  });

  it('creates events that pass stages as they are', () => {
    expect(createSseEvent({ data: 'hi' }).data).toBe('hi');
    expect(new TextDecoder().decode(createSseEvent({ data: 'hi', event: 'x' }).raw)).toBe(
      'event: x\ndata: hi\n\n',
    );
  });

  it.each([
    'data: {"a":1}\n\n',
    'event: x\ndata: {"a":1}\n\n',
    'data:{"a":\ndata:1}\n\n',
    'data: {"a":1}\r\n\r\n',
    'id: 1\ndata: {"a":1}\n\n',
  ])('tells how the data ends, whatever the form: %j', (text) => {
    const [event] = createSseDecoder().push(new TextEncoder().encode(text));
    for (const end of ['}', '1}', '', event?.data ?? '-']) expect(event?.endsWith(end)).toBe(true);
    for (const end of ['{', ' {"a":1}', 'data: {"a":1}', '}\n'])
      expect(event?.endsWith(end)).toBe(false);
  });
});

describe('a chunk that several readers read', () => {
  const line = fc.constantFrom('data: {"a":"1"}', 'data:b', 'event: x', 'id: 7', ': note', '', '');
  const end = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
  const stream = fc
    .tuple(fc.boolean(), fc.array(fc.tuple(line, end), { maxLength: 30 }))
    .map(([bom, lines]) => encoder.encode((bom ? '\uFEFF' : '') + lines.flat().join('')));

  function read(chunks: readonly Chunk[]): SseBlock[] {
    const blocks: SseBlock[] = [];
    const reader = new BlockReader();
    for (const chunk of chunks) reader.push(chunk, (block) => blocks.push(block));
    return blocks;
  }

  const told = ({ raw, event, data, id, lastEventId }: SseBlock): unknown => [
    ...[new TextDecoder().decode(raw), event, data, id, lastEventId],
  ];

  it('says to each what it would have found by itself', () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(60), { maxLength: 5 }),
        fc.nat(3),
        (bytes, cuts, skip) => {
          const at = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].sort(
            (a, b) => a - b,
          );
          const parts = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
          const shared = parts.map((part) => new Chunk(part));
          read(shared);
          expect(read(shared).map(told)).toEqual(
            read(parts.map((part) => new Chunk(part))).map(told),
          );
          // One that comes later knows other things.
          const rest = parts.slice(skip).map((part) => new Chunk(part));
          expect(read(shared.slice(skip)).map(told)).toEqual(read(rest).map(told));
        },
      ),
    );
  });

  it('may be empty, and says nothing of what comes first', () => {
    const chunks = ['', '\uFEFFdata: a\n\n'].map((text) => new Chunk(encoder.encode(text)));
    read(chunks);
    expect(read(chunks).map(({ data }) => data)).toEqual(['a']);
    expect(read([chunks[0]!, new Chunk(chunks[1]!.bytes)]).map(({ data }) => data)).toEqual(['a']);
  });

  it('is parsed once', () => {
    const chunk = new Chunk(encoder.encode('data: {"a":1}\n\ndata: {"a":2}\n\n'));
    const [one, other] = [read([chunk]), read([chunk])];
    expect(one).toHaveLength(2);
    for (const [at, block] of one.entries()) expect(other[at]).toBe(block);
  });

  it('is read anew by one that is in the middle of an event', () => {
    const whole = new Chunk(encoder.encode('data: b\n\n'));
    read([whole]);
    const blocks = read([new Chunk(encoder.encode('data: a\n')), whole]);
    expect(blocks.map(({ data }) => data)).toEqual(['a\nb']);
  });
});
