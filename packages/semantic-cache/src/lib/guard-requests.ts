import type { Guard } from './guard.ts';
import { formOf, type RequestKind } from './request-form.ts';
import type { Sentence } from './sentence.ts';

/** Kinds of request that one answer does not serve, each pair once; what asks why stands alone. */
const apart: Partial<Record<RequestKind, readonly RequestKind[]>> = {
  'yes-no': ['order', 'how', 'what', 'who', 'when', 'where', 'wish', 'statement'],
  exists: ['how', 'who', 'when', 'where', 'statement'],
  statement: ['who', 'when', 'where', 'wish'],
  wish: ['order', 'who', 'when', 'where'],
};

/**
 * Refuses when one asks whether and the other why, when, where, how or what: "do I have to pay", "why do I have to pay",
 * "I have to pay"; and when one says what it is going to do and the other wants it done: "I want to write a poem", "write
 * a poem". English.
 */
export function requestGuard(): Guard {
  return {
    name: 'requests',
    refuses({ asked, stored }) {
      const [left, right] = [formOf(asked).kind, formOf(stored).kind];
      if (left === right) return left === 'why' && isObliged(asked) !== isObliged(stored);
      return (
        left === 'why' ||
        right === 'why' ||
        apart[left]?.includes(right) === true ||
        apart[right]?.includes(left) === true
      );
    },
  };
}

function isObliged({ text }: Sentence): boolean {
  return /\b(?:have to|has to|need to|needs to|must|should|supposed to|got to)\b/i.test(text);
}
