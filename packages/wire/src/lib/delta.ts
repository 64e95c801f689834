import type { NeutralDelta } from './types.ts';

/** A delta that is part of the answer. */
export type ContentDelta = Extract<
  NeutralDelta,
  { type: 'text' | 'reasoning' | 'refusal' | 'tool-call' }
>;

/**
 * Whether a delta is something of the answer: text, reasoning or refusal that is not empty, or a
 * tool call. Role, usage, finish and end marker are not.
 */
export function isMeaningful(delta: NeutralDelta): delta is ContentDelta {
  switch (delta.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return delta.text !== '';
    case 'tool-call':
      return true;
    default:
      return false;
  }
}
