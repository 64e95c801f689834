/** The parts of a tokenizer.json: objects that name their type. */

export interface Described {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** @throws {TypeError} for what names no type. */
export function describedBy(value: unknown, what: string): Described {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== 'string')
    throw new TypeError(`Expected the tokenizer's ${what} to have a type`);
  return value as Described;
}

export function unsupported(what: string, type: string): TypeError {
  return new TypeError(
    `The tokenizer's ${what} "${type}" is not supported: take a Model2Vec model with a WordPiece or Unigram tokenizer`,
  );
}
