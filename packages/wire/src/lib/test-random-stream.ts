/** Random replies as streams, for property tests. Not part of any entry. */
import fc from 'fast-check';
import { chunk, frames, usageChunk } from './test-support.ts';
import type { JsonObject } from './types.ts';

const piece = (fields: JsonObject, text: string, name?: string): JsonObject => ({
  tool_calls: [
    { ...fields, function: { ...(name === undefined ? {} : { name }), arguments: text } },
  ],
});

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const choiceReply = fc.record({
  text: fc.array(word, { maxLength: 4 }),
  reasoning: fc.array(word, { maxLength: 2 }),
  calls: fc.array(
    fc.record({
      id: fc.uuid(),
      name: fc.constantFrom('f', 'g'),
      args: fc.array(word, { maxLength: 3 }),
    }),
    {
      maxLength: 3,
    },
  ),
});

/** A random reply as a well-formed stream: choices interleaved. */
export const randomStream = fc.array(choiceReply, { minLength: 1, maxLength: 3 }).map((choices) => {
  const queues = choices.map(({ text, reasoning, calls }, choice) => [
    chunk({ role: 'assistant', content: '' }, null, { choice }),
    ...reasoning.map((part) => chunk({ reasoning_content: part }, null, { choice })),
    ...text.map((part) => chunk({ content: part }, null, { choice })),
    ...calls.flatMap(({ id, name, args }, index) => [
      chunk(piece({ index, id, type: 'function' }, '', name), null, { choice }),
      ...args.map((part) => chunk(piece({ index }, part), null, { choice })),
    ]),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop', { choice }),
  ]);
  const merged: JsonObject[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) merged.push(...queue.splice(0, 1));
  }
  const said = choices.map(({ text, reasoning, calls }) => ({
    text: text.join(''),
    reasoning: reasoning.join(''),
    refusal: '',
    toolCalls: calls.map(({ id, name, args }) => ({ id, name, arguments: args.join('') })),
    finish: calls.length > 0 ? 'tool-calls' : 'stop',
  }));
  return { stream: frames([...merged, usageChunk]), said };
});
