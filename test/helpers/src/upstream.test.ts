import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ScriptedUpstream, startUpstream, type UpstreamOptions } from './upstream.ts';

let upstream: ScriptedUpstream;
const start = async (routes: UpstreamOptions['routes']): Promise<string> => {
  upstream = await startUpstream({ routes });
  return upstream.url;
};
afterEach(() => upstream.close());

/** Reads a body until its end or its break. */
async function readAll(response: Response): Promise<{ chunks: string[]; broke: boolean }> {
  const chunks: string[] = [];
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      chunks.push(part.value);
    return { chunks, broke: false };
  } catch {
    return { chunks, broke: true };
  }
}

describe('startUpstream()', () => {
  it('records what it was asked', async () => {
    const url = await start({ 'POST /v1/chat': { json: { ok: true } } });
    const response = await fetch(`${url}/v1/chat?a=1`, {
      method: 'POST',
      body: '{"é":1}',
      headers: { 'x-a': 'b' },
    });
    expect(await response.json()).toEqual({ ok: true });
    const [request] = upstream.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/chat?a=1' });
    expect(request?.headers['x-a']).toBe('b');
    expect(request?.json()).toEqual({ é: 1 });
    expect(await request?.ended).toBe('answered');
  });

  it('takes the next of a list at every call, and keeps the last', async () => {
    const limited = { status: 429, headers: { 'retry-after': '2' }, json: {} };
    const url = await start({ '*': [limited, { json: 1 }] });
    const answers = [await fetch(url), await fetch(url), await fetch(url)];
    expect(answers.map((answer) => answer.status)).toEqual([429, 200, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
  });

  it('answers by code, and unknown routes with 404', async () => {
    const url = await start({ '/echo': (request, count) => ({ json: [request.path, count] }) });
    await fetch(`${url}/echo`);
    expect(await (await fetch(`${url}/echo`)).json()).toEqual(['/echo', 1]);
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });

  it('streams events one by one, with a gap between them', async () => {
    const url = await start({ '*': { sse: [{ a: 1 }, ': ping\n\n', 'data: [DONE]\n\n'], gap: 5 } });
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const { chunks } = await readAll(response);
    expect(chunks).toEqual(['data: {"a":1}\n\n', ': ping\n\n', 'data: [DONE]\n\n']);
  });

  it('compresses', async () => {
    const url = await start({ '*': { json: { a: 'b' }, gzip: true } });
    const response = await fetch(url);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.json()).toEqual({ a: 'b' });
  });

  it.each(['reset', 'half'] as const)('breaks a body by %s', async (ending) => {
    const url = await start({ '*': { sse: ['one', 'twotwo'], gap: 1, ending } });
    const { chunks, broke } = await readAll(await fetch(url));
    expect(broke).toBe(true);
    expect(chunks.join('')).not.toContain(ending === 'half' ? 'twotwo' : 'three');
    // The network may join what came apart.
    expect(chunks.join('')).toMatch(/^one/);
  });

  it('stays open after its last chunk, and sees the caller leave', async () => {
    const url = await start({ '*': { sse: ['one'], ending: 'stall' } });
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    expect((await response.body!.getReader().read()).done).toBe(false);
    controller.abort();
    expect(await upstream.requests[0]?.ended).toBe('abandoned');
  });

  it('stays silent or breaks before the head', async () => {
    const url = await start({ '/silent': { head: 'stall' }, '/reset': { head: 'reset' } });
    await expect(fetch(`${url}/reset`)).rejects.toThrow('fetch failed');
    const controller = new AbortController();
    const silent = fetch(`${url}/silent`, { signal: controller.signal });
    await upstream.arrived(2);
    controller.abort();
    await expect(silent).rejects.toThrow('aborted');
  });

  it('sends garbage instead of HTTP', async () => {
    await start({ '*': { raw: 'NOT HTTP\r\n\r\n' } });
    const text = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(upstream.port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('close', () => resolve(received));
    });
    expect(text).toBe('NOT HTTP\r\n\r\n');
  });
});
