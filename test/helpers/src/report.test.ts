import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const missing = { suite: 's', what: 'a part', available: false, why: 'it is not installed' };
let dir: string;
let file: string;

/** The module reads its file's name once, as the suites do. */
const load = async () => {
  vi.resetModules();
  return import('./report.ts');
};
const lines = (): unknown[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wintergate-report-'));
  file = join(dir, 'report.jsonl');
  vi.stubEnv('WINTERGATE_TEST_REPORT', file);
  vi.stubEnv('WINTERGATE_REQUIRE', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

describe('requireOrSkip()', () => {
  it('runs what is available without a word', async () => {
    const { reportRan, requireOrSkip } = await load();
    expect(requireOrSkip({ ...missing, available: true })).toBe(true);
    reportRan({ suite: 's', runtime: 'bun', version: '1' });
    expect(lines()).toEqual([{ kind: 'ran', suite: 's', runtime: 'bun', version: '1' }]);
  });

  it('reports what is missing', async () => {
    const { requireOrSkip } = await load();
    expect(requireOrSkip(missing)).toBe(false);
    expect(lines()).toEqual([
      { kind: 'not-run', suite: 's', what: 'a part', why: 'it is not installed' },
    ]);
  });

  it('fails under WINTERGATE_REQUIRE=all', async () => {
    vi.stubEnv('WINTERGATE_REQUIRE', 'all');
    const { requireOrSkip } = await load();
    expect(() => requireOrSkip(missing)).toThrow('Cannot run a part: it is not installed');
  });
});
