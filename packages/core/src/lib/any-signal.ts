/**
 * A signal that aborts with the first of these, with its reason. As `AbortSignal.any`, which the
 * edge runtime lacks. Absent members are skipped.
 */
export function anySignal(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const present = signals.filter((signal) => signal !== undefined);
  if (present.length === 1) return present[0] as AbortSignal;
  if (typeof AbortSignal.any === 'function') return AbortSignal.any(present);
  return followSignals(present);
}

/** The portable form of {@link anySignal}: releases its listeners once one has fired. */
export function followSignals(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  function abort(this: AbortSignal): void {
    controller.abort(this.reason);
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
  for (const signal of signals) {
    if (signal.aborted) {
      abort.call(signal);
      break;
    }
    signal.addEventListener('abort', abort, { once: true });
  }
  return controller.signal;
}
