import { compose, toHandler } from '@wintergate/core';
import { simulated } from '@wintergate/providers';
import { callKey } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { endpoints, health } from './endpoints.ts';
import { originGuard } from './origin-guard.ts';
import { probeUpstream } from './probe.ts';

const provider = simulated();
const handler = toHandler(
  compose(health(), originGuard('127.0.0.1'), endpoints([provider], { passThrough: true })),
  () => new Response('inner'),
);

function get(url: string, init?: RequestInit): Promise<Response> {
  return handler(new Request(url, init));
}

describe('the front of the gateway', () => {
  it('answers /healthz to GET and HEAD alone', async () => {
    expect(await (await get('http://127.0.0.1:8787/healthz')).json()).toEqual({ status: 'ok' });
    expect((await get('http://127.0.0.1:8787/healthz', { method: 'POST' })).status).toBe(405);
  });

  it('lists the models, passes /v1/ on, and knows nothing else', async () => {
    expect(await (await get('http://127.0.0.1/v1/models')).json()).toMatchObject({
      object: 'list',
      data: [{ object: 'model' }, {}],
    });
    expect(await (await get('http://localhost:1/v1/files')).text()).toBe('inner');
    const missing = await get('http://127.0.0.1/admin');
    expect([missing.status, (await missing.json()).error.code]).toEqual([404, 'unknown_url']);
  });

  it.each([
    '/v1/responses',
    '/v1/files',
    '/v1/assistants',
    '/v1/chat/completions;x',
    '/v1/chat%252fcompletions',
    '/v1/chat/completions%00',
    '/v1/chat/completions%3Fx',
  ])('passes nothing on that it does not read: %s', async (path) => {
    const strict = toHandler(
      endpoints([provider], { passThrough: false }),
      (_request, context) => new Response(context?.get(callKey) ? 'read' : 'unread'),
    );
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const headers = { 'content-type': 'application/json' };
    const response = await strict(
      new Request(`http://127.0.0.1${path}`, { method: 'POST', body, headers }),
    );
    expect(await response.text()).not.toBe('unread');
    expect(response.status === 200 || response.status === 404).toBe(true);
  });

  it.each([
    ['GET', '/v1/chat/completions'],
    ['DELETE', '/v1/responses/'],
    ['OPTIONS', '/v1beta/models/gemini-2.5-pro:streamGenerateContent'],
  ])('says that a call is sent with POST: %s %s', async (method, path) => {
    const strict = toHandler(endpoints([provider], { passThrough: false }), () => new Response());
    const response = await strict(new Request(`http://127.0.0.1${path}`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await response.json()).error.message).toBe(
      `Call ${path} with POST: this was ${method}`,
    );
  });

  it('answers HEAD as GET', async () => {
    expect((await get('http://127.0.0.1/v1/models', { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['http://evil.test/v1/models', {}],
    ['http://127.0.0.1.evil.test/v1/models', {}],
    ['http://127.0.0.1:8787/v1/models', { origin: 'https://evil.test' }],
    ['http://127.0.0.1:8787/v1/models', { origin: 'null' }],
    ['http://127.0.0.1:8787/v1/models', { origin: 'http://127.0.0.1:9999' }],
  ])('refuses pages: %s %j', async (url, headers) => {
    expect((await get(url, { headers: headers as Record<string, string> })).status).toBe(403);
  });

  it('lets its own origin in, and any host where it listens to the world', async () => {
    expect(
      (
        await get('http://127.0.0.1:8787/v1/models', {
          headers: { origin: 'http://127.0.0.1:8787' },
        })
      ).status,
    ).toBe(200);
    const open = toHandler(originGuard('0.0.0.0'), () => new Response('inner'));
    expect((await open(new Request('https://gate.example/v1/models'))).status).toBe(200);
  });
});

describe('probeUpstream()', () => {
  const probe = { url: 'http://127.0.0.1:1/v1', headers: {}, variable: 'OPENAI_API_KEY' };

  it('says nothing of an upstream that answers, or of none', async () => {
    expect(await probeUpstream(undefined)).toBeUndefined();
    expect(await probeUpstream(probe, async () => new Response('{}'))).toBeUndefined();
    expect(
      await probeUpstream(probe, async () => new Response('{}', { status: 404 })),
    ).toBeUndefined();
  });

  it('tells a refused key and an unreachable host in one line each', async () => {
    expect(await probeUpstream(probe, async () => new Response('{}', { status: 401 }))).toContain(
      'refuses the key',
    );
    const refused = Object.assign(new TypeError('fetch failed'), {
      cause: { code: 'ECONNREFUSED' },
    });
    const line = await probeUpstream(probe, () => Promise.reject(refused));
    expect(line).toContain('can not be reached (ECONNREFUSED)');
    expect(line).not.toContain('\n');
  });
});
