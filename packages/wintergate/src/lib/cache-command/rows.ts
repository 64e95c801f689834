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
 * @throws {RowFileError} at once or while reading, with the line.
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
  const parser = parse({ bom: true, columns: checkedNames, info: true, skip_empty_lines: true });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { info, record } of source.pipe(parser))
      yield { line: info.lines, row: record, read: info.bytes };
  } catch (error) {
    throw new RowFileError(`${path}: ${(error as Error).message}`);
  }

  function checkedNames(names: string[]): string[] {
    const trimmed = names.map((name) => name.trim().toLowerCase());
    for (const needed of ['prompt', 'answer'])
      if (!trimmed.includes(needed))
        throw new Error(`its first line must name the columns "prompt" and "answer"`);
    return trimmed;
  }
}

async function* jsonRows(path: string): AsyncIterable<FileRow> {
  const source = createReadStream(path, 'utf8');
  let line = 0;
  let read = 0;
  for await (const given of createInterface({
    input: source,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    read += Buffer.byteLength(given) + 1;
    const text = line === 1 ? given.replace(/^\uFEFF/, '') : given;
    if (text.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      throw new RowFileError(`${path}:${line}: the line is no JSON`);
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new RowFileError(`${path}:${line}: the line is no JSON object`);
    yield { line, row: row as Record<string, unknown>, read };
  }
}
