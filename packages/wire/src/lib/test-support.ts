/** What the tests of this package share. Not part of any entry. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Context,
  createContext,
  createSseDecoder,
  encodeSse,
  type SseEvent,
} from '@wintergate/core';
import fc from 'fast-check';
import { describe } from 'vitest';
import { openaiChat } from './openai-chat.ts';
import type { JsonObject, ModelCall, NeutralDelta, NeutralReply } from './types.ts';

const chatUrl = new URL('http://gateway.test/v1/chat/completions');

export function chatCall(fields: JsonObject = {}): ModelCall {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields };
  return openaiChat.readCall(body, 'chat', chatUrl);
}

export function newContext(): Context {
  return createContext(new Request(chatUrl, { method: 'POST', body: '{}' }));
}

/** A chunk of one choice. */
export function chunk(
  delta: JsonObject,
  finish: string | null = null,
  rest: JsonObject & { choice?: number } = {},
): JsonObject {
  const { choice = 0, ...fields } = rest;
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: choice, delta, finish_reason: finish }],
    ...fields,
  };
}

export const usageChunk: JsonObject = {
  ...chunk({}),
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
};

/** A stream of these chunks, framed, with the end marker unless told otherwise. */
export function frames(chunks: readonly JsonObject[], done = true): string {
  const text = chunks.map((item) => `data: ${JSON.stringify(item)}\n\n`).join('');
  return done ? `${text}data: [DONE]\n\n` : text;
}

export function eventsOf(stream: string | Uint8Array): SseEvent[] {
  const bytes = typeof stream === 'string' ? new TextEncoder().encode(stream) : stream;
  const decoder = createSseDecoder();
  return decoder.push(bytes);
}

export function streamReply(stream: string): Response {
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

export function jsonReply(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

/** The JSON of a stream's events, without the end marker. */
export function chunksOf(stream: string | Uint8Array): JsonObject[] {
  return eventsOf(stream)
    .filter((event) => event.data !== '[DONE]')
    .map((event) => event.json() as JsonObject);
}

export function deltasOf(
  stream: string | Uint8Array,
  call: ModelCall = chatCall(),
): NeutralDelta[] {
  const decoder = call.dialect.createDecoder(call);
  return eventsOf(stream).flatMap((event) => [...decoder.push(event)]);
}

/** What a reply says, however it was told. */
export interface Told {
  id?: string;
  model?: string;
  choices: {
    text: string;
    reasoning: string;
    refusal: string;
    toolCalls: { id: string; name: string; arguments: string }[];
    finish: NeutralReply['choices'][number]['finish'];
  }[];
  usage?: NeutralReply['usage'];
  error?: NeutralReply['error'];
}

/** The reply that deltas tell, to compare with {@link toldBy} a reply that was read whole. */
export function replyOf(deltas: readonly NeutralDelta[]): Told {
  const choices: Told['choices'] = [];
  const reply: Told = { choices };
  const at = (index: number): Told['choices'][number] =>
    (choices[index] ??= { text: '', reasoning: '', refusal: '', toolCalls: [], finish: undefined });
  for (const delta of deltas) {
    if (delta.type === 'start') {
      if (delta.id !== undefined) reply.id = delta.id;
      if (delta.model !== undefined) reply.model = delta.model;
    } else if (delta.type === 'usage') reply.usage = delta.usage;
    else if (delta.type === 'error') reply.error = delta.error;
    else if (delta.type === 'finish') at(delta.choice).finish = delta.reason;
    else if (delta.type === 'tool-call') {
      const calls = at(delta.choice).toolCalls;
      const call = (calls[delta.index] ??= { id: '', name: '', arguments: '' });
      call.id ||= delta.id ?? '';
      call.name ||= delta.name ?? '';
      call.arguments += delta.arguments;
    } else if ('text' in delta) at(delta.choice)[delta.type] += delta.text;
  }
  return reply;
}

export function toldBy(reply: NeutralReply): Told {
  const { id, model, usage, error } = reply;
  return {
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    choices: reply.choices.map(({ text, reasoning, refusal, toolCalls, finish }) => ({
      text,
      reasoning,
      refusal,
      toolCalls: toolCalls.map((call) => ({
        id: call.id,
        name: call.name,
        arguments: call.arguments,
      })),
      finish,
    })),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  };
}

export function frame(fields: { data: string; event?: string }): string {
  return new TextDecoder().decode(encodeSse(fields));
}

const dataFolder = new URL('../../../../../shared/data/', import.meta.url);

export function dataPath(name: string): string {
  return fileURLToPath(new URL(name, dataFolder));
}

/**
 * Tests against the shared data. Without the data they are skipped with one line that says so,
 * unless WINTERGATE_REQUIRE=all is set: then they run, and fail.
 */
export function describeData(title: string, name: string, tests: () => void): void {
  const there = existsSync(dataPath(name));
  if (there || process.env['WINTERGATE_REQUIRE'] === 'all') {
    describe(title, tests);
  } else {
    console.info(`Skipped "${title}": no ${name} in the shared data`);
    describe.skip(title, () => {});
  }
}

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

/** The pieces of JSON text that a model would call a function with. */
function argumentPieces(args: readonly string[]): string[] {
  return args
    .map((text, at) => `${at === 0 ? '[' : ','}${JSON.stringify(text)}`)
    .concat(args.length > 0 ? ']' : []);
}

/** A random reply as a well-formed stream: choices interleaved. */
export const randomStream = fc.array(choiceReply, { minLength: 1, maxLength: 3 }).map((choices) => {
  const queues = choices.map(({ text, reasoning, calls }, choice) => [
    chunk({ role: 'assistant', content: '' }, null, { choice }),
    ...reasoning.map((part) => chunk({ reasoning_content: part }, null, { choice })),
    ...text.map((part) => chunk({ content: part }, null, { choice })),
    ...calls.flatMap(({ id, name, args }, index) => [
      chunk(piece({ index, id, type: 'function' }, '', name), null, { choice }),
      ...argumentPieces(args).map((part) => chunk(piece({ index }, part), null, { choice })),
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
    toolCalls: calls.map(({ id, name, args }) => ({
      id,
      name,
      arguments: argumentPieces(args).join(''),
    })),
    finish: calls.length > 0 ? 'tool-calls' : 'stop',
  }));
  return { stream: frames([...merged, usageChunk]), said };
});
