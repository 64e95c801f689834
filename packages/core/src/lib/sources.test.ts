import { describe, expect, it } from 'vitest';
import { wholeSource } from './sources.ts';

const encoder = new TextEncoder();
const announced = { 'content-type': 'application/json; charset=utf-8', 'content-length': '7' };

/** A response in two pieces, the second when it is asked for, and what became of its body. */
function inPieces(headers: Record<string, string>, second: string | Error = '"b"]') {
  const seen = { pulls: 0, cancelled: undefined as unknown };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulls++;
        if (seen.pulls === 1) return controller.enqueue(encoder.encode('["a'));
        if (second instanceof Error) return controller.error(second);
        controller.enqueue(encoder.encode(second));
        controller.close();
      },
      cancel(reason) {
        seen.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body, { headers }), seen };
}

/** All that a source says, once it is over. */
function hear(source: ReturnType<typeof wholeSource>): Promise<string[]> {
  const said: string[] = [];
  return new Promise((resolve) => {
    const over = (what: string) => {
      said.push(what);
      resolve(said);
    };
    source?.start({
      write: (chunk) => said.push(new TextDecoder().decode(chunk)),
      end: () => over('end'),
      fail: (error) => over(String(error)),
    });
  });
}

describe('wholeSource()', () => {
  it('says in one piece what came in several, and reads nothing before it is started', async () => {
    const { response, seen } = inPieces(announced);
    const source = wholeSource(response);
    expect(seen.pulls).toBe(0);
    expect(await hear(source)).toEqual(['["a"b"]', 'end']);
  });

  it.each([
    ['a length that was not announced', { 'content-type': 'application/json' }],
    ['none at all', { ...announced, 'content-length': '0' }],
    ['one that is no number', { ...announced, 'content-length': '7, 7' }],
    ['a long body', { ...announced, 'content-length': String(256 * 1024 + 1) }],
    ['compression', { ...announced, 'content-encoding': 'gzip' }],
    ['events', { ...announced, 'content-type': 'text/event-stream' }],
    ['a file', { ...announced, 'content-type': 'application/jsonl' }],
    ['no type', { 'content-length': '7' }],
  ])('leaves %s to the stream', (_, headers) => {
    expect(wholeSource(inPieces(headers).response)).toBeUndefined();
  });

  it('leaves a response without a body alone', () => {
    expect(wholeSource(new Response(null, { headers: announced }))).toBeUndefined();
  });

  it('fails as a whole where the body breaks off', async () => {
    const { response } = inPieces(announced, new Error('reset'));
    expect(await hear(wholeSource(response))).toEqual(['Error: reset']);
  });

  it('says nothing of an empty body but its end', async () => {
    const response = new Response(new ReadableStream({ start: (it) => it.close() }), {
      headers: announced,
    });
    expect(await hear(wholeSource(response))).toEqual(['end']);
  });

  it('cancels a body that nobody has begun to read', async () => {
    const { response, seen } = inPieces(announced);
    wholeSource(response)?.cancel('enough');
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual({ pulls: 0, cancelled: 'enough' });
  });

  it('says nothing more once it is cancelled, before the bytes or at them', async () => {
    for (const when of ['before', 'at']) {
      const source = wholeSource(inPieces(announced).response);
      const said: string[] = [];
      source?.start({
        write() {
          said.push('bytes');
          source.cancel('enough');
        },
        end: () => said.push('end'),
        fail: () => said.push('fail'),
      });
      if (when === 'before') source?.cancel('enough');
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(said).toEqual(when === 'before' ? [] : ['bytes']);
    }
  });
});
