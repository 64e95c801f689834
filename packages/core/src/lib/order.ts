/** Which chains open a hole, and why. */
import { OrderError } from './errors.ts';
import type { Role } from './types.ts';

/** `inner` must not stand inside of `outer`, because `why`. */
const holes: readonly { outer: Role; inner: Role; why: string }[] = [
  {
    outer: 'semanticCache',
    inner: 'auth',
    why: 'a hit would be served to callers who are not authenticated',
  },
  { outer: 'semanticCache', inner: 'rateLimit', why: 'hits would not be counted' },
  {
    outer: 'semanticCache',
    inner: 'promptGuard',
    why: 'hits would pass unguarded and entries would hold unredacted text',
  },
  {
    outer: 'semanticCache',
    inner: 'modelRouter',
    why: 'the cache would not know which model answers, and would mix their answers',
  },
  { outer: 'failover', inner: 'auth', why: 'each attempt would authenticate again' },
  { outer: 'failover', inner: 'rateLimit', why: 'each attempt would be counted as a request' },
  { outer: 'failover', inner: 'promptGuard', why: 'a refusal of the guard would be retried' },
  {
    outer: 'failover',
    inner: 'modelRouter',
    why: 'there would be no plan to walk, and each attempt would be routed anew',
  },
  { outer: 'failover', inner: 'semanticCache', why: 'replies of single attempts would be stored' },
  {
    outer: 'modelRouter',
    inner: 'auth',
    why: 'callers who are not authenticated would learn which models exist',
  },
];

/** A role in a chain, and what to call it in a message. */
export interface RoleInChain {
  readonly role: Role | undefined;
  readonly name: string;
}

/** @throws {OrderError} naming both middlewares, the reason and the remedy. */
export function checkOrder(chain: readonly RoleInChain[]): void {
  chain.forEach((outer, at) => {
    for (const inner of chain.slice(at + 1)) {
      const hole = holes.find((one) => one.outer === outer.role && one.inner === inner.role);
      if (hole !== undefined) {
        throw new OrderError(
          `Place "${inner.name}" before "${outer.name}": otherwise ${hole.why}. To keep this order, wrap one of them in unordered(middleware, reason)`,
        );
      }
      if (outer.role === 'upstream') {
        throw new OrderError(
          `Place "${outer.name}" last: "${inner.name}" inside of it would never run`,
        );
      }
    }
  });
}
