import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readSections, table, writeSection } from './results.mjs';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
const path = join(folder, 'RESULTS.md');
afterEach(() => rmSync(path, { force: true }));

it('replaces one section and leaves the others as they were', () => {
  writeSection('e2e-node', '## Node\n\nold', path);
  writeSection('core', '## Core', path);
  writeSection('e2e-node', '## Node\n\nnew $& $1', path);
  const sections = readSections(readFileSync(path, 'utf8'));
  expect([...sections]).toEqual([
    ['core', '## Core'],
    ['e2e-node', '## Node\n\nnew $& $1'],
  ]);
});

it('lays out a table', () => {
  expect(table(['a', 'b'], [['x', '1']])).toBe('| a | b |\n| --- | ---: |\n| x | 1 |');
});
