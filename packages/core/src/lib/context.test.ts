import { expect, it } from 'vitest';
import { createContext } from '../index.ts';
import { createLazyRequest } from './request.ts';

it('context.json() knows a Request whose class is not the global one', async () => {
  const request = createLazyRequest({
    url: 'http://gate.test/',
    method: 'POST',
    headers: new Headers(),
    signal: () => new AbortController().signal,
    memo: { bytes: new TextEncoder().encode('{"a":1}') },
  });
  const { Request: Real } = globalThis;
  // What @hono/node-server does when it starts.
  globalThis.Request = class extends Real {};
  try {
    expect(await createContext(request).json(request)).toEqual({ a: 1 });
  } finally {
    globalThis.Request = Real;
  }
});
