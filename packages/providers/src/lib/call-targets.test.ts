import { compose, defineMiddleware } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { describe, expect, it } from 'vitest';
import { callTargets } from './call-targets.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { completion, fakeTransport, sentText } from './test-calls.ts';
import { planKey } from './types.ts';

const own = openaiCompatible({ name: 'own', baseUrl: 'https://own.test/v1', apiKey: 'sk-own' });

describe('callTargets()', () => {
  it('calls the target of a plan, and leaves everything else to the end', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const passed: unknown[] = [];
    const plan = { candidates: [own.target('other')], rule: 'r', reason: 'r', cacheScope: 's' };
    const route = defineMiddleware('modelRouter', (request, next, context) => {
      if (request.url.includes('chat')) context.set(planKey, plan);
      return next();
    });
    const client = wrapFetch(compose(route, callTargets({ transport })), {
      fetch: (async (input: unknown) => {
        passed.push(input);
        return new Response('end');
      }) as typeof fetch,
    });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer caller' };
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    const answer = await client('https://api.any.test/v1/chat/completions', {
      method: 'POST',
      headers,
      body,
    });
    expect(await answer.json()).toEqual(completion);
    expect(transport.requests[0]?.url).toBe('https://own.test/v1/chat/completions');
    expect(transport.requests[0]?.headers.get('authorization')).toBe('Bearer sk-own');
    expect(JSON.parse(await sentText(transport.requests[0])).model).toBe('other');
    expect(await (await client('https://api.any.test/v1/files')).text()).toBe('end');
    expect(passed).toEqual(['https://api.any.test/v1/files']);
  });
});
