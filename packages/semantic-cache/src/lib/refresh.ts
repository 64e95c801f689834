/** Answers that the cache asks for by itself, in the background and within a budget. */
import { cancelReply, createAborter, outcomeKey, rewrite } from '@wintergate/core';
import { collectBytes, isEventStream } from './collect.ts';
import { headFault, prepareEntry, storeEntry, targetFault } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import type { Lookup } from './lookup.ts';
import { planOf, termsOf } from './plan.ts';
import type { Settings } from './settings.ts';
import type { Visit } from './visit.ts';

/** One that takes longer is taken for lost: the next caller may begin another, in milliseconds. */
const lostAfter = 60_000;
const minute = 60_000;

/** Creates what renews entries, for one cache. */
export function createRefresher(
  settings: Settings,
  access: EntryAccess,
  lookup: Pick<Lookup, 'place'>,
): (visit: Visit) => void {
  const { now, maxRefreshesPerMinute, maxEntryBytes } = settings;
  /** When each that is on its way began. */
  const running = new Map<string, number>();
  let begun: number[] = [];

  function mayBegin(key: string): boolean {
    const time = now();
    if (time - (running.get(key) ?? -lostAfter) < lostAfter) return false;
    for (const [other, since] of running) if (time - since >= lostAfter) running.delete(other);
    begun = begun.filter((since) => time - since < minute);
    if (begun.length >= maxRefreshesPerMinute) return false;
    running.set(key, time);
    begun.push(time);
    return true;
  }

  async function renew(visit: Visit): Promise<string | undefined> {
    const { request, next, context, call } = visit;
    // Not the caller's: who was answered already may leave.
    const abort = createAborter();
    const fork = context.fork({ signal: abort });
    const response = await next(rewrite(request, { signal: abort }, context), fork);
    const fault = headFault(response);
    if (fault !== undefined) {
      cancelReply(response);
      return fault;
    }
    const bytes = await fork.bytes(response);
    const outcome = fork.get(outcomeKey);
    const foreign = targetFault(call, fork, settings);
    if (foreign !== undefined || bytes.byteLength > maxEntryBytes) return foreign ?? 'size';
    const options = { maxBytes: maxEntryBytes, usage: outcome?.usage };
    const collected = collectBytes(bytes, call, isEventStream(response), options);
    const place = await lookup.place(visit);
    const terms = termsOf(visit, response.headers, settings);
    const plan = await planOf(visit, place, terms, outcome?.target, access);
    const entry = prepareEntry(plan, collected, outcome?.usage, settings);
    if (typeof entry === 'string') return entry;
    return storeEntry(plan, entry, access, settings.semantic);
  }

  return function refresh(visit) {
    const { context, key } = visit;
    if (!mayBegin(key.text)) return;
    const since = running.get(key.text);
    const work = renew(visit)
      .then((detail) => context.emit({ type: 'cache-store', stored: detail === undefined, detail }))
      .finally(() => {
        // One that was taken for lost may end while another is on its way.
        if (running.get(key.text) === since) running.delete(key.text);
      });
    context.waitUntil(work);
  };
}
