import { describe, expect, it } from 'vitest';
import { type Act, fails, refuses, setup, targetOf } from './test-exchange.ts';

const file: Act = () => Response.json({ id: 'file-1', object: 'file' });
const scores: Act = () => Response.json({ results: [{ index: 0, relevance_score: 0.9 }] });
const noWait = {
  schedule(callback: () => void) {
    callback();
    return () => {};
  },
};

function ask(method: string, path: string, body?: BodyInit, type = 'application/json'): Request {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type };
  if (typeof body === 'string') headers['content-length'] = String(body.length);
  const init = { method, headers, body: body ?? null, duplex: 'half' };
  return new Request(`http://gateway.test${path}`, init as RequestInit);
}

describe('requests that are no calls', () => {
  it.each([
    ['a refused connection', refuses],
    ['429', fails(429)],
    ['500', fails(500)],
    ['503', fails(503)],
  ])('reads again after %s', async (_name, act) => {
    const main = targetOf('main', act, file);
    const { handler, of } = setup([main], noWait);
    const response = await handler(ask('GET', '/v1/files/file-1'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id: 'file-1', object: 'file' });
    expect(of('attempt-end').map(({ attempt, ok }) => [attempt, ok])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('does not read from another account, where the file is not', async () => {
    const [main, other] = [targetOf('main', fails(503)), targetOf('other', file)];
    const response = await setup([main, other], noWait).handler(ask('GET', '/v1/files/file-1'));
    expect(response.status).toBe(503);
    expect([main.signals.length, other.signals.length]).toEqual([2, 0]);
  });

  it.each([401, 404, 400])('gives a %i on as it is', async (status) => {
    const main = targetOf('main', fails(status), file);
    const response = await setup([main], noWait).handler(ask('GET', '/v1/files/file-1'));
    expect(response.status).toBe(status);
    expect(main.signals).toHaveLength(1);
  });

  it('creates again only after a refusal', async () => {
    const batch = JSON.stringify({ input_file_id: 'file-1' });
    for (const [act, calls] of [
      [fails(429), 2],
      [fails(503), 2],
      [fails(500), 1],
      [fails(504), 1],
      [refuses, 1],
    ] as const) {
      const main = targetOf('main', act, file);
      await setup([main], noWait).handler(ask('POST', '/v1/batches', batch));
      expect(main.signals).toHaveLength(calls);
    }
  });

  it('asks another target what keeps nothing, with the same body', async () => {
    const query = JSON.stringify({ model: 'rerank-v3.5', query: 'q', documents: ['a'] });
    const bodies: string[] = [];
    const other = targetOf('other', scores);
    const { transport } = other;
    const heard = {
      ...other,
      transport: (request: Parameters<typeof transport>[0]) => {
        bodies.push(new TextDecoder().decode(request.body as Uint8Array));
        return transport(request);
      },
    };
    const main = targetOf('main', fails(429, undefined, { 'retry-after': '60' }));
    const { handler } = setup([main, heard], noWait);
    const response = await handler(ask('POST', '/v1/rerank', query));
    expect(await response.json()).toEqual({ results: [{ index: 0, relevance_score: 0.9 }] });
    expect(bodies).toEqual([query]);
    // The one that named a time rests.
    await handler(ask('POST', '/v1/rerank', query));
    expect(main.signals).toHaveLength(1);
  });

  it.each([
    ['a form', 'multipart/form-data; boundary=x', '--x--'],
    ['JSON of unknown length', 'application/json', undefined],
  ])('streams %s through, once', async (_name, type, text) => {
    const main = targetOf('main', fails(429), file);
    const body = text ?? new Blob(['{}']).stream();
    const response = await setup([main], noWait).handler(ask('POST', '/v1/files', body, type));
    expect(response.status).toBe(429);
    expect(main.signals).toHaveLength(1);
  });

  it('stops when the SDK has spent the attempts, or is told that it is no use', async () => {
    const spent = targetOf('main', fails(503), file);
    const request = ask('GET', '/v1/files/file-1');
    request.headers.set('x-stainless-retry-count', '4');
    expect((await setup([spent], noWait).handler(request)).status).toBe(503);
    const hopeless = targetOf('main', fails(503, undefined, { 'x-should-retry': 'false' }), file);
    const { handler } = setup([hopeless], noWait);
    expect((await handler(ask('GET', '/v1/files/file-1'))).status).toBe(503);
    expect([spent.signals.length, hopeless.signals.length]).toEqual([1, 1]);
  });
});
