/** What would become of a request, and why. */
import { freshUntilOf } from '../cache-entry.ts';
import type { EntryAccess } from '../entry-access.ts';
import { findRefusal } from '../guard.ts';
import type { Lookup } from '../lookup.ts';
import { readSentence } from '../sentence.ts';
import { pairSentences } from '../sentence-pair.ts';
import type { Settings } from '../settings.ts';
import { closerLook, decide, nameOf } from '../similar.ts';
import { shortId, type Visit } from '../visit.ts';

/** A stored text that is like the one asked. */
export interface ExplainedNeighbour {
  /** By which `CacheManager.purge` removes it. */
  readonly id: string;
  readonly text: string;
  /** As the policy sees it. */
  readonly similarity: number;
  /** The guard that objects. */
  readonly guard?: string | undefined;
  /** What the policy decides, could the guards agree; `gone` where the entry is no more, or its time is over. */
  readonly decision: 'hit' | 'miss' | 'audit' | 'gone';
}

/** See `CacheManager.explain`. */
export interface Explanation {
  /** Why the cache is not used at all. */
  readonly bypass?: string | undefined;
  /** How far the call may be cached: identical calls only, or similar ones too. */
  readonly reach?: 'exact' | 'all' | undefined;
  /** Whether an identical call is answered. */
  readonly exact?: 'hit' | 'miss' | 'stale' | undefined;
  /** Of the identical call's entry, where it is there. */
  readonly exactId?: string | undefined;
  /** The nearest first. */
  readonly nearest: readonly ExplainedNeighbour[];
  /** Why nothing near could be looked for. */
  readonly fault?: string | undefined;
}

export async function explainVisit(
  visit: Visit,
  { semantic, now }: Settings,
  access: EntryAccess,
  lookup: Lookup,
): Promise<Explanation> {
  const { reach, call } = visit;
  const own = await access.read(visit.key, call);
  const exact = !('entry' in own) ? 'miss' : freshUntilOf(own.entry) > now() ? 'hit' : 'stale';
  const exactId = 'entry' in own ? shortId(visit.key) : undefined;
  const place = await lookup.place(visit);
  if (semantic === undefined) return { reach, exact, exactId, nearest: [] };
  if (place === undefined) return { reach: 'exact', exact, exactId, nearest: [] };
  const { embedder, neighbours, policy, guards } = semantic;
  const { matches, fault } = await neighbours.find(place, true);
  const asked = readSentence(place.text);
  const nearest: ExplainedNeighbour[] = [];
  for (const { id, text, similarity: cosine } of matches) {
    const pair = pairSentences(asked, readSentence(text));
    const similarity = closerLook(embedder, pair, cosine);
    const guard = findRefusal(guards, pair);
    const found = await access.read(access.keyOfId(id), call);
    const entry = 'entry' in found && found.entry.text === text ? found.entry : undefined;
    const decision =
      entry === undefined || freshUntilOf(entry) <= now()
        ? 'gone'
        : similarity >= (policy.floor ?? -1)
          ? decide(policy, { entry, similarity, name: nameOf(access.keyOfId(id)) }, now())
          : 'miss';
    nearest.push({ id: shortId(access.keyOfId(id)), text, similarity, guard, decision });
  }
  return { reach, exact, exactId, nearest, fault };
}
