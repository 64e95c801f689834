/** Identical calls of several instances: one goes upstream, the others wait for what it stores. */
import type { AbortSource } from '@wintergate/core';
import type { EntryAccess, ReadEntry } from './entry-access.ts';
import type { Settings } from './settings.ts';
import type { Visit } from './visit.ts';

/** How often is looked whether the answer is there, in milliseconds. */
const lookEvery = 100;

/**
 * Takes the right to ask for this call, or waits for the answer of who has it.
 *
 * @returns the stored answer; else whether the right was taken: this instance is to ask with or without.
 * @throws the reason why the caller left.
 */
export async function claimOrWait(
  { key, call }: Visit,
  { flight: { across }, now }: Pick<Settings, 'flight' | 'now'>,
  access: Pick<EntryAccess, 'claim' | 'read'>,
  abort: AbortSource,
): Promise<ReadEntry | { readonly claimed: boolean }> {
  const until = now() + across;
  while (!(await access.claim(key, across))) {
    if (now() >= until) return { claimed: false };
    await pause(abort);
    const found = await access.read(key, call);
    if ('entry' in found) return found;
  }
  return { claimed: true };
}

function pause(abort: AbortSource): Promise<void> {
  return new Promise((resolve, reject) => {
    if (abort.aborted) {
      reject(abort.reason);
      return;
    }
    const timer = setTimeout(() => {
      release();
      resolve();
    }, lookEvery);
    const release = abort.onAbort(() => {
      clearTimeout(timer);
      reject(abort.reason);
    });
  });
}
