/** A cache and failover inside the Vercel AI SDK, without a server: `node main.ts`. */
import { createOpenAI } from '@ai-sdk/openai';
import { compose } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { failover } from '@wintergate/failover';
import { simulated, upstream } from '@wintergate/providers';
import { semanticCache } from '@wintergate/semantic-cache';
import { generateText, streamText } from 'ai';

const apiKey = process.env['OPENAI_API_KEY'];
// Without a key the calls end in a provider that makes its answers up.
const made = upstream({ provider: simulated() });
const network: typeof fetch = apiKey
  ? fetch
  : async (input, init) => made(new Request(input, init));

const openai = createOpenAI({
  apiKey: apiKey || 'none',
  fetch: wrapFetch(compose(semanticCache({ tenant: 'me' }), failover()), { fetch: network }),
});
const model = openai.chat('gpt-4o-mini');

const { text, response } = await generateText({ model, prompt: 'Name three rivers in France' });
console.log(`${response.headers?.['cache-status']}\n  ${text}`);

// The same again as a stream: replayed from the entry.
const { textStream } = streamText({ model, prompt: 'Name three rivers in France' });
for await (const part of textStream) process.stdout.write(part);
console.log();
