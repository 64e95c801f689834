/** How `manageCache()` reaches into a cache. */
import type { Context, Next } from '@wintergate/core';
import type { RequestDirectives } from './cache-control.ts';
import type { EntryAccess } from './entry-access.ts';
import type { Lookup } from './lookup.ts';
import type { Settings } from './settings.ts';
import type { Visit } from './visit.ts';

/** Why the cache is not used for a request. */
export interface Refusal {
  readonly refused: string;
  readonly directives: RequestDirectives;
}

export interface CacheParts {
  readonly settings: Settings;
  readonly access: EntryAccess;
  readonly lookup: Lookup;
  /** What the cache knows of a request before it looks; `undefined` for what is no call. */
  admit(request: Request, next: Next, context: Context): Promise<Visit | Refusal | undefined>;
}

/** The same in every copy of this package. */
export const partsKey: unique symbol = Symbol.for('@wintergate/semantic-cache/parts') as never;
