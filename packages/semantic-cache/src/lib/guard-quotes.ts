import type { Guard } from './guard.ts';

/** Refuses when the quoted pieces differ: they are what the request works on. */
export function quoteGuard(): Guard {
  return {
    name: 'quotes',
    refuses({ asked, stored }) {
      if (asked.quotes.length !== stored.quotes.length) return true;
      return asked.quotes.some((quote, at) => quote !== stored.quotes[at]);
    },
  };
}
