import type { TextChannel } from './types.ts';

/** The channel of a choice's content, reasoning or refusal; `index` counts its blocks of that kind. */
export function textChannel(
  kind: 'text' | 'reasoning' | 'refusal',
  choice: number,
  index = 0,
): TextChannel {
  const id = index === 0 ? `${choice}:${kind}` : `${choice}:${kind}:${index}`;
  return { kind, choice, index, id };
}

/** The channel of a tool call's arguments; `index` counts the choice's calls from 0. */
export function toolChannel(choice: number, index: number): TextChannel {
  return { kind: 'tool-arguments', choice, index, id: `${choice}:tool:${index}` };
}
