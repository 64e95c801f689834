// The middleware as users get it, fed with a stream of requests from empty on; its upstream answers the intent.
import { compose, toHandler } from '@wintergate/core';
import {
  fixedThreshold,
  flatIndex,
  lightGuards,
  memoryStore,
  semanticCache,
} from '@wintergate/semantic-cache';
import { auditedThreshold, verified } from '@wintergate/semantic-cache/policies';
import { staticEmbedder } from '@wintergate/semantic-cache/static';

const room = 2 * 1024 ** 3;

const policies = {
  fixed: ({ at }) => fixedThreshold(at),
  audited: ({ at, random }) => auditedThreshold({ maxWrongHits: at, random }),
  verified: ({ at, random }) => verified({ maxWrongRequests: at, random }),
};

/** Numbers in [0, 1) that are the same each time (Park and Miller 1988). */
export function seeded(seed) {
  let state = ((seed * 7919) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What became of each request of the stream, counted. */
export async function runStream(stream, { policy, at, guards, model, seed }) {
  const random = seeded(seed);
  const embedder = model === undefined ? undefined : staticEmbedder(model);
  const isDefault = guards === 'default';
  const cache = semanticCache({
    tenant: 'all',
    store: memoryStore({ maxBytes: room }),
    semantic: {
      policy: policies[policy]({ at, random }),
      ...(embedder === undefined ? {} : { embedder }),
      // With the default guards texts are looked up by their words, as users get it.
      ...(isDefault ? {} : { guards: guards === 'light' ? lightGuards() : [] }),
      ...(isDefault && embedder === undefined
        ? {}
        : { index: flatIndex({ maxItemsPerScope: 30_000, maxBytes: room }) }),
    },
  });
  let intent = '';
  const handler = toHandler(compose(cache), () => Response.json(reply(intent)));
  const counts = { requests: 0, exact: 0, hits: 0, wrong: 0, audits: 0 };
  for (const { text, answer } of stream) {
    intent = answer;
    const request = new Request('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: text }] }),
    });
    const response = await handler(request);
    const status = response.headers.get('cache-status') ?? '';
    const { choices } = await response.json();
    counts.requests++;
    if (status.includes('detail=audit')) counts.audits++;
    if (status.includes('detail=exact')) counts.exact++;
    else if (status.includes('; hit')) {
      counts.hits++;
      if (choices[0].message.content !== answer) counts.wrong++;
    }
    // What is stored and judged in the background comes before the next request.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counts;
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
