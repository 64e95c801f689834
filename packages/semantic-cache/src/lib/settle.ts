/** Waiting for things that may be slow, and for things that need no waiting. */
import { isPromise } from '@wintergate/core';

/** What {@link within} answers when the time is over. */
export const late = /* @__PURE__ */ Symbol('late');

/** Goes on with a value: at once where it is at hand. */
export function andThen<T, R>(
  value: T | Promise<T>,
  next: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** The value, or {@link late}. A value at hand costs no turn of the event loop but the caller's own `await`. */
export function within<T>(
  work: T | Promise<T>,
  milliseconds: number,
): T | Promise<T | typeof late> {
  if (!isPromise(work)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), milliseconds);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}
