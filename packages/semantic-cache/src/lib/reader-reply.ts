/** A caller's own reply over a body that several may read. */
import {
  addReplyStage,
  createReply,
  type ErrorFormat,
  errorFormatKey,
  openaiErrorFormat,
  outcomeKey,
  type ReplyStage,
  rewriteReply,
  unreachableKey,
  updateOutcome,
} from '@wintergate/core';
import { SlowReaderError } from './broadcast.ts';
import { writeCacheStatus } from './cache-status.ts';
import { createCollector, isEventStream } from './collect.ts';
import { headFault, targetFault } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import { watchExchange } from './exchange-watch.ts';
import type { Landing } from './flight.ts';
import { termsOf } from './plan.ts';
import type { Settings } from './settings.ts';
import { createSettler, type Trip } from './trip.ts';
import { tellLookup, type Visit, type Why } from './visit.ts';

type ReplyLanding = Extract<Landing<never>, { type: 'reply' }>;

/** Headers of the fetcher's own exchange, which are not another caller's business. */
const ownHeaders = ['set-cookie', 'x-request-id', 'x-upstream-request-id', 'server-timing'];

/** Creates what makes readers' replies, for one cache. */
export function createReaderReplies(settings: Settings, access: EntryAccess) {
  const settler = createSettler(settings, access);

  return {
    read(trip: Trip, visit: Visit, landing: ReplyLanding, why: Why): Response {
      const { head, source, fetched } = landing;
      const { context, call } = visit;
      if (fetched && trip.fork !== undefined) context.adopt(trip.fork);
      const fault = headFault(head) ?? faultOf(trip, head, settings);
      const keeps = fault === undefined;
      const change: Record<string, string | null> = {};
      if (!fetched) {
        for (const name of ownHeaders) change[name] = null;
        tellLookup(visit, { result: 'flight' });
        const { target } = trip.fork?.get(outcomeKey) ?? {};
        updateOutcome(context, { source: 'flight', target, complete: false });
        context.set(unreachableKey, trip.fork?.get(unreachableKey));
      }
      const { fwd, detail } = (fetched ? trip.why : undefined) ?? why;
      change['cache-status'] = writeCacheStatus(
        { fwd, stored: keeps, collapsed: !fetched, detail },
        head.headers.get('cache-status'),
      );
      const plain = createReply({ status: head.status, headers: head.headers, body: source });
      const reply = rewriteReply(plain, { headers: change }, context);
      if (keeps) {
        if (fetched)
          trip.collector = createCollector(call, isEventStream(head), settings.maxEntryBytes);
        watchExchange(context, {
          completed: (outcome) => settler.completed(trip, visit, outcome),
          refused: (reason) => settler.refused(trip, visit, reason),
        });
      } else {
        if (fetched) context.emit({ type: 'cache-store', stored: false, detail: fault });
        // What is not kept is not handed to callers yet to come either.
        trip.flight.close();
      }
      if (fetched && settings.flight.abandoned === 'drain') {
        context.waitUntil(new Promise<void>((resolve) => (trip.whenEnded = resolve)));
      }
      return addReplyStage(reply, readerStage(trip, visit, fetched), context);
    },
  };
}

function readerStage(trip: Trip, visit: Visit, fetched: boolean): ReplyStage {
  const { context } = visit;
  const collecting = fetched ? trip.collector?.stage : undefined;
  const streamed = trip.head !== undefined && isEventStream(trip.head);
  return {
    name: 'semanticCache',
    maxBodyBytes: collecting?.maxBodyBytes,
    overflow: collecting?.overflow,
    body: collecting?.body,
    event: collecting?.event,
    end(out) {
      collecting?.end?.(out);
      if (!fetched) followOutcome(trip, visit);
      else if (context.get(outcomeKey) === undefined) tellOutcome(trip, visit);
    },
    fail(error, out) {
      if (!(error instanceof SlowReaderError) || !streamed) return;
      out.bytes(slowReaderEvent(context.get(errorFormatKey) ?? openaiErrorFormat));
      out.end('failed');
    },
  };
}

/** Nobody further in says how it went: the end is another framework's. */
function tellOutcome(trip: Trip, { context, call }: Visit): void {
  const collected = trip.collector?.result(undefined);
  if (collected === undefined) return;
  const { usage } = call.dialect.readReply(collected.body, call);
  updateOutcome(context, {
    source: 'upstream',
    complete: true,
    ...(usage !== undefined && { usage }),
  });
}

/** What the fetcher's call came to holds for all who read it. */
function followOutcome({ fork }: Trip, { context }: Visit): void {
  const { usage, target, complete = false } = fork?.get(outcomeKey) ?? {};
  updateOutcome(context, { source: 'flight', complete, usage, target });
}

/** The empty line before ends an event that may have been cut by the pause. */
function slowReaderEvent(format: ErrorFormat): Uint8Array {
  const text = format.streamEvent({
    status: 503,
    type: 'server_error',
    code: 'slow_reader',
    message: 'Read the reply faster: others were waiting for it',
  });
  return new TextEncoder().encode(`\n\n${text}`);
}

function faultOf(trip: Trip, head: Response, settings: Settings): string | undefined {
  const { fork, fetcher } = trip;
  if (fork === undefined || fetcher === undefined) return 'incomplete';
  const foreign = targetFault(fetcher.call, fork, settings);
  if (foreign !== undefined) return foreign;
  trip.terms ??= termsOf(fetcher, head.headers, settings);
  return trip.terms.ttl > 0 ? undefined : 'ttl';
}
