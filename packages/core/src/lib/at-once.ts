/** Whether there is something to wait for; what is at hand needs no turn of the event loop. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/**
 * What a callback answered, where nobody can wait for it. A promise would be taken for whatever it stands in for: a
 * decision for true, a text for none; and its failure would end the process. For middleware packages.
 *
 * @param name of the option that holds the callback.
 * @throws {TypeError} for a promise.
 * @example
 * const decided = atOnce(options.cacheable(call), 'cacheable');
 */
export function atOnce<T>(value: T, name: string): T {
  if (!isPromise(value)) return value;
  value.then(null, () => {});
  throw new TypeError(`Answer at once in "${name}": got a promise`);
}
