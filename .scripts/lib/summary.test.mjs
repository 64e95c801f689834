import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../testing/fixture.mjs';
import { readNotes, summarise } from './summary.mjs';

const good = { name: 'hosts', passed: 4, failed: 0, skipped: 1, failures: [], seconds: 2 };

describe('summarise()', () => {
  it('says what ran where, what did not and why, and ends with the counts', () => {
    const notes = [
      { kind: 'ran', suite: 'hosts', runtime: 'Node', version: '20.20.2' },
      { kind: 'ran', suite: 'hosts', runtime: 'Bun', version: '1.4.5' },
      { kind: 'ran', suite: 'hosts', runtime: 'Bun', version: '1.4.5' },
      { kind: 'not-run', suite: 'hosts', what: 'vercel', why: 'it is not installed' },
    ];
    expect(summarise([good], notes, '/r')).toEqual([
      '',
      'Ran',
      '  hosts        4 passed, 0 failed, 1 skipped (2.0 s)',
      '               on Bun 1.4.5, Node 20.20.2',
      'Not run',
      '  hosts: vercel: it is not installed',
      '4 passed, 0 failed, 1 skipped',
    ]);
  });

  it('names failures by their place in the repository, at most fifty', () => {
    const failures = Array.from({ length: 52 }, (_, index) => `/r/a.test.ts: test ${index}`);
    const lines = summarise([good, { ...good, name: 'unit', failed: 52, failures }], [], '/r');
    expect(lines).toContain('  unit: a.test.ts: test 49');
    expect(lines.at(-2)).toBe('  and 2 more');
    expect(lines.at(-1)).toBe('8 passed, 52 failed, 2 skipped');
  });
});

describe('readNotes()', () => {
  it('reads lines, and nothing where there is no file', () => {
    const root = createWorkspace({ 'notes.jsonl': '{"kind":"ran"}\n{"kind":"not-run"}\n' });
    expect(readNotes(join(root, 'notes.jsonl'))).toEqual([{ kind: 'ran' }, { kind: 'not-run' }]);
    expect(readNotes(join(root, 'absent'))).toEqual([]);
  });
});
