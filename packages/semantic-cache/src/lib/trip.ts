/** What the callers of one flight have in common, until its reply is settled. */
import { type Context, isPromise, type Outcome, outcomeKey } from '@wintergate/core';
import { runAudit } from './audit.ts';
import type { BroadcastOptions } from './broadcast.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheKey } from './cache-store.ts';
import { type Collector, collectBytes, isEventStream } from './collect.ts';
import { type CommitPlan, findable, prepareEntry, storeEntry, targetFault } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import { Flight, type FlightHost } from './flight.ts';
import type { SimilarHit, SimilarLookup } from './lookup.ts';
import { type KeepTerms, planOf } from './plan.ts';
import type { Settings } from './settings.ts';
import { andThen } from './settle.ts';
import type { Visit, Why } from './visit.ts';

/** See the file's first line. */
export class Trip implements FlightHost {
  readonly flight: Flight<SimilarHit>;
  /** The call's key. */
  readonly key: CacheKey;
  /** In which the reply comes: callers share bytes as they are, so they must have asked for the same. */
  readonly form: string;
  /** Whose call went upstream, and its own context for that. */
  fetcher: Visit | undefined;
  fork: Context | undefined;
  place: SimilarLookup['place'];
  /** The entry that the policy wants judged by this reply. */
  audit: SimilarLookup['audit'];
  head: Response | undefined;
  /** Known with the head, of a reply that may be kept. */
  terms: KeepTerms | undefined;
  /** What the fetcher's reply came to, as it passed. */
  collector: Collector | undefined;
  /** No other instance asks for it meanwhile. */
  claimed = false;
  state: 'open' | 'blocked' | 'settled' = 'open';
  stored: CommitPlan | undefined;
  /** Why the call went upstream. */
  why: Why | undefined;
  /** Called when nobody can join any more. */
  whenGone: (() => void) | undefined;
  /** Called when the upstream has ended, failed or was given up. */
  whenEnded: (() => void) | undefined;

  constructor(key: CacheKey, form: string, options: BroadcastOptions) {
    this.key = key;
    this.form = form;
    this.flight = new Flight(options, this);
  }

  onGone(): void {
    this.whenGone?.();
  }

  onEnd(): void {
    this.whenEnded?.();
  }
}

/** Decides what becomes of a reply once one of its readers has all of it. */
export function createSettler(settings: Settings, access: EntryAccess) {
  function tell(context: Context, detail: string | undefined, bytes?: number): void {
    context.emit({ type: 'cache-store', stored: detail === undefined, detail, bytes });
  }

  function store(trip: Trip, visit: Visit, outcome: Outcome): void | Promise<void> {
    const { fetcher, fork, head, flight, terms } = trip;
    if (!fetcher || !fork || !head || !terms) return;
    const { call } = fetcher;
    const { maxEntryBytes } = settings;
    const collected = trip.collector?.result(outcome.usage) ?? fromBuffer(trip, outcome);
    // The fetcher itself may yet come to know more.
    if (collected === undefined && visit !== fetcher) return;
    trip.state = 'settled';
    const fault = targetFault(call, fork, settings);
    if (fault !== undefined) {
      tell(visit.context, fault);
      flight.close();
      return;
    }
    const { target } = fork.get(outcomeKey) ?? {};
    return andThen(planOf(fetcher, trip.place, terms, target, access), (plan) => {
      const entry = prepareEntry(plan, collected, outcome.usage, settings);
      if (typeof entry !== 'string') return keep(trip, visit.context, plan, entry);
      tell(visit.context, entry);
      flight.close();
    });

    function fromBuffer({ fetcher: by }: Trip, { usage }: Outcome) {
      const bytes = flight.bytes();
      if (bytes === undefined || by === undefined || bytes.byteLength > maxEntryBytes)
        return undefined;
      return collectBytes(bytes, by.call, isEventStream(head as Response), {
        maxBytes: maxEntryBytes,
        usage,
      });
    }
  }

  function keep(
    trip: Trip,
    context: Context,
    plan: CommitPlan,
    entry: CacheEntry,
  ): void | Promise<void> {
    trip.stored = plan;
    const { audit } = trip;
    const tier = settings.semantic;
    const waits = audit !== undefined && tier?.policy.insert === 'when-wrong';
    return andThen(storeEntry(plan, entry, access, waits ? undefined : tier), (failed) => {
      if (failed !== undefined) trip.stored = undefined;
      tell(context, failed, failed === undefined ? entry.body.byteLength : undefined);
      // A block that came while a slow store was writing.
      const more =
        trip.state === 'blocked'
          ? drop(plan)
          : judged(audit, context, plan, entry, failed === undefined);
      return andThen(more, () => trip.flight.close());
    });
  }

  /** Has the stored answer judged about which the policy asks. @param stored the new one was */
  function judged(
    audit: Trip['audit'],
    context: Context,
    plan: CommitPlan,
    entry: CacheEntry,
    stored: boolean,
  ): void | Promise<void> {
    const tier = settings.semantic;
    if (audit === undefined || tier === undefined || entry.text === undefined) return;
    const key = stored ? plan.key : undefined;
    return runAudit(audit, { call: plan.call, entry, key, tier, context }).then((right) => {
      const waited = tier.policy.insert === 'when-wrong';
      if (waited && !right && stored) return findable(plan, entry, tier);
    });
  }

  async function drop({ key, similar }: CommitPlan): Promise<void> {
    await access.drop(key);
    if (similar === undefined) return;
    await settings.semantic?.neighbours.delete(similar.scope, key);
  }

  return {
    /** A reader has the whole reply and nobody objected. */
    completed(trip: Trip, visit: Visit, outcome: Outcome): void {
      if (trip.state !== 'open') return;
      const work = store(trip, visit, outcome);
      if (isPromise(work)) visit.context.waitUntil(work);
    },
    /** A guard objected, or the reader's reply was cut. */
    refused(trip: Trip, visit: Visit, why: 'blocked' | 'cut'): void {
      if (why === 'cut') {
        if (trip.state === 'open' && visit === trip.fetcher) tell(visit.context, why);
        return;
      }
      const { stored } = trip;
      trip.state = 'blocked';
      tell(visit.context, why);
      trip.flight.close();
      if (stored !== undefined) visit.context.waitUntil(drop(stored));
    },
  };
}
