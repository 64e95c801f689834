import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { reportRan, requireOrSkip } from '@wintergate/test-helpers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { run } from '../../.scripts/lib/run.mjs';
import { findRuntime } from '../hosts/lib/runtimes.ts';

const consumer = inject('consumer');
const entries = inject('tarballs').flatMap(({ name, manifest }) =>
  Object.keys(manifest.exports).map((subpath) => `${name}${subpath.slice(1)}`),
);

interface Line {
  readonly runtime?: string;
  readonly version?: string;
  readonly entry?: string;
  readonly ok?: boolean;
  readonly error?: string;
}

const hosts: readonly { name: string; command: string | undefined; args: readonly string[] }[] = [
  { name: 'Node', command: process.execPath, args: [] },
  { name: 'Bun', command: findRuntime('bun'), args: [] },
  { name: 'Deno', command: findRuntime('deno'), args: ['run', '-A', '--quiet', '--cached-only'] },
];

for (const { name, command, args } of hosts) {
  const what = `the installed packages on ${name}`;
  const why = `${name} is not installed: its npm package is for Linux on x64`;
  const here = requireOrSkip({ suite: 'packaging', what, available: command !== undefined, why });

  describe.runIf(here)(`the installed packages on ${name}`, () => {
    let lines: Line[] = [];

    beforeAll(async () => {
      for (const file of ['run.mjs', 'uses.mjs'])
        cpSync(join(import.meta.dirname, 'fixture', file), join(consumer, file));
      const env = { DENO_NO_UPDATE_CHECK: '1', NODE_OPTIONS: undefined };
      const options = { cwd: consumer, env, quiet: true, timeout: 60_000 };
      const { output } = await run(command ?? '', [...args, 'run.mjs', ...entries], options);
      lines = output
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
      if (lines.length === 0) throw new Error(`${name} printed nothing of use: ${output}`);
    });

    it(`runs on ${name}`, () => {
      expect(lines[0]?.runtime).toBe(name);
      reportRan({ suite: 'packaging', runtime: name, version: lines[0]?.version ?? 'unknown' });
    });

    it.each(entries)(`%s is imported and does its work on ${name}`, (entry) => {
      const line = lines.find((candidate) => candidate.entry === entry);
      expect(line?.error).toBeUndefined();
      expect(line?.ok).toBe(true);
    });
  });
}
