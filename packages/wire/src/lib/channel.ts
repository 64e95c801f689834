import type { TextChannel } from './types.ts';

/** The channel of a choice's content, reasoning or refusal. */
export function textChannel(kind: 'text' | 'reasoning' | 'refusal', choice: number): TextChannel {
  return { kind, choice, index: 0, id: `${choice}:${kind}` };
}

/** The channel of a tool call's arguments; `index` counts the choice's calls from 0. */
export function toolChannel(choice: number, index: number): TextChannel {
  return { kind: 'tool-arguments', choice, index, id: `${choice}:tool:${index}` };
}
