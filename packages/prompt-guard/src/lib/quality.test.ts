import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createInjectionDetector } from './injection.ts';
import { blockWeight, flagWeight } from './tally.ts';

interface Row {
  source: string;
  text: string;
  label: number;
  role: string;
}

const file = fileURLToPath(new URL('../../../../../shared/data/guard/dev.jsonl', import.meta.url));
const isThere = existsSync(file);
if (!isThere && process.env['WINTERGATE_REQUIRE'] === 'all')
  throw new Error(`Cannot find the data: "${file}"`);
if (!isThere) console.log('Injection rules on public data: skipped, "../shared/data" is not there');

describe.skipIf(!isThere)('injection rules on public data', () => {
  const detector = createInjectionDetector();
  const rows: Row[] = isThere
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  const share = (chosen: readonly Row[], least: number): number =>
    chosen.filter(({ text, role }) => detector.judge(text, role === 'tool').weight >= least)
      .length / chosen.length;

  it('raise few false alarms, from each source', () => {
    const benign = rows.filter(({ label }) => label === 0);
    expect(share(benign, blockWeight)).toBeLessThan(0.002);
    for (const source of new Set(benign.map((row) => row.source))) {
      const chosen = benign.filter((row) => row.source === source);
      expect(share(chosen, flagWeight), source).toBeLessThan(0.04);
      expect(share(chosen, blockWeight), source).toBeLessThan(0.02);
    }
  });

  // Floors against regressions, well below what is measured; the README has the figures.
  it.each([
    ['inthewild', 0.75, 0.6],
    ['bipia', 0.3, 0.08],
    ['spikee', 0.3, 0.15],
  ])('find the attacks of %s that they are known to find', (source, flagged, blocked) => {
    const chosen = rows.filter((row) => row.source === source && row.label === 1);
    expect(share(chosen, flagWeight)).toBeGreaterThan(flagged);
    expect(share(chosen, blockWeight)).toBeGreaterThan(blocked);
  });
});
