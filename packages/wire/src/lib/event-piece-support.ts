/** For tests of what is read once of a stream's events. */
import type { SseEvent } from '@wintergate/core';
import type { TextFilter } from './filter-reply-text.ts';
import { withData } from './with-data.ts';

/** The same event, of which nobody knows what it is like. */
export function alone(event: SseEvent): SseEvent {
  return withData(event, event.data);
}

/** Changes texts and whatever else it is shown, and remembers what that was. */
export function changing(seen: string[]): TextFilter {
  return {
    text: (channel, it, out) => out.text(channel, it.replaceAll('a', 'A')),
    other: (path, it) => {
      if (!it.includes('l')) return undefined;
      seen.push(`${path}=${it}`);
      return it.replaceAll('ll', '"LL"');
    },
    leavesOutUnseen: true,
  };
}
