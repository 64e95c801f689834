/** A cache and failover inside the openai SDK, without a server: `node main.ts`. */
import { compose } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { failover } from '@wintergate/failover';
import { simulated, upstream } from '@wintergate/providers';
import { semanticCache } from '@wintergate/semantic-cache';
import OpenAI from 'openai';

const apiKey = process.env['OPENAI_API_KEY'];
// Without a key the calls end in a provider that makes its answers up.
const made = upstream({ provider: simulated() });
const network: typeof fetch = apiKey
  ? fetch
  : async (input, init) => made(new Request(input, init));

const client = new OpenAI({
  apiKey: apiKey || 'none',
  fetch: wrapFetch(compose(semanticCache({ tenant: 'me' }), failover()), { fetch: network }),
});

async function ask(content: string): Promise<void> {
  const call = client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content }],
  });
  const { data, response } = await call.withResponse();
  console.log(`${response.headers.get('cache-status')}\n  ${data.choices[0]?.message.content}`);
}

await ask('What is the capital of France?');
await ask('What is the capital of France?');
await ask('Whats the capital of France');
await ask('What is the capital of Spain?');
