/** Prompts and answers from a file, one after the other. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';

/** A row as it stands in the file, and where. */
export interface FileRow {
  /** Of the line on which it ends, from 1. */
  readonly line: number;
  readonly row: Record<string, unknown>;
  /** Why it is no row; those after it may be. */
  readonly fault?: string;
  /** Bytes of the file up to here. */
  readonly read: number;
}

export interface RowFile {
  /** Bytes. */
  readonly size: number;
  readonly rows: AsyncIterable<FileRow>;
}

/** The file can not be used; the message is for the person who named it. */
export class RowFileError extends Error {
  override readonly name = 'RowFileError';
}

/**
 * Opens a file of rows: `.csv` with a line of names first, or `.jsonl` (`.ndjson`), an object a line.
 * Columns: `prompt`, `answer`, and if need be `model` and `system`; others are passed over.
 *
 * @throws {RowFileError} at once, or while reading where nothing after it can be read.
 */
export async function openRows(path: string): Promise<RowFile> {
  const kind = extname(path).toLowerCase();
  const read = kind === '.csv' ? csvRows : /^\.(?:jsonl|ndjson)$/.test(kind) ? jsonRows : undefined;
  if (read === undefined)
    throw new RowFileError(`${path} must end with .csv or .jsonl, to say what it is`);
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (error) {
    throw new RowFileError(`can not read ${path}: ${(error as { code?: string }).code}`);
  }
  return { size, rows: read(path) };
}

async function* csvRows(path: string): AsyncIterable<FileRow> {
  const faults: FileRow[] = [];
  const parser = parse({
    bom: true,
    columns: checkedNames,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip(error) {
      const [line, read] = [error?.['lines'], error?.['bytes']].map(Number) as [number, number];
      faults.push({ line, row: {}, fault: error?.message ?? 'unreadable', read });
      return undefined;
    },
  });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { info, record } of source.pipe(parser)) {
      yield* faults.splice(0);
      yield { line: info.lines, row: record, read: info.bytes };
    }
  } catch (error) {
    yield* faults.splice(0);
    throw new RowFileError(`${path}: ${(error as Error).message}`);
  }
  yield* faults;

  function checkedNames(names: string[]): string[] {
    const trimmed = names.map((name) => name.trim().toLowerCase());
    for (const needed of ['prompt', 'answer'])
      if (!trimmed.includes(needed))
        throw new Error(`its first line must name the columns "prompt" and "answer"`);
    return trimmed;
  }
}

async function* jsonRows(path: string): AsyncIterable<FileRow> {
  const input = createReadStream(path, 'utf8');
  let line = 0;
  let read = 0;
  try {
    for await (const given of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      read += Buffer.byteLength(given) + 1;
      const text = line === 1 ? given.replace(/^\uFEFF/, '') : given;
      if (text.trim() === '') continue;
      const row = parseRow(text);
      yield typeof row === 'string' ? { line, row: {}, fault: row, read } : { line, row, read };
    }
  } catch (error) {
    throw new RowFileError(`${path}: ${(error as Error).message}`);
  }
}

/** What stands in a line, or why it is no row. */
function parseRow(text: string): Record<string, unknown> | string {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return 'the line is no JSON';
  }
  const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
  return isRow ? (row as Record<string, unknown>) : 'the line is no JSON object';
}
