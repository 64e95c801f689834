// The middleware as users get it, in front of an upstream that answers what it is told.
import { compose, toHandler } from '@wintergate/core';
import {
  defaultGuards,
  fixedThreshold,
  flatIndex,
  memoryStore,
  semanticCache,
} from '@wintergate/semantic-cache';

const room = 1024 * 1024 * 1024;

/** A cache to fill and to ask. `tenant` keeps what is asked apart. */
export function createSubject({ threshold, guarded }) {
  const cache = semanticCache({
    tenant: (request) => request.headers.get('x-tenant') ?? 'all',
    store: memoryStore({ maxBytes: room }),
    semantic: {
      policy: fixedThreshold(threshold),
      guards: guarded ? defaultGuards() : [],
      // With the default guards texts are looked up by their words, as users get it.
      ...(guarded ? {} : { index: flatIndex({ maxItemsPerScope: 20_000, maxBytes: room }) }),
    },
  });
  const handler = toHandler(compose(cache), (request) =>
    Response.json(reply(request.headers.get('x-answer'))),
  );

  async function send(text, headers) {
    const request = new Request('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: text }] }),
    });
    const response = await handler(request);
    const body = await response.json();
    return {
      cache: response.headers.get('cache-status') ?? '',
      answer: body.choices?.[0].message.content,
    };
  }

  return {
    store: (text, answer, tenant = 'all') =>
      send(text, { 'x-answer': answer, 'x-tenant': tenant, 'cache-control': 'no-cache' }),
    /** The stored answer and how it was found, or `undefined`. */
    async ask(text, tenant = 'all') {
      const { cache, answer } = await send(text, {
        'x-tenant': tenant,
        'cache-control': 'only-if-cached',
      });
      return cache.includes('; hit')
        ? { answer, exact: cache.includes('detail=exact') }
        : undefined;
    },
  };
}

function reply(content) {
  return {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'any',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  };
}
