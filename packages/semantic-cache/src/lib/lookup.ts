/** From a request to a stored answer: the exact tier and the semantic tier. */

import { canonicalJson } from '@wintergate/wire';
import { freshUntilOf } from './cache-entry.ts';
import { comparerOf, semanticScope } from './cache-key.ts';
import type { CacheKey } from './cache-store.ts';
import type { EntryAccess, EntryResult, ReadEntry } from './entry-access.ts';
import { type HowFound, hitReply, savedBy } from './hit-reply.ts';
import type { Place } from './neighbours.ts';
import { createRefresher } from './refresh.ts';
import type { Settings } from './settings.ts';
import { andThen } from './settle.ts';
import { findSimilar, type Likeness } from './similar.ts';
import { lastTurns } from './turns.ts';
import {
  type CallPlace,
  type Identified,
  maxAgeOf,
  shortId,
  tellLookup,
  type Visit,
  type Why,
} from './visit.ts';
import { worksOnWording } from './wording.ts';

/** An entry that may answer a similar call. */
export interface SimilarHit extends ReadEntry {
  /** Absent where the call is the very same, stored meanwhile by another instance. */
  readonly similarity?: number | undefined;
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
  similar(visit: Visit): SimilarLookup | Promise<SimilarLookup>;
  /** Where this call belongs in the semantic tier, without looking. */
  place(visit: Visit): CallPlace | undefined | Promise<CallPlace | undefined>;
  /** An answer whose time is over, for when there is no other. */
  stale(visit: Visit, entry: ReadEntry): Response | undefined;
  /** A similar call's answer for this caller; `undefined` when it can not be made. */
  reply(visit: Visit, hit: SimilarHit): Response | undefined;
}

type Answer =
  | { readonly response: Response }
  | { readonly why: Why; readonly stale?: ReadEntry | undefined };

/** Scopes repeat: all entries of one hold the same text, not copies of it. */
const shared = new Map<number, string>();
const maxShared = 1000;

function share({ text, hash }: CacheKey): string {
  const known = shared.get(hash);
  if (known === text) return known;
  if (shared.size >= maxShared) shared.clear();
  shared.set(hash, text);
  return text;
}

/** Creates the lookups of one cache. */
export function createLookup(settings: Settings, access: EntryAccess): Lookup {
  const { now, semantic, staleIfError, staleWhileRevalidate, refreshAhead } = settings;
  const comparer = semantic === undefined ? '' : comparerOf(semantic.embedder, semantic.policy.id);
  const refresh = createRefresher(settings, access, { place: placeOf });

  function reply(
    { key, call, context }: Visit,
    found: ReadEntry,
    { now, tier, similarity, policy }: Omit<HowFound, 'id'>,
  ): Response | undefined {
    const own = found.entry.key;
    const id = shortId(own === key.text ? key : access.keyOfId(own));
    return hitReply(found, call, context, { now, tier, id, similarity, policy }, settings);
  }

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
    const response = reply(visit, result, { now: time, tier });
    if (response === undefined) return { why: { fwd: 'miss', detail: 'store-body' } };
    const detail = over >= 0 ? tier : undefined;
    const saved = savedBy(result.entry);
    tellLookup(visit, { result: 'hit', tier: 'exact', age, detail, saved });
    if (over >= 0 || age >= refreshAhead * (fresh - result.entry.storedAt)) refresh(visit);
    return { response };
  }

  function placeOf(visit: Visit): CallPlace | undefined | Promise<CallPlace | undefined> {
    const { identified } = visit;
    if (identified === undefined) return visit.place;
    return andThen(findPlace(visit, identified), (place) => {
      visit.identified = undefined;
      visit.place = place;
      return place;
    });
  }

  function findPlace(
    { reach, call, context }: Visit,
    { head, identity, scope }: Identified,
  ): CallPlace | undefined | Promise<CallPlace | undefined> {
    if (semantic === undefined || reach !== 'all' || worksOnWording(call)) return undefined;
    const asked = lastTurns(identity, semantic.turns);
    const { text } = asked;
    if (text === undefined || text.length > semantic.maxTextLength) return undefined;
    const own = asked.several ? canonicalJson(asked.scope) : scope;
    const least = asked.several ? semantic.turnsThreshold : -1;
    const key = access.keyOf(semanticScope(head, own, comparer), context);
    return andThen(key, (name) => ({ scope: share(name), text, least }));
  }

  function similarTo(
    visit: Visit,
    place: CallPlace | undefined,
  ): SimilarLookup | Promise<SimilarLookup> {
    if (semantic === undefined || place === undefined) return {};
    const { scope, text, least } = place;
    /** Most searches find nothing. */
    let read: Map<string, ReadEntry> | undefined;
    const found = findSimilar(semantic, {
      scope,
      text,
      least,
      now: now(),
      maxAge: maxAgeOf(visit.directives),
      keyOf: access.keyOfId,
      async read(id) {
        const result = await access.read(access.keyOfId(id), visit.call);
        if (!('entry' in result)) return undefined;
        read ??= new Map();
        read.set(id, result);
        return result.entry;
      },
    });
    return andThen(found, ({ hit, audit, known, detail }) => {
      const entry = hit && read?.get(hit.entry.key);
      return {
        hit: hit && entry && { ...entry, similarity: hit.similarity },
        audit,
        detail,
        place: { scope, text, known },
      };
    });
  }

  return {
    exact: (visit) => andThen(access.read(visit.key, visit.call), (found) => answer(visit, found)),
    place: placeOf,
    similar: (visit) => andThen(placeOf(visit), (place) => similarTo(visit, place)),
    stale(visit, entry) {
      const time = now();
      return reply(visit, entry, { now: time, tier: 'stale-if-error' });
    },
    reply(visit, hit) {
      const time = now();
      const { similarity, entry } = hit;
      const tier = similarity === undefined ? 'exact' : 'semantic';
      const policy = similarity === undefined ? undefined : semantic?.policy.id;
      const response = reply(visit, hit, { now: time, tier, similarity, policy });
      if (response === undefined) return undefined;
      const age = Math.max(0, time - entry.storedAt);
      tellLookup(visit, { result: 'hit', tier, similarity, age, saved: savedBy(entry) });
      return response;
    },
  };
}
