/** Timers as a parameter, so that tests need no clock. */

/** Calls back once after so many milliseconds; the answer cancels it. */
export type Schedule = (callback: () => void, milliseconds: number) => () => void;

/** The host's own timers. */
export const hostSchedule: Schedule = (callback, milliseconds) => {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
};

/**
 * Waits, unless the signal aborts first.
 *
 * @throws the signal's reason.
 */
export function wait(milliseconds: number, schedule: Schedule, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = schedule(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    function onAbort(): void {
      cancel();
      reject(signal.reason);
    }
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits for the signal. Always rejects, with its reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
