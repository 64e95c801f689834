/** Waits for the end of an exchange, and for a verdict against it. */
import type { Context, Outcome } from '@wintergate/core';

/** What happens at the end of an exchange. Each is called at most once. */
export interface ExchangeListener {
  /** The reply has ended and no verdict blocked it. */
  completed(outcome: Outcome): void;
  /** It was cut, cancelled, or blocked; also after `completed`, when the block came late. */
  refused(why: 'blocked' | 'cut'): void;
}

/** Watches the exchange of `context`. */
export function watchExchange(context: Context, listener: ExchangeListener): void {
  let blocked = false;
  const unsubscribe = context.subscribe((event) => {
    if (event.type === 'guard-verdict' && event.verdict === 'block') {
      if (!blocked) listener.refused('blocked');
      blocked = true;
    } else if (event.type === 'response-end' && !blocked) {
      const { outcome } = event as { outcome: Outcome } & typeof event;
      if (outcome.ended === 'completed') listener.completed(outcome);
      else listener.refused('cut');
    } else if (event.type === 'exchange-end') {
      unsubscribe();
    }
  });
}
