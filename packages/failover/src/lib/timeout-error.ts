/** A time limit was reached. Its name makes it a 504. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}
