/** A typed name for a value on the {@link Context}. Two copies of a package agree on it. */
export interface ContextKey<T> {
  readonly symbol: symbol;
  /** Carries the type only; never set. */
  readonly type?: T;
}

/**
 * Creates a context key, backed by `Symbol.for`, so that two installed copies meet.
 *
 * @param name package and purpose, such as `@wintergate/core/tenant`.
 * @example
 * const tierKey = createContextKey<string>('my-app/tier');
 * context.set(tierKey, 'gold');
 */
export function createContextKey<T>(name: string): ContextKey<T> {
  return { symbol: Symbol.for(name) };
}
