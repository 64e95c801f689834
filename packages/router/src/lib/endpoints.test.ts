import { compose, createContext, type TransportRequest, toHandler } from '@wintergate/core';
import { openaiCompatible, upstream } from '@wintergate/providers';
import { describe, expect, it } from 'vitest';
import { modelRouter } from './model-router.ts';
import type { ModelRouterOptions } from './options.ts';
import { planOf, provider } from './test-support.ts';

const [a, b] = [provider('a'), provider('b')] as const;

describe('endpoints', () => {
  const router = modelRouter({
    routes: { m: a },
    endpoints: { '/v1/*': a, '*/images/*': [b, a], '*/rerank': b },
  });

  it.each([
    ['/v1/images/generations', 'endpoint:*/images/*', ['b:-', 'a:-']],
    ['/v1/files/file-1/content', 'endpoint:/v1/*', ['a:-']],
    ['/team/v1/rerank', 'endpoint:*/rerank', ['b:-']],
    ['/elsewhere', undefined, undefined],
  ])('%s', async (path, rule, candidates) => {
    const result = await planOf(router, new Request(`http://g.test${path}`));
    expect([result.plan?.rule, result.candidates]).toEqual([rule, candidates]);
    const told = result.events.find(({ type }) => type === 'route-select');
    expect(told === undefined).toBe(rule === undefined);
  });

  it('send the body on as it comes, with the credential of the target and no other', async () => {
    const chunks = ['--x\r\nfirst', ' second', '\r\n--x--'];
    let sent: TransportRequest | undefined;
    let heard = '';
    const images = openaiCompatible({
      name: 'images',
      baseUrl: 'https://images.test/v1',
      apiKey: 'own',
      transport: async (outgoing) => {
        sent = outgoing;
        heard = await new Response(outgoing.body as ReadableStream).text();
        return new Response('PNG', { headers: { 'content-type': 'image/png' } });
      },
    });
    const given = modelRouter({ endpoints: { '*/images/*': images } });
    const body = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(chunk));
      },
    });
    const request = new Request('http://g.test/v1/images/edits?size=1', {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        authorization: 'Bearer caller',
      },
      body,
      duplex: 'half',
    } as RequestInit);
    const response = await toHandler(compose(given), upstream())(request);
    expect(await response.text()).toBe('PNG');
    expect(heard).toBe('--x\r\nfirst second\r\n--x--');
    expect(sent?.url).toBe('https://images.test/v1/images/edits?size=1');
    expect(sent?.headers.get('authorization')).toBe('Bearer own');
  });

  it('are no calls to explain', async () => {
    const request = new Request('http://g.test/v1/images/generations');
    expect(await router.explain(request, createContext(request))).toBeUndefined();
  });

  it.each<[string, ModelRouterOptions['endpoints'], string]>([
    [
      'a model',
      { '*/images/*': a.target('dall-e') },
      'Expected endpoints["*/images/*"] to name no model',
    ],
    ['a path that is none', { images: a }, 'Expected endpoints["images"] to begin with "/" or "*"'],
    ['groups', { '/x': [[a]] as never }, 'Expected endpoints["/x"] to be targets without groups'],
    ['nothing', { '/x': [] }, 'Expected endpoints["/x"] to have at least one target'],
  ])('refuse %s', (_name, endpoints, message) => {
    expect(() => modelRouter({ endpoints })).toThrow(message);
  });
});
