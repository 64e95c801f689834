// The end of `pnpm test`: what ran where, what did not and why, what failed, and the counts.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Reads the notes that test/helpers writes, one JSON object a line. */
export function readNotes(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

const plural = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

export function totalOf(results) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) for (const kind of Object.keys(total)) total[kind] += result[kind];
  return total;
}

/**
 * Writes the summary.
 *
 * @param results one for each suite that ran: name, counts, failures, seconds.
 * @param notes what the suites noted: `{ kind: 'ran' | 'not-run', … }`.
 * @param root shortens file names.
 * @returns lines; the last one holds the counts alone.
 */
export function summarise(results, notes, root) {
  const lines = ['', 'Ran'];
  for (const result of results) {
    lines.push(`  ${result.name.padEnd(12)} ${plural(result)} (${result.seconds.toFixed(1)} s)`);
    const where = notes.filter((note) => note.kind === 'ran' && note.suite === result.name);
    const names = [...new Set(where.map(({ runtime, version }) => `${runtime} ${version}`))].sort();
    if (names.length > 0) lines.push(`  ${''.padEnd(12)} on ${names.join(', ')}`);
  }
  const left = notes.filter((note) => note.kind === 'not-run');
  if (left.length > 0) lines.push('Not run');
  for (const text of new Set(left.map(({ suite, what, why }) => `  ${suite}: ${what}: ${why}`)))
    lines.push(text);
  const failures = results.flatMap((result) =>
    result.failures.map((failure) => [result.name, failure]),
  );
  if (failures.length > 0) lines.push('Failed');
  for (const [name, failure] of failures.slice(0, 50)) {
    const path = failure.split(': ')[0];
    const short = path.startsWith('/') ? failure.replace(path, relative(root, path)) : failure;
    lines.push(`  ${name}: ${short}`);
  }
  if (failures.length > 50) lines.push(`  and ${failures.length - 50} more`);
  return [...lines, plural(totalOf(results))];
}
