import { describe, expect, it } from 'vitest';
import { inParallel, run } from './run.mjs';

describe('run()', () => {
  it('gives the exit code and what was printed, with a changed environment', async () => {
    const code = 'console.log(process.env.ADDED, process.env.HOME); process.exit(3)';
    const result = await run(process.execPath, ['-e', code], {
      quiet: true,
      env: { ADDED: 'yes', HOME: undefined },
    });
    expect(result).toEqual({ code: 3, output: 'yes undefined\n' });
  });

  it('ends a command that takes too long', async () => {
    const result = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      quiet: true,
      timeout: 100,
    });
    expect(result.code).toBe(124);
  });
});

describe('inParallel()', () => {
  it('keeps the order of results and the limit', async () => {
    let running = 0;
    let most = 0;
    const jobs = Array.from({ length: 7 }, (_, index) => async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return index;
    });
    expect(await inParallel(2, jobs)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
  });
});
