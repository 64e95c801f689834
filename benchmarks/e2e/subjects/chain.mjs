// Wintergate with nothing in it, one middleware, several, or all six. Limits are so high and budgets so large
// that none of them ever refuses. The log goes to memory, or as lines to where the server says.
import { compose } from '@wintergate/core';
import { openaiCompatible, upstream } from '@wintergate/providers';

const middleware = {
  async logger({ lines, write }) {
    const { logger, jsonLinesSink, memorySink } = await import('@wintergate/logger');
    const prices = await import('@wintergate/wire/prices');
    const sink = lines ? jsonLinesSink(write) : memorySink({ maxRecords: 100 });
    return logger({ sink, prices });
  },
  async rateLimit() {
    const { rateLimit } = await import('@wintergate/ratelimit');
    return rateLimit({ limits: [{ name: 'rpm', quota: 1_000_000_000, window: '1 m' }] });
  },
  async promptGuard({ open }) {
    const { promptGuard } = await import('@wintergate/prompt-guard');
    const replies = { reply: 'allow' };
    return promptGuard(open ? { secrets: replies, card: replies, iban: replies } : {});
  },
  async modelRouter({ provider }) {
    const { modelRouter } = await import('@wintergate/router');
    return modelRouter({ routes: { 'gpt-*': provider }, aliases: { fast: 'gpt-4o-mini' } });
  },
  async semanticCache() {
    const { semanticCache } = await import('@wintergate/semantic-cache');
    return semanticCache({ tenant: 'shared' });
  },
  async failover() {
    const { failover } = await import('@wintergate/failover');
    return failover();
  },
};

const order = ['logger', 'rateLimit', 'promptGuard', 'modelRouter', 'semanticCache', 'failover'];

/**
 * @param options.wanted `none`, `all`, or names with commas between; `+open` behind them switches the rules for
 *   replies off, `+lines` has the log written as lines of JSON.
 * @param options.write takes these lines.
 * @returns what a host adapter takes: `[chain, end]`.
 */
export async function createChain({ wanted, upstreamPort, write }) {
  const provider = openaiCompatible({
    name: 'openai',
    baseUrl: `http://127.0.0.1:${upstreamPort}/v1`,
    apiKey: 'sk-upstream',
  });
  const [features, ...more] = wanted.split('+');
  const names = order.filter((name) => features === 'all' || features.split(',').includes(name));
  const [open, lines] = [more.includes('open'), more.includes('lines')];
  const made = names.map((name) => middleware[name]({ provider, write, open, lines }));
  return [compose(...(await Promise.all(made))), upstream({ provider })];
}
