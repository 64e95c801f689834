/** Calls of every caller's format, for tests of what they are answered. Not part of any entry. */
import { expect } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { googleGenerate } from './google-generate.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { chatCall, replyOf, type Told, toldBy } from './test-support.ts';
import type { Dialect, ModelCall, NeutralDelta, NeutralReply } from './types.ts';

const url = (path: string): URL => new URL(`http://a.test${path}`);

/** Each with a call of it that asks for a stream or not. */
export const callerDialects: readonly (readonly [Dialect, (stream: boolean) => ModelCall])[] = [
  [openaiChat, (stream) => chatCall({ stream, stream_options: { include_usage: true } })],
  [
    openaiResponses,
    (stream) =>
      openaiResponses.readCall({ model: 'm', input: 'Hi', stream }, 'chat', url('/v1/responses')),
  ],
  [
    anthropicMessages,
    (stream) =>
      anthropicMessages.readCall(
        { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream },
        'chat',
        url('/v1/messages'),
      ),
  ],
  [
    googleGenerate,
    (stream) =>
      googleGenerate.readCall(
        { contents: [{ parts: [{ text: 'Hi' }] }] },
        'chat',
        url(`/v1beta/models/m:${stream ? 'streamG' : 'g'}enerateContent`),
      ),
  ],
];

/** What must survive on the way to any caller: what is said, what is called, and how it ended. */
function meaning({ choices }: Told): unknown {
  return choices.map(({ toolCalls, finish, ...said }) => ({
    ...said,
    toolCalls: toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) })),
    finish: finish === 'other' ? 'stop' : finish,
  }));
}

/** Expects that callers of every format hear the same of a whole reply. */
export function expectHeardByAll(name: string, reply: NeutralReply): void {
  expect(reply.error, name).toBeUndefined();
  for (const [caller, callOf] of callerDialects) {
    const call = callOf(false);
    const told = toldBy(caller.readReply(caller.writeReply(reply, call), call));
    expect(meaning(told), `${name} ${caller.id}`).toEqual(meaning(toldBy(reply)));
  }
}

/** The same of a stream. */
export function expectStreamHeardByAll(name: string, deltas: readonly NeutralDelta[]): void {
  for (const [caller, callOf] of callerDialects) {
    const call = callOf(true);
    const writer = caller.createWriter(call);
    const events = [...deltas.flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
    const decoder = caller.createDecoder(call);
    const again = replyOf(events.flatMap((event) => [...decoder.push(event)]));
    expect(decoder.complete, `${name} ${caller.id}`).toBe(true);
    expect(meaning(again), `${name} ${caller.id}`).toEqual(meaning(replyOf(deltas)));
  }
}
