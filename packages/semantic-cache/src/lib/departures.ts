/** What happens to a call that is not in the cache: it flies, alone or with others like it. */
import { type AbortSource, abortOf, cancelReply, isPromise, rewrite } from '@wintergate/core';
import { presetCall } from '@wintergate/wire';
import { claimOrWait } from './claims.ts';
import type { EntryAccess, ReadEntry } from './entry-access.ts';
import type { Landing } from './flight.ts';
import { createFlights } from './flights.ts';
import type { Lookup, SimilarHit, SimilarLookup } from './lookup.ts';
import { createReaderReplies } from './reader-reply.ts';
import type { Settings } from './settings.ts';
import { andThen } from './settle.ts';
import { Trip } from './trip.ts';
import { tellLookup, type Visit, type Why, withStatus } from './visit.ts';

/** See {@link createDepartures}. */
export interface Departures {
  /**
   * The answer to a call that the exact tier does not have.
   *
   * @param stale what it had, to be served should the upstream fail.
   */
  take(visit: Visit, why: Why, stale?: ReadEntry): Promise<Response>;
}

/** Creates what sends calls on, for one cache. */
export function createDepartures(
  settings: Settings,
  access: EntryAccess,
  lookup: Lookup,
): Departures {
  const flights = createFlights();
  const { flight, maxEntryBytes: maxBytes, budget } = settings;
  const { slowReaderTimeout, abandoned } = flight;
  const together = { maxBytes, slowReaderTimeout, budget, shared: true, abandoned };
  const byItself = { ...together, shared: false };
  const replies = createReaderReplies(settings, access);

  /** A trip that this call can join, or a new one. */
  function tripFor(visit: Visit, shared: boolean): Trip {
    const form = formOf(visit);
    const known = shared ? flights.find(visit.key, form) : undefined;
    if (known !== undefined) return known;
    const trip = new Trip(visit.key, form, shared ? together : byItself);
    trip.whenGone = () => {
      if (shared) flights.delete(trip);
      if (trip.claimed) visit.context.waitUntil(access.release(trip.key));
    };
    if (shared) flights.add(trip);
    return trip;
  }

  /** Looks for a similar answer, else goes upstream. */
  async function fetchFor(
    trip: Trip,
    visit: Visit,
    why: Why,
    abort: AbortSource,
    similar: boolean,
  ) {
    const { request, next, context } = visit;
    const looked: SimilarLookup | Promise<SimilarLookup> = similar
      ? lookup.similar(visit)
      : andThen(lookup.place(visit), (place) => ({ place }));
    const found = isPromise(looked) ? await looked : looked;
    if (found.hit !== undefined) return { hit: found.hit };
    if (abort.aborted) throw abort.reason;
    if (settings.flight.across > 0 && !trip.claimed) {
      const elsewhere = await claimOrWait(visit, settings, access, abort);
      if ('entry' in elsewhere) return { hit: elsewhere };
      trip.claimed = elsewhere.claimed;
    }
    const detail = why.detail ?? found.detail;
    tellLookup(visit, { result: why.fwd === 'stale' ? 'stale' : 'miss', detail });
    trip.place = found.place;
    trip.audit = found.audit;
    trip.fetcher = visit;
    trip.why = { fwd: why.fwd, detail };
    const fork = context.fork({ signal: abort });
    trip.fork = fork;
    visit.fork = fork;
    const sent = presetCall(rewrite(request, { signal: abort }, context), visit.call);
    const response = await next(sent, fork);
    trip.head = response;
    return { response };
  }

  async function fly(
    visit: Visit,
    why: Why,
    options: { shared: boolean; similar: boolean },
  ): Promise<Response> {
    const trip = tripFor(visit, options.shared);
    const landing = await trip.flight.join({
      abort: abortOf(visit.context),
      fetch: (abort) => fetchFor(trip, visit, why, abort, options.similar),
    });
    return arrive(landing, trip, visit, why);
  }

  function arrive(
    landing: Landing<SimilarHit> | undefined,
    trip: Trip,
    visit: Visit,
    why: Why,
  ): Response | Promise<Response> {
    const alone = { shared: false, similar: false };
    if (landing === undefined || landing.type === 'alone') return fly(visit, why, alone);
    if (landing.type === 'hit') {
      return lookup.reply(visit, landing.hit) ?? fly(visit, why, alone);
    }
    if (landing.type === 'failed') {
      const { response } = landing;
      const { aborted, reason } = abortOf(visit.context);
      if (aborted) cancelReply(response, reason);
      // The trip's may be that of another caller by now, who was to try again.
      if (visit.fork !== undefined) visit.context.adopt(visit.fork);
      visit.context.emit({ type: 'cache-store', stored: false, detail: 'status' });
      return withStatus(response, trip.why ?? why, visit.context);
    }
    return replies.read(trip, visit, landing, why);
  }

  return {
    async take(visit, why, stale) {
      const { sharesIo } = visit.context.platform;
      const fresh = visit.directives.noCache;
      const shared = settings.singleFlight !== undefined && sharesIo && !fresh;
      const response = await fly(visit, why, { shared, similar: !fresh });
      const failed = response.status >= 500 && visit.directives.maxAge === undefined;
      const old = failed && stale !== undefined ? lookup.stale(visit, stale) : undefined;
      if (old === undefined) return response;
      cancelReply(response);
      return old;
    },
  };
}

/** Of the reply, as far as the caller chooses it: in the body, or in the URL (Google). */
function formOf({ call: { body }, request: { url } }: Visit): string {
  const { stream, stream_options: options } = body;
  if (stream === undefined && options === undefined) return url;
  return `${url} ${JSON.stringify([stream, options])}`;
}
