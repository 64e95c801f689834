/** What the contract is run on: each made afresh for every test, set up so that it has nothing to do. */
import type { Middleware } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openaiCompatible } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { censor, watcher } from './throwaway.ts';

export interface Subject {
  readonly name: string;
  create(): Middleware;
}

const provider = openaiCompatible({ name: 'test', baseUrl: 'http://upstream.test/v1' });

export const subjects: readonly Subject[] = [
  { name: 'watcher (throwaway)', create: () => watcher() },
  { name: 'censor (throwaway)', create: () => censor('zzz') },
  {
    name: 'rateLimit()',
    create: () => rateLimit({ limits: [{ name: 'rpm', quota: 1000, window: '1 m' }] }),
  },
  { name: 'promptGuard()', create: () => promptGuard() },
  { name: 'modelRouter()', create: () => modelRouter({ default: provider }) },
  { name: 'semanticCache()', create: () => semanticCache() },
  { name: 'failover()', create: () => failover() },
  { name: 'logger()', create: () => logger({ sink: { write() {} } }) },
];
