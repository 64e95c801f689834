/**
 * Refuses options that are none, and names that nobody reads: with a slip in one its default would be in force, and
 * nobody would notice. For middleware packages, when the middleware is made.
 *
 * @param known the names of all there are.
 * @param where they are given, such as `promptGuard()`.
 * @throws {TypeError} naming the one at fault.
 * @example
 * checkNames(options, { quota: 1, window: 1 }, 'rateLimit()');
 */
export function checkNames<T extends object>(
  options: T,
  known: Readonly<Record<keyof T, unknown>>,
  where: string,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`Give ${where} an object of options: got ${JSON.stringify(options)}`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known).join(', ');
    throw new TypeError(`Remove "${name}" from the options of ${where}: it knows ${names}`);
  }
}
