/** What of a call decides how its answer is kept. */
import { atOnce, type TargetName } from '@wintergate/core';
import type { CommitPlan } from './commit.ts';
import type { EntryAccess } from './entry-access.ts';
import type { Place } from './neighbours.ts';
import type { Settings } from './settings.ts';
import { ttlOf } from './ttl.ts';
import type { Visit } from './visit.ts';

const maxTags = 32;
const maxTagLength = 200;

/**
 * @param headers of the reply.
 * @param target who gave it.
 */
export async function planOf(
  visit: Visit,
  similar: Place | undefined,
  { headers, target }: { headers: Headers; target: TargetName | undefined },
  settings: Settings,
  access: EntryAccess,
): Promise<CommitPlan> {
  const { key, call, context, tenant } = visit;
  const tags = tagsOf(visit, settings);
  const ttl = tags === undefined ? 0 : ttlOf(visit, settings, headers);
  return {
    key,
    call,
    similar,
    ttl,
    target,
    owner: await ownerOf(tenant, access, context),
    tags: tags ?? [],
  };
}

/** A tenant as entries name it. */
export async function ownerOf(
  tenant: string,
  access: Pick<EntryAccess, 'keyOf'>,
  context: Visit['context'],
): Promise<string> {
  return (await access.keyOf(`owner\n${tenant}`, context)).text;
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
