import { compose, createReply, toHandler } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects } from './dialects.ts';
import { googleGenerate } from './google-generate.ts';
import { createArrayReframer } from './google-generate-framing.ts';
import { base, decodeGoogle, googleChunk, googleFrames } from './google-generate-test-support.ts';
import { observeReply } from './observe-reply.ts';
import { readCall } from './read-call.ts';
import { StreamFormatError } from './target-dialect.ts';
import { chunksOf, replyOf, streamReply } from './test-support.ts';
import { reframeReply } from './translate.ts';
import type { JsonObject } from './types.ts';

const encoder = new TextEncoder();

/** What a reframer makes of bytes that come in pieces of this size. */
function reframe(text: string, size: number): string {
  const reframer = createArrayReframer();
  const bytes = encoder.encode(text);
  const decoder = new TextDecoder();
  let out = '';
  for (let at = 0; at < bytes.length; at += size)
    out += decoder.decode(reframer.push(bytes.subarray(at, at + size)), { stream: true });
  return out + decoder.decode(reframer.end());
}

const chunks = [
  googleChunk([{ text: 'a "]}{[\\" \\ “é” 🌦\n' }]),
  googleChunk([{ functionCall: { name: 'f', args: { list: [[1], {}] } } }], 'STOP'),
];
/** As Google writes it. */
const array = `[${chunks.map((chunk) => JSON.stringify(chunk, null, 2)).join('\n,\r\n')}\n]`;

describe('a stream that is a JSON array', () => {
  it('becomes events, however it is split', () => {
    for (const size of [1, 2, 3, 7, 100, 10_000]) {
      expect(chunksOf(reframe(array, size)), String(size)).toEqual(chunks);
    }
    expect(decodeGoogle(reframe(array, 5)).complete).toBe(true);
  });

  it('gives the same for any items and any split', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(item),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(3),
        (items, size, indent) => {
          const expected = JSON.parse(JSON.stringify(items));
          expect(chunksOf(reframe(JSON.stringify(items, null, indent), size))).toEqual(expected);
        },
      ),
    );
  });

  it('may be a single object, as an error or a whole reply is', () => {
    expect(chunksOf(reframe(JSON.stringify(chunks[1]), 3))).toEqual([chunks[1]]);
    expect(chunksOf(reframe('[]', 1))).toEqual([]);
  });

  it.each(['', ' ', '[', '[{', '[{}', '[{},', '{"a":"', '[{"a":"}]'])(
    'breaks off with an error after %j',
    (text) => {
      expect(() => reframe(text, 1)).toThrow(StreamFormatError);
    },
  );

  it.each(['<html>', '[1]', '["a"]', '[[{}]]', '[{}]x', '{}{}', ']', '[}'])('is not %j', (text) => {
    expect(() => reframe(text, 1)).toThrow(StreamFormatError);
  });

  it('throws nothing else, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('', '[', '[{'), (bytes, start) => {
        const reframer = createArrayReframer();
        try {
          reframer.push(encoder.encode(start));
          reframer.push(bytes);
          reframer.end();
        } catch (error) {
          expect(error).toBeInstanceOf(StreamFormatError);
        }
      }),
    );
  });

  it('has items of a bounded size', () => {
    const reframer = createArrayReframer();
    reframer.push(encoder.encode('[{"a":"'));
    const piece = new Uint8Array(1024 * 1024).fill(0x61);
    expect(() => {
      for (let count = 0; count < 10; count++) reframer.push(piece);
    }).toThrow(StreamFormatError);
  });

  it('is read as one from an upstream', async () => {
    const reply = new Response(array, {
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    });
    const reframed = reframeReply(reply, googleGenerate);
    expect(reframed.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { deltas } = decodeGoogle(await reframed.text());
    expect(replyOf(deltas).choices[0]?.toolCalls).toMatchObject([{ name: 'f' }]);
  });
});

describe('a caller’s stream', () => {
  function ask(query: string, body: string, type = 'text/event-stream'): Promise<Response> {
    const handler = toHandler(compose(dialects(googleGenerate)), () =>
      createReply({ headers: { 'content-type': type }, body }),
    );
    const request = new Request(`${base}:streamGenerateContent${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return Promise.resolve(handler(request));
  }

  it('leaves as a JSON array, unless the URL asks for events', async () => {
    for (const query of ['', '?alt=json', '?key=x']) {
      const reply = await ask(query, googleFrames(chunks));
      expect(reply.headers.get('content-type')).toBe('application/json; charset=UTF-8');
      expect(await reply.json()).toEqual(chunks);
    }
    for (const query of ['?alt=sse', '?x=1&$alt=sse', '?%24alt=sse']) {
      const reply = await ask(query, googleFrames(chunks));
      expect(reply.headers.get('content-type')).toBe('text/event-stream');
      expect(await reply.text()).toBe(googleFrames(chunks));
    }
  });

  it('is seen as events by all who watch it', async () => {
    const seen: unknown[] = [];
    const handler = toHandler(compose(dialects(googleGenerate)), async (request, context) => {
      if (context === undefined) throw new Error('Expected a context');
      const call = await readCall(request, context);
      if (call === undefined) throw new Error('Expected a call');
      const reply = streamReply(googleFrames(chunks));
      return observeReply(
        reply,
        call,
        {
          delta: ({ type }) => seen.push(type),
          close: ({ complete }) => seen.push(complete),
        },
        context,
      );
    });
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'x' }] }] });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const reply = await handler(new Request(`${base}:streamGenerateContent`, init));
    expect(await reply.json()).toEqual(chunks);
    expect(seen).toEqual(['start', 'text', 'tool-call', 'finish', 'done', true]);
  });

  it('passes comments as white space, and errors as items', async () => {
    const error: JsonObject = { error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } };
    const reply = await ask('', `: wait\n\n${googleFrames([chunks[0] ?? {}, error])}`);
    expect(await reply.json()).toEqual([chunks[0], error]);
    expect(await (await ask('', '')).json()).toEqual([]);
  });

  it('leaves anything that is no stream as it is', async () => {
    const reply = await ask('', '{"error":{}}', 'application/json');
    expect(await reply.text()).toBe('{"error":{}}');
  });

  it('is read back as it was', async () => {
    const reply = await ask('', googleFrames(chunks));
    expect(chunksOf(reframe(await reply.text(), 3))).toEqual(chunks);
  });
});
