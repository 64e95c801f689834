/** From a request to a stored answer: the exact tier and the semantic tier. */

import { freshUntilOf } from './cache-entry.ts';
import { semanticScope } from './cache-key.ts';
import type { EntryAccess, EntryResult, ReadEntry } from './entry-access.ts';
import { hitReply } from './hit-reply.ts';
import type { Place } from './neighbours.ts';
import { createRefresher } from './refresh.ts';
import type { Settings } from './settings.ts';
import { isPromise } from './settle.ts';
import { findSimilar, type Likeness } from './similar.ts';
import { maxAgeOf, tellLookup, type Visit, type Why } from './visit.ts';

/** An entry that may answer a similar call. */
export interface SimilarHit extends ReadEntry {
  readonly similarity: number;
}

/** What the semantic tier came to. */
export interface SimilarLookup {
  readonly hit?: SimilarHit | undefined;
  readonly audit?: Likeness | undefined;
  readonly detail?: string | undefined;
  /** Under what this call is stored for similar ones; absent where only identical ones may share. */
  readonly place?: Place | undefined;
}

export interface Lookup {
  exact(visit: Visit): Answer | Promise<Answer>;
  similar(visit: Visit): Promise<SimilarLookup>;
  /** Where this call belongs in the semantic tier, without looking. */
  place(visit: Visit): Promise<SimilarLookup['place']>;
  /** An answer whose time is over, for when there is no other. */
  stale(visit: Visit, entry: ReadEntry): Response | undefined;
  /** A similar call's answer for this caller; `undefined` when it can not be made. */
  reply(visit: Visit, hit: SimilarHit): Response | undefined;
}

type Answer =
  | { readonly response: Response }
  | { readonly why: Why; readonly stale?: ReadEntry | undefined };

/** Scopes repeat: all entries of one hold the same text, not copies of it. */
const shared = new Map<string, string>();
const maxShared = 1000;

function share(scope: string): string {
  const known = shared.get(scope);
  if (known !== undefined) return known;
  if (shared.size >= maxShared) shared.clear();
  shared.set(scope, scope);
  return scope;
}

/** Creates the lookups of one cache. */
export function createLookup(settings: Settings, access: EntryAccess): Lookup {
  const { now, semantic, staleIfError, staleWhileRevalidate, refreshAhead } = settings;
  const refresh = createRefresher(settings, access, { place: scopeOf });

  function answer(visit: Visit, result: EntryResult): Answer {
    if (!('entry' in result)) {
      const { fault } = result;
      return { why: fault === 'stale' ? { fwd: 'stale' } : { fwd: 'miss', detail: fault } };
    }
    const time = now();
    const age = Math.max(0, time - result.entry.storedAt);
    const fresh = freshUntilOf(result.entry);
    const over = time - fresh;
    const { maxAge } = visit.directives;
    // Who names an age wants none that is stale.
    if (over >= 0 && (over >= staleWhileRevalidate || maxAge !== undefined))
      return { why: { fwd: 'stale' }, stale: over < staleIfError ? result : undefined };
    if (age > maxAgeOf(visit.directives)) return { why: { fwd: 'request', detail: 'max-age' } };
    const tier = over >= 0 ? 'stale-while-revalidate' : 'exact';
    const response = hitReply(result, visit.call, visit.context, { now: time, tier });
    if (response === undefined) return { why: { fwd: 'miss', detail: 'store-body' } };
    tellLookup(visit, { result: 'hit', tier: 'exact', age, detail: over >= 0 ? tier : undefined });
    if (over >= 0 || age >= refreshAhead * (fresh - result.entry.storedAt)) refresh(visit);
    return { response };
  }

  async function scopeOf(visit: Visit): Promise<{ scope: string; text: string } | undefined> {
    const { text } = visit.identity;
    if (semantic === undefined || visit.reach !== 'all' || text === undefined) return undefined;
    if (text.length > semantic.maxTextLength) return undefined;
    const { embedder, policy } = semantic;
    const scope = semanticScope(
      visit.head,
      visit.identity,
      `${embedder.id}:${embedder.dimensions}`,
      policy.id,
    );
    return { scope: share((await access.keyOf(scope, visit.context)).text), text };
  }

  return {
    exact(visit) {
      const found = access.read(visit.key, visit.call);
      return isPromise(found)
        ? found.then((result) => answer(visit, result))
        : answer(visit, found);
    },
    place: scopeOf,
    async similar(visit) {
      const place = await scopeOf(visit);
      if (semantic === undefined || place === undefined) return {};
      const read = new Map<string, ReadEntry>();
      const { hit, audit, known, detail } = await findSimilar(semantic, {
        ...place,
        now: now(),
        maxAge: maxAgeOf(visit.directives),
        nameOf: (id) => access.keyOfId(id).hash.toString(36),
        async read(id) {
          const result = await access.read(access.keyOfId(id), visit.call);
          if (!('entry' in result)) return undefined;
          read.set(id, result);
          return result.entry;
        },
      });
      const entry = hit === undefined ? undefined : read.get(hit.entry.key);
      return {
        hit:
          hit === undefined || entry === undefined
            ? undefined
            : { ...entry, similarity: hit.similarity },
        audit,
        detail,
        place: { ...place, known },
      };
    },
    stale(visit, entry) {
      const time = now();
      return hitReply(entry, visit.call, visit.context, { now: time, tier: 'stale-if-error' });
    },
    reply(visit, hit) {
      const time = now();
      const response = hitReply(hit, visit.call, visit.context, { now: time, tier: 'semantic' });
      if (response === undefined) return undefined;
      const { similarity, entry } = hit;
      const age = Math.max(0, time - entry.storedAt);
      tellLookup(visit, { result: 'hit', tier: 'semantic', similarity, age });
      return response;
    },
  };
}
