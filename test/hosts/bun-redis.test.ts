/** Bun's own Redis client, which no other runtime has, with a real Redis. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedis, requireOrSkip, startRedis } from '@wintergate/test-helpers';
import { describe, expect, it } from 'vitest';
import { bundle } from './lib/bundle.ts';
import { findRuntime } from './lib/runtimes.ts';

const bun = findRuntime('bun');
const available = requireOrSkip({
  suite: 'hosts',
  what: "the semantic cache through Bun's Redis client",
  available: bun !== undefined && findRedis() !== undefined,
  why: 'Bun or redis-server is not installed',
});

describe.runIf(available)("Bun's Redis client", () => {
  it('keeps entries, claims and vectors of the semantic cache', async () => {
    const stage = join(import.meta.dirname, '.stage');
    await mkdir(stage, { recursive: true });
    const folder = await mkdtemp(join(stage, 'bun-redis-'));
    const server = await startRedis();
    try {
      const outfile = join(folder, 'app.mjs');
      const entry = join(import.meta.dirname, 'fixture/bun-redis.ts');
      await bundle({ entry, outfile, external: ['bun'] });
      const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${server.port}` };
      const { stdout } = await promisify(execFile)(bun!, [outfile], { env, timeout: 20_000 });
      const { claims, ...rest } = JSON.parse(stdout);
      expect(claims.toSorted()).toEqual([false, false, true]);
      expect(rest).toEqual({
        before: null,
        body: '{"answer":"ü"}',
        claimedAgain: true,
        listed: ['a'.repeat(64)],
        near: [['one', 0.96]],
        cleared: null,
      });
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
