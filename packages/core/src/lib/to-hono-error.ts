const brand = Symbol.for('@wintergate/core/HonoNextError');

/** A middleware mounted in Hono called `next` again; Hono's own runs once. */
export class HonoNextError extends Error {
  override readonly name = 'HonoNextError';

  constructor() {
    super(
      'Call next() once under Hono: to retry or fail over, end the chain in upstream() instead of a Hono handler',
    );
    Object.defineProperty(this, brand, { value: true });
  }

  /** Also true for an instance made by another copy of this package. */
  static isInstance(value: unknown): value is HonoNextError {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value as Record<symbol, unknown>)[brand] === true
    );
  }
}
