import { bearerAuth, compose, type End, type Middleware } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { consoleSink, jsonLinesSink, logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { type SemanticOptions, semanticCache } from '@wintergate/semantic-cache';
import { wordEmbedder, wordGuards } from '@wintergate/semantic-cache/words';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { googleEmbeddings } from '@wintergate/wire/google-embeddings';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import * as prices from '@wintergate/wire/prices';
import { cacheAdmin } from './cache-admin.ts';
import { chooseProviders } from './choose-providers.ts';
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
  /** Why this provider, and which others. */
  readonly why: string;
  /** A model to try. */
  readonly model: string;
  readonly cacheNote: string;
  readonly probe: Probe | undefined;
}

/** Every format that SDKs call a gateway in. */
const spoken = [
  openaiChat,
  openaiResponses,
  openaiCompletions,
  openaiEmbeddings,
  anthropicMessages,
  googleGenerate,
  googleEmbeddings,
];

/**
 * Composes all six middlewares in front of the providers that the settings name.
 *
 * @param options.write takes one log line. @default the console
 */
export function createGateway(
  settings: GatewaySettings,
  options: { write?: (line: string) => void } = {},
): Gateway {
  const { provider, routes, counting, listed, ...chosen } = chooseProviders(settings);
  // Where the callers' own keys go on, an answer belongs to the key that paid for it.
  const ownKey = settings.apiKey !== undefined || settings.baseUrl === undefined;
  const { gatewayKey, adminKey } = settings;
  const shared = ownKey && gatewayKey === undefined && isLoopback(settings.host);
  const { requestsPerMinute } = settings;
  const formats = dialects(...spoken);
  const auth = gatewayKey === undefined ? [] : [bearerAuth({ keys: { gateway: gatewayKey } })];
  const guard = promptGuard();
  const router = modelRouter({ routes, default: provider, endpoints: counting });
  const cache = semanticCache({
    ...(shared ? { tenant: 'shared' } : {}),
    semantic: semanticTier(settings.similar),
  });
  const parts: [string, Middleware][] = [
    ['dialects', formats],
    ['health', health()],
    ['originGuard', originGuard(settings.host)],
  ];
  if (adminKey !== undefined) {
    const before = compose(formats, ...auth, guard, router);
    parts.push(['cacheAdmin', cacheAdmin({ key: adminKey, cache, before, callerKey: gatewayKey })]);
  }
  if (settings.log !== 'off')
    parts.push(['logger', logger({ sink: logSink(settings, options.write), prices })]);
  for (const middleware of auth) parts.push(['bearerAuth', middleware]);
  if (requestsPerMinute > 0) {
    parts.push([
      'rateLimit',
      rateLimit({
        limits: [
          {
            name: 'rpm',
            quota: requestsPerMinute,
            window: '1 m',
            key: gatewayKey === undefined ? 'address' : 'caller',
          },
        ],
      }),
    ]);
  }
  parts.push(
    ['promptGuard', guard],
    ['modelRouter', router],
    ['endpoints', endpoints(listed, { passThrough: !ownKey || settings.passThrough })],
    ['semanticCache', cache],
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

function semanticTier(similar: GatewaySettings['similar']): SemanticOptions | false {
  if (similar === 'off') return false;
  if (similar === 'spelling') return {};
  return { embedder: wordEmbedder(), guards: wordGuards() };
}

function logSink(settings: GatewaySettings, write = (line: string): void => console.log(line)) {
  return settings.log === 'json' ? jsonLinesSink(write) : consoleSink({ write });
}
