/** What of a call counts, in canonical form; worked out once for a call that comes again. */
import {
  type CallIdentity,
  callNotes,
  canonicalJson,
  type JsonValue,
  type ModelCall,
} from '@wintergate/wire';
import { type ScopeOption, scoped } from './own-scope.ts';

export interface CanonicalCall {
  readonly identity: CallIdentity;
  /** The identity's scope. */
  readonly scope: string;
  /** Its last message, where the scope is without it. */
  readonly last: string | undefined;
  /** Why there can be no stored answer to it. */
  readonly refused: string | undefined;
}

/** Ours among the notes of a call. */
const ours = {};

/**
 * @param option the user's, which may widen or narrow what counts.
 * @returns with the text that the user adds to the key.
 */
export function canonicalCall(
  call: ModelCall,
  option: ScopeOption | undefined,
  request: Request,
): { readonly canonical: CanonicalCall; readonly add: string } | { readonly refused: string } {
  const notes = callNotes(call);
  const known = notes?.get(ours) as CanonicalCall | undefined;
  const identity = known?.identity ?? call.dialect.identity(call);
  const own = scoped(identity, option, call, request);
  if (own === undefined) return { refused: 'scope' };
  const isOwn = own.identity !== identity;
  const canonical = known === undefined || isOwn ? canonicalOf(own.identity) : known;
  if (!isOwn) notes?.set(ours, canonical);
  const { refused } = canonical;
  return refused === undefined ? { canonical, add: own.add } : { refused };
}

function canonicalOf(identity: CallIdentity): CanonicalCall {
  const { scope, last } = identity;
  return {
    identity,
    scope: canonicalJson(scope),
    last: last === undefined ? undefined : canonicalJson(last),
    refused: refusalOf(identity),
  };
}

function refusalOf({ unique, exact }: CallIdentity): string | undefined {
  if (unique === true) return 'unique';
  // JSON has lost the digits that tell it from its neighbours; the upstream still gets them.
  return hasUnsafeInteger(exact) ? 'unsafe-integer' : undefined;
}

/** Whether any number stands for more than one integer: 2^53 and more (RFC 8259, section 6). */
function hasUnsafeInteger(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') return Math.abs(value) >= 2 ** 53;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnsafeInteger);
  for (const key in value) if (hasUnsafeInteger(value[key])) return true;
  return false;
}
