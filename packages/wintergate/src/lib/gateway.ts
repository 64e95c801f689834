import { bearerAuth, compose, type End, type Middleware } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { consoleSink, jsonLinesSink, logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import {
  openai,
  openaiCompatible,
  type Provider,
  simulated,
  upstream,
} from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import * as prices from '@wintergate/wire/prices';
import { endpoints, health } from './endpoints.ts';
import { type GatewaySettings, isLoopback } from './environment.ts';
import { originGuard } from './origin-guard.ts';
import type { Probe } from './probe.ts';

/** A gateway ready to be served by any host adapter. */
export interface Gateway {
  readonly middleware: Middleware;
  readonly end: End;
  /** Names of the chain, outermost first. */
  readonly chain: readonly string[];
  readonly providerName: string;
  /** Why this provider. */
  readonly why: string;
  /** A model to try. */
  readonly model: string;
  readonly cacheNote: string;
  readonly probe: Probe | undefined;
}

/**
 * Composes all six middlewares in front of the provider that the settings name.
 *
 * @param options.write takes one log line. @default the console
 */
export function createGateway(
  settings: GatewaySettings,
  options: { write?: (line: string) => void } = {},
): Gateway {
  const chosen = chooseProvider(settings);
  const { provider } = chosen;
  // Where the callers' own keys go on, an answer belongs to the key that paid for it.
  const ownKey = settings.apiKey !== undefined || settings.baseUrl === undefined;
  const shared = ownKey && settings.gatewayKey === undefined && isLoopback(settings.host);
  const { requestsPerMinute } = settings;
  const parts: [string, Middleware][] = [
    ['health', health()],
    ['originGuard', originGuard(settings.host)],
  ];
  if (settings.log !== 'off')
    parts.push(['logger', logger({ sink: logSink(settings, options.write), prices })]);
  if (settings.gatewayKey !== undefined)
    parts.push(['bearerAuth', bearerAuth({ keys: { gateway: settings.gatewayKey } })]);
  if (requestsPerMinute > 0) {
    parts.push([
      'rateLimit',
      rateLimit({
        limits: [
          {
            name: 'rpm',
            quota: requestsPerMinute,
            window: '1 m',
            key: settings.gatewayKey === undefined ? 'address' : 'caller',
          },
        ],
      }),
    ]);
  }
  parts.push(
    ['promptGuard', promptGuard()],
    ['modelRouter', modelRouter({ default: provider })],
    ['endpoints', endpoints(provider, { passThrough: !ownKey || settings.passThrough })],
    ['semanticCache', semanticCache(shared ? { tenant: 'shared' } : {})],
    ['failover', failover()],
  );
  return {
    ...chosen,
    middleware: compose(...parts.map(([, middleware]) => middleware)),
    end: upstream({ provider }),
    chain: [...parts.map(([name]) => name), 'upstream'],
    providerName: provider.name,
    cacheNote: shared
      ? 'shared by all callers, because only this machine can call (set WINTERGATE_KEY to change that)'
      : 'one scope for each caller',
  };
}

function chooseProvider(settings: GatewaySettings): {
  provider: Provider;
  why: string;
  model: string;
  probe: Probe | undefined;
} {
  const { apiKey, baseUrl, firstTokenDelay, tokensPerSecond } = settings;
  const model = 'gpt-4o-mini';
  const credential = apiKey === undefined ? {} : { apiKey };
  if (baseUrl !== undefined) {
    const provider = openaiCompatible({ baseUrl, ...credential });
    const key =
      apiKey === undefined
        ? "without a key of its own: the callers' goes on"
        : 'with OPENAI_API_KEY';
    return {
      provider,
      model,
      why: `because OPENAI_BASE_URL is set (${new URL(baseUrl).host}), ${key}`,
      probe: { url: baseUrl, apiKey },
    };
  }
  if (apiKey !== undefined) {
    const provider = openai({ apiKey });
    return {
      provider,
      model,
      why: 'because OPENAI_API_KEY is set',
      probe: { url: provider.baseUrl, apiKey },
    };
  }
  const provider = simulated({ firstTokenDelay, tokensPerSecond, allowSimulateHeader: true });
  const why =
    'because neither OPENAI_API_KEY nor OPENAI_BASE_URL is set: answers are made up, nothing leaves this machine';
  return { provider, why, model: provider.models[0] ?? model, probe: undefined };
}

function logSink(settings: GatewaySettings, write = (line: string): void => console.log(line)) {
  return settings.log === 'json' ? jsonLinesSink(write) : consoleSink({ write });
}
