// The middleware as users get it, fed with a stream of requests from empty on; its upstream answers the intent.
import { compose, toHandler } from '@wintergate/core';
import {
  fixedThreshold,
  flatIndex,
  lexicalEmbedder,
  lightGuards,
  memoryStore,
  semanticCache,
} from '@wintergate/semantic-cache';
import { manageCache } from '@wintergate/semantic-cache/manage';
import { auditedThreshold, verified } from '@wintergate/semantic-cache/policies';
import { staticEmbedder } from '@wintergate/semantic-cache/static';
import { wordEmbedder, wordGuards } from '@wintergate/semantic-cache/words';

const room = 2 * 1024 ** 3;

/** By name; `words` takes weights that were not learned from what is asked. */
export const embedders = {
  lexical: () => lexicalEmbedder(),
  words: ({ weights }) => wordEmbedder({ weights }),
  static: ({ model }) => staticEmbedder(model),
};

const policies = {
  fixed: ({ at }) => fixedThreshold(at),
  audited: ({ at, random }) => auditedThreshold({ maxWrongHits: at, random }),
  verified: ({ at, random, aliases }) => verified({ maxWrongRequests: at, random, aliases }),
  /** Lets nothing pass and hears of all: what each similarity would have been worth. */
  heard: ({ onHeard }) => ({ id: 'heard', decide: () => 'audit', observe: onHeard }),
};

/** Numbers in [0, 1) that are the same each time (Park and Miller 1988). */
export function seeded(seed) {
  let state = ((seed * 7919) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function semanticOf({ embedder = 'lexical', guards, ...options }) {
  // With the default embedder and guards texts are looked up by their words, as users get it.
  if (embedder === 'lexical' && guards === 'default') return {};
  return {
    embedder: embedders[embedder](options),
    ...(guards === 'default' ? {} : { guards: guardsOf(guards, options) }),
    index: flatIndex({ maxItemsPerScope: 30_000, maxBytes: room }),
  };
}

function guardsOf(which, { weights }) {
  if (which === 'none') return [];
  return which === 'words' ? wordGuards({ weights }) : lightGuards();
}

/** What became of each request of the stream, counted. */
export async function runStream(stream, { policy, at, seed, onHeard, aliases, ...options }) {
  const random = seeded(seed);
  const cache = semanticCache({
    tenant: 'all',
    store: memoryStore({ maxBytes: room }),
    semantic: {
      ...semanticOf(options),
      policy: policies[policy]({ at, random, onHeard, aliases }),
    },
  });
  let intent = '';
  const handler = toHandler(compose(cache), () => Response.json(reply(intent)));
  const counts = { requests: 0, exact: 0, hits: 0, wrong: 0, audits: 0 };
  for (const { text, answer } of stream) {
    intent = answer;
    const response = await handler(asked(text));
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

/** What becomes of each pair of texts, the first of them stored: similarity, and the guard that objects, if one does. */
export async function explained(pairs, options) {
  const cache = semanticCache({
    // Each pair for itself: nothing else is near.
    tenant: (request) => request.headers.get('x-pair') ?? undefined,
    store: memoryStore({ maxBytes: room }),
    semantic: { index: flatIndex(), ...semanticOf(options), policy: fixedThreshold(0) },
  });
  const manager = manageCache(cache);
  const handler = toHandler(compose(cache), () => Response.json(reply('x')));
  const found = [];
  for (const [at, [stored, text]] of pairs.entries()) {
    await (await handler(asked(stored, String(at)))).text();
    await new Promise((resolve) => setImmediate(resolve));
    const { nearest } = await manager.explain(asked(text, String(at)));
    found.push(nearest[0]);
  }
  return found;
}

function asked(content, pair = '') {
  return new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-pair': pair },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content }] }),
  });
}

/** An answer in OpenAI's form. */
export function reply(content) {
  return {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'any',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  };
}
