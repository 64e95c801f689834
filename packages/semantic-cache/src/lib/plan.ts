/** What of a call decides how its answer is kept. */
import { atOnce, type TargetName } from '@wintergate/core';
import type { CommitPlan } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import type { Place } from './neighbours.ts';
import type { Settings } from './settings.ts';
import { andThen } from './settle.ts';
import { ttlOf } from './ttl.ts';
import type { Visit } from './visit.ts';

const maxTags = 32;
const maxTagLength = 200;

/** What the cache's user says of an answer: asked once, when its head is there, as `Cache-Status` tells of it. */
export interface KeepTerms {
  /** Milliseconds; 0 for not at all. */
  readonly ttl: number;
  readonly tags: readonly string[];
}

/** @param headers of the reply. */
export function termsOf(visit: Visit, headers: Headers, settings: Settings): KeepTerms {
  const tags = tagsOf(visit, settings);
  if (tags === undefined) return { ttl: 0, tags: [] };
  return { ttl: ttlOf(visit, settings, headers), tags };
}

/** @param target who gave the answer. */
export function planOf(
  { key, call, context, tenant }: Visit,
  similar: Place | undefined,
  { ttl, tags }: KeepTerms,
  target: TargetName | undefined,
  access: EntryAccess,
): CommitPlan | Promise<CommitPlan> {
  return andThen(ownerOf(tenant, access, context), (owner) => {
    return { key, call, similar, ttl, target, owner, tags };
  });
}

/** A tenant as entries name it. */
export function ownerOf(
  tenant: string,
  access: Pick<EntryAccess, 'nameOf'>,
  context: Visit['context'],
): string | Promise<string> {
  return access.nameOf(`owner\n${tenant}`, context);
}

function tagsOf({ call, request }: Visit, { tags }: Settings): readonly string[] | undefined {
  if (tags === undefined) return [];
  try {
    const given = atOnce(tags(call, request), 'tags') ?? [];
    if (!Array.isArray(given) || given.length > maxTags) return undefined;
    const fits = given.every((tag) => typeof tag === 'string' && tag.length <= maxTagLength);
    return fits ? [...given] : undefined;
  } catch {
    return undefined;
  }
}
