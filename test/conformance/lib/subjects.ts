/** What the contract is run on: each made afresh for every test, set up so that it has nothing to do. */
import type { Middleware } from '@wintergate/core';
import { rateLimit } from '@wintergate/ratelimit';
import { censor, watcher } from './throwaway.ts';

export interface Subject {
  readonly name: string;
  create(): Middleware;
  /** Answers identical calls itself, so that the end is called once for several. */
  readonly remembers?: boolean;
}

export const subjects: readonly Subject[] = [
  { name: 'watcher (throwaway)', create: () => watcher() },
  { name: 'censor (throwaway)', create: () => censor('zzz') },
  {
    name: 'rateLimit()',
    create: () => rateLimit({ limits: [{ name: 'rpm', quota: 1000, window: '1 m' }] }),
  },
];
