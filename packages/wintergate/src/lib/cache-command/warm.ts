/** Fills the cache from a file. */
import type { WarmResult } from '@wintergate/semantic-cache/manage';
import type { AdminClient } from './client.ts';
import type { CommandHost } from './host.ts';
import { createProgress } from './progress.ts';
import { openRows, RowFileError } from './rows.ts';

/** Rows are sent in batches of at most so many, and so many characters. */
const batchRows = 100;
const batchCharacters = 500_000;

export interface WarmValues {
  readonly model?: string | undefined;
  readonly system?: string | undefined;
  readonly caller?: string | undefined;
}

/** @returns the exit code: 1 when a row was refused, each with its line. */
export async function warm(
  client: AdminClient,
  { model, system, caller }: WarmValues,
  { out, error, terminal }: CommandHost,
  file: string,
): Promise<number> {
  const { size, rows } = await openRows(file);
  const progress = createProgress(terminal, out);
  const counts = { stored: 0, known: 0, refused: 0 };
  let batch: { line: number; row: Record<string, unknown> }[] = [];
  let characters = 0;

  async function send(read: number): Promise<void> {
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    characters = 0;
    const body = { rows: sent.map(({ row }) => row), model, system, caller };
    const { results } = (await client.post('warm', body)) as { results: readonly WarmResult[] };
    for (const [at, result] of results.entries()) {
      counts[result.state]++;
      if (result.state === 'refused') error(`${file}:${sent[at]?.line}: ${result.why}`);
    }
    progress.to(read / Math.max(1, size), `${counts.stored} stored, ${counts.known} known`);
  }

  let read = 0;
  let broken: RowFileError | undefined;
  try {
    for await (const { line, row: given, fault, read: soFar } of rows) {
      read = soFar;
      const row = fault ?? rowOf(given, model);
      if (typeof row === 'string') {
        counts.refused++;
        error(`${file}:${line}: ${row}`);
        continue;
      }
      batch.push({ line, row });
      characters += row.prompt.length + row.answer.length;
      if (batch.length >= batchRows || characters >= batchCharacters) await send(read);
    }
  } catch (cause) {
    if (!(cause instanceof RowFileError)) throw cause;
    // What was read before it is stored all the same.
    broken = cause;
  }
  await send(broken === undefined ? size : read);
  progress.end();
  out(`${counts.stored} stored, ${counts.known} there already, ${counts.refused} refused`);
  if (broken !== undefined) throw broken;
  return counts.refused > 0 ? 1 : 0;
}

/** What is sent of a row, or what it lacks. */
function rowOf(row: Record<string, unknown>, model: string | undefined) {
  const sent: Record<string, string> = {};
  for (const name of ['prompt', 'answer', 'model', 'system']) {
    const value = row[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string') return `"${name}" must be a text`;
    sent[name] = value;
  }
  const { prompt, answer } = sent;
  if (prompt === undefined || answer === undefined)
    return `"${prompt === undefined ? 'prompt' : 'answer'}" is missing`;
  if (sent['model'] === undefined && model === undefined)
    return '"model" is missing: add the column, or --model for all';
  return { ...sent, prompt, answer };
}
