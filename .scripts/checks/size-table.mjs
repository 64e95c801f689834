// The table of sizes in README.md: what each package adds to a bundle, and all six in one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzippedSize } from '../lib/bundle.mjs';

const [begin, end] = ['<!-- begin sizes -->', '<!-- end sizes -->'];
/** What a line may be off by before it must be written anew. */
const tolerance = 0.03;

/**
 * What all of it may come to, in bytes: Workers takes 3 MB on the free plan and must start within a second
 * (Cloudflare, Workers limits, 2026), edge functions of Vercel 1 MB.
 */
const wholeLimit = 150_000;

/** A Worker with all six, tree-shaken: what somebody deploys. */
const whole = `
import { compose } from '@wintergate/core';
import { toWorker } from '@wintergate/core/workers';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openai, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
const provider = openai();
const limits = [{ name: 'rpm', quota: 60, window: '1 m' }];
const six = [logger(), rateLimit({ limits }), promptGuard(), modelRouter({ routes: { '*': provider } }), semanticCache(), failover()];
export default toWorker(compose(...six), upstream({ provider }));
`;

/**
 * Compares the table with what was measured, or writes it.
 *
 * @param sizes of `measureAll`.
 * @returns problems.
 */
export async function checkTable(root, sizes, update) {
  const path = join(root, 'README.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to === -1) return [];
  const mains = sizes.filter(({ entry, bytes }) => /^@wintergate\/[^/]+$/.test(entry) && bytes > 0);
  const rows = mains.map(({ entry, bytes }) => [`\`${entry}\``, bytes]);
  const worker = await gzippedSize(whole, join(root, 'packages/wintergate'), ['node:*']);
  rows.push(['a Worker with all six and one provider', worker]);
  const written = readTable(text.slice(from, to));
  const off = rows.filter(([name, bytes]) => {
    const was = written.get(name);
    return was === undefined || Math.abs(bytes / 1000 / was - 1) > tolerance;
  });
  if (worker > wholeLimit)
    return [`A Worker with all six is ${worker} bytes, over its ${wholeLimit}: make it smaller`];
  if (!update) {
    return off.map(
      ([name]) => `README.md's size of ${name} is old: run \`pnpm check sizes --update\``,
    );
  }
  const lines = rows.map(([name, bytes]) => `| ${name} | ${(bytes / 1000).toFixed(1)} |`);
  const table = ['| minified and gzipped | kB |', '| --- | ---: |', ...lines].join('\n');
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`);
  return [];
}

function readTable(text) {
  const lines = text.matchAll(/^\| (.+?) \| ([\d.]+) \|$/gm);
  return new Map([...lines].map(([, name, kilobytes]) => [name, Number(kilobytes)]));
}
