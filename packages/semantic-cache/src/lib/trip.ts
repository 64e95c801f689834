/** What the callers of one flight have in common, until its reply is settled. */
import { type Context, type Outcome, outcomeKey } from '@wintergate/core';
import { runAudit } from './audit.ts';
import type { BroadcastOptions } from './broadcast.ts';
import type { CacheKey } from './cache-store.ts';
import { type Collector, collectBytes, isEventStream } from './collect.ts';
import { type CommitPlan, findable, prepareEntry, storeEntry, targetFault } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import { Flight, type FlightHost } from './flight.ts';
import type { SimilarHit, SimilarLookup } from './lookup.ts';
import { planOf } from './plan.ts';
import type { Settings } from './settings.ts';
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

  async function store(trip: Trip, visit: Visit, outcome: Outcome): Promise<void> {
    const { fetcher, fork, head, flight } = trip;
    if (fetcher === undefined || fork === undefined || head === undefined) return;
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
    const reply = { headers: head.headers, target };
    const plan = await planOf(fetcher, trip.place, reply, settings, access);
    const entry = prepareEntry(plan, collected, outcome.usage, settings);
    if (typeof entry === 'string') {
      tell(visit.context, entry);
    } else {
      trip.stored = plan;
      const { audit } = trip;
      const tier = settings.semantic;
      const waits = audit !== undefined && tier?.policy.insert === 'when-wrong';
      const failed = await storeEntry(plan, entry, access, waits ? undefined : tier);
      if (failed !== undefined) trip.stored = undefined;
      tell(visit.context, failed, failed === undefined ? entry.body.byteLength : undefined);
      // A block that came while a slow store was writing.
      if ((trip.state as string) === 'blocked') await drop(plan);
      else if (audit !== undefined && tier !== undefined && entry.text !== undefined) {
        const key = failed === undefined ? plan.key : undefined;
        const right = await runAudit(audit, { call, entry, key, tier, context: visit.context });
        if (waits && !right && failed === undefined) await findable(plan, entry, tier);
      }
    }
    flight.close();

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

  async function drop({ key, similar }: CommitPlan): Promise<void> {
    await access.drop(key);
    if (similar === undefined) return;
    await settings.semantic?.neighbours.delete(similar.scope, key);
  }

  return {
    /** A reader has the whole reply and nobody objected. */
    completed(trip: Trip, visit: Visit, outcome: Outcome): void {
      if (trip.state === 'open') visit.context.waitUntil(store(trip, visit, outcome));
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
