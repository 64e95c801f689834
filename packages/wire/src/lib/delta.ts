import type { NeutralDelta } from './types.ts';

/**
 * Whether a delta is something of the answer: text, reasoning or refusal that is not empty, or a
 * tool call. Role, usage, finish and end marker are not.
 */
export function isMeaningful(delta: NeutralDelta): boolean {
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
