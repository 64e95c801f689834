/** All six middlewares behind a started server, in front of any upstream on loopback. */
import { bearerAuth, compose, type GatewayEvent } from '@wintergate/core';
import { type NodeServer, type ServeNodeOptions, serveNode } from '@wintergate/core/node';
import { type FailoverOptions, failover } from '@wintergate/failover';
import { consoleSink, jsonLinesSink, type LogSink, logger } from '@wintergate/logger';
import { type PromptGuardOptions, promptGuard } from '@wintergate/prompt-guard';
import { openaiCompatible, type Provider, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { type ModelRouterOptions, modelRouter } from '@wintergate/router';
import { type SemanticCacheOptions, semanticCache } from '@wintergate/semantic-cache';

export const targetKey = 'sk-target-key-of-the-gateway-0123456789';

export interface SixOptions {
  /** Base URL with its version segment, of a target with a key of its own. */
  readonly baseUrl?: string;
  /** In place of `baseUrl`. */
  readonly provider?: Provider;
  /** Tenant to key; without it nobody is asked who they are. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly router?: ModelRouterOptions;
  readonly guard?: PromptGuardOptions;
  readonly cache?: SemanticCacheOptions;
  readonly failover?: FailoverOptions;
  readonly serve?: ServeNodeOptions;
}

export interface Six {
  readonly url: string;
  readonly port: number;
  readonly server: NodeServer;
  readonly events: GatewayEvent[];
  /** The logger's JSON lines, then its console lines, of each exchange. */
  readonly lines: string[];
  close(): Promise<void>;
}

/** Failures show at once: one attempt at one target, and patience in tenths of seconds. */
export const impatient: FailoverOptions = {
  attempts: 1,
  headersTimeout: 400,
  firstTokenTimeout: 1500,
  idleTimeout: 400,
  contentTimeout: 500,
  totalTimeout: 2000,
  maxHold: 300,
};

export async function startSix(options: SixOptions): Promise<Six> {
  const { baseUrl, keys } = options;
  const provider =
    options.provider ??
    (baseUrl === undefined ? undefined : openaiCompatible({ baseUrl, apiKey: targetKey }));
  const events: GatewayEvent[] = [];
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const sinks = [jsonLinesSink(write), consoleSink({ write })];
  const sink: LogSink = { write: (records) => sinks.forEach((one) => void one.write(records)) };
  const chain = compose(
    logger({ sink }),
    ...(keys === undefined ? [] : [bearerAuth({ keys })]),
    rateLimit({ limits: [{ name: 'rpm', quota: 1_000_000, window: '1 m' }] }),
    promptGuard(options.guard),
    modelRouter(
      options.router ?? (provider === undefined ? { routes: {} } : { default: provider }),
    ),
    semanticCache(options.cache ?? { tenant: 'shared' }),
    failover({ backoff: { base: 1, cap: 2 }, ...options.failover }),
  );
  const end = upstream(provider === undefined ? {} : { provider });
  const server = await serveNode(chain, end, {
    port: 0,
    onEvent: (event) => void events.push(event),
    ...options.serve,
  });
  return {
    url: server.url,
    port: server.port,
    server,
    events,
    lines,
    close: () => server.close({ timeout: 100 }),
  };
}
