import { describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { rewrite } from './request.ts';

const post = (body: BodyInit, length?: number) =>
  new Request('http://gateway.test/', {
    method: 'POST',
    body,
    ...(length !== undefined && { headers: { 'content-length': String(length) } }),
    ...({ duplex: 'half' } as object),
  });

describe('the bytes of a Request of the platform', () => {
  const read = (request: Request, maxBodyBytes = 100) =>
    createContext(request, { maxBodyBytes }).text(request);

  it('are the same whether their length was announced or not', async () => {
    expect(await read(post('hello', 5))).toBe('hello');
    expect(await read(post('hello'))).toBe('hello');
  });

  it('make no stream of a body whose length was announced', async () => {
    const request = post('hello', 5);
    Object.defineProperty(request, 'body', {
      get: () => expect.unreachable('The stream was asked for'),
    });
    expect(await read(request)).toBe('hello');
  });

  it('are none where a length was announced and nothing came', async () => {
    const headers = { 'content-length': '5' };
    expect(await read(new Request('http://gateway.test/', { method: 'POST', headers }))).toBe('');
    expect(await read(new Request('http://gateway.test/', { headers }))).toBe('');
  });

  it('are refused by their number, whatever was announced', async () => {
    for (const length of [undefined, 1, 4, 5, 99]) {
      await expect(read(post('hello', length), 4)).rejects.toMatchObject({
        details: { status: 413, code: 'request_too_large' },
      });
    }
  });

  it('are read where an announcement is none', async () => {
    for (const length of [Number.NaN, -1, 0])
      expect(await read(post('hello', length))).toBe('hello');
  });

  it('tell of a body that breaks off', async () => {
    const broken = new ReadableStream({ pull: (to) => to.error(new Error('gone')) });
    await expect(read(post(broken, 5))).rejects.toMatchObject({ details: { status: 400 } });
  });

  it('are read once for a request and what was made of it', async () => {
    const request = post('hello', 5);
    const context = createContext(request);
    const made = rewrite(request, { headers: { 'x-a': 'b' } }, context);
    expect(await context.text(made)).toBe('hello');
    expect(await context.text(request)).toBe('hello');
  });
});
