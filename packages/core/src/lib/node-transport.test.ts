import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const agentFile = 'undici/lib/dispatcher/agent.js';

describe('nodeTransport()', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    vi.doUnmock(agentFile);
    vi.resetModules();
    server.closeAllConnections();
    server.close();
  });

  async function ask(): Promise<string> {
    const { nodeTransport } = await import('./node-transport.ts');
    const transport = await nodeTransport();
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const headers = new Headers();
    const { signal } = new AbortController();
    const response = await transport({ url, method: 'GET', headers, body: null, signal });
    return response.text();
  }

  it('takes of undici what it needs', async () => {
    expect(await ask()).toBe('hello');
  });

  it('takes the whole of an undici that keeps its Agent elsewhere', async () => {
    let missed = false;
    vi.doMock(agentFile, () => {
      missed = true;
      throw new Error('Cannot find module');
    });
    expect(await ask()).toBe('hello');
    expect(missed).toBe(true);
  });
});
