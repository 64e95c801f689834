/** The ways in which an SDK meets a chain: through a gateway over HTTP, and around either `fetch` of its own. */
import { compose, type GatewayEvent } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { nodeFetch, serveNode } from '@wintergate/core/node';
import { failover } from '@wintergate/failover';
import { jsonLinesSink, logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openaiCompatible, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { type FakeOpenAI, upstreamKey } from './fake-openai.ts';

export interface Connection {
  readonly baseURL: string;
  /** The key that the SDK sends. */
  readonly apiKey: string;
  readonly fetch: typeof fetch;
  readonly events: GatewayEvent[];
  /** JSON lines of the logger. */
  readonly lines: string[];
  close(): Promise<void>;
}

export const ways = ['the gateway', 'wrapFetch', 'wrapFetch over nodeFetch'] as const;

export async function connect(way: (typeof ways)[number], fake: FakeOpenAI): Promise<Connection> {
  const events: GatewayEvent[] = [];
  const lines: string[] = [];
  const log = logger({ sink: jsonLinesSink((line) => void lines.push(line)) });
  const onEvent = (event: GatewayEvent): void => void events.push(event);
  if (way !== 'the gateway') {
    const chain = compose(log, promptGuard(), semanticCache({ tenant: 'me' }), failover());
    return {
      baseURL: fake.baseUrl,
      apiKey: upstreamKey,
      fetch: wrapFetch(chain, { onEvent, fetch: way === 'wrapFetch' ? fetch : await nodeFetch() }),
      events,
      lines,
      close: async () => {},
    };
  }
  const provider = openaiCompatible({ baseUrl: fake.baseUrl, apiKey: upstreamKey });
  const chain = compose(
    log,
    rateLimit({ limits: [{ name: 'rpm', quota: 10_000, window: '1 m' }] }),
    promptGuard(),
    modelRouter({ default: provider }),
    semanticCache({ tenant: 'shared' }),
    failover(),
  );
  const server = await serveNode(chain, upstream({ provider }), { port: 0, onEvent });
  return {
    baseURL: `${server.url}/v1`,
    apiKey: 'the-callers-own-key',
    fetch,
    events,
    lines,
    close: () => server.close({ timeout: 100 }),
  };
}
