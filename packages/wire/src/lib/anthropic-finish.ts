import type { FinishReason } from './types.ts';

/** Stop reasons of Anthropic. `pause_turn` asks to be sent again, which callers of others can not: a stop. */
export function readStopReason(reason: string): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'content-filter';
    default:
      return 'other';
  }
}

/** The stop reason that says the same; `undefined` for an answer that has not ended. */
export function writeStopReason(
  finish: FinishReason | undefined,
  stopSequence?: string,
): string | null {
  switch (finish) {
    case 'length':
      return 'max_tokens';
    case 'tool-calls':
      return 'tool_use';
    case 'content-filter':
      return 'refusal';
    case undefined:
      return null;
    default:
      return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
  }
}
