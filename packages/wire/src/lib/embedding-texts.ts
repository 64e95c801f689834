/** What a call of any dialect wants embedded. */
import { unsupported } from './translation-table.ts';
import type { ModelCall } from './types.ts';

/** @throws {RequestError} 400 for inputs that are no text, such as token numbers. */
export function textsOf({ messages }: ModelCall): string[] {
  if (messages.length === 0) throw unsupported('input');
  return messages.map(({ parts }) =>
    parts
      .map((part) => {
        if (part.type !== 'text') throw unsupported('input');
        return part.text;
      })
      .join(''),
  );
}
