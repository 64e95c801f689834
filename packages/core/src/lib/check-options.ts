/** What an option has to be. `1`: told elsewhere, as a number or a duration with its limits. */
export type OptionKind = 'boolean' | 'function' | 'object' | 'string' | 'string[]' | 1;

/**
 * Refuses options that are none, names that nobody reads, and values of another kind: with a slip in a name, or with
 * `'false'` for `false`, something else would be in force, and nobody would notice. For middleware packages, when the
 * middleware is made.
 *
 * @param known the names of all there are, each with its kind.
 * @param where they are given, such as `promptGuard()`.
 * @throws {TypeError} naming the one at fault.
 * @example
 * checkOptions(options, { quota: 1, window: 1, now: 'function' }, 'rateLimit()');
 */
export function checkOptions<T extends object>(
  options: T,
  known: Readonly<Record<keyof T, OptionKind>>,
  where: string,
): void {
  if (options instanceof Request)
    throw new TypeError(`Call ${where} when the chain is made, not with a request`);
  const given = kindOf(options);
  if (given !== 'object') throw new TypeError(`Give ${where} an object of options: got ${given}`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(', ');
      throw new TypeError(`Remove "${name}" from the options of ${where}: it knows ${names}`);
    }
    const kind: OptionKind = known[name as keyof T];
    const got = kindOf(value);
    if (kind !== 1 && value !== undefined && got !== kind)
      throw new TypeError(`Expected "${name}" of ${where} to be of type ${kind}: got ${got}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (!Array.isArray(value)) return typeof value;
  return value.every((one) => typeof one === 'string') ? 'string[]' : 'array';
}
