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

/**
 * @param headers of the reply.
 * @param target who gave it.
 */
export function planOf(
  visit: Visit,
  similar: Place | undefined,
  { headers, target }: { headers: Headers; target: TargetName | undefined },
  settings: Settings,
  access: EntryAccess,
): CommitPlan | Promise<CommitPlan> {
  const { key, call, context, tenant } = visit;
  const tags = tagsOf(visit, settings);
  const ttl = tags === undefined ? 0 : ttlOf(visit, settings, headers);
  return andThen(ownerOf(tenant, access, context), (owner) => {
    return { key, call, similar, ttl, target, owner, tags: tags ?? [] };
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
