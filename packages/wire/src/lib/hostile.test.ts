/** Streams and bodies that no provider would send: nothing that reads them throws, or hangs. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohereChat } from './cohere.ts';
import { deltasOfReply, sampleReplies, writeStream } from './dialect-suite.ts';
import { googleGenerate } from './google-generate.ts';
import { ollamaChat } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import type { TargetDialect } from './target-dialect.ts';
import { chatCall } from './test-support.ts';
import { countWork } from './testing/count-work.ts';
import type { Dialect, JsonObject, JsonValue } from './types.ts';
import { workersAIChat } from './workers-ai.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Far less than one event's text: what is left is what the machine itself keeps. */
const bytesHeldPerEvent = 8;

const call = chatCall({ stream: true });
const reply = sampleReplies['text and parallel tool calls'];
if (reply === undefined) throw new Error('no sample');
const deltas = deltasOfReply(reply);

const written = (dialect: Dialect): JsonObject[] =>
  writeStream(dialect, call, deltas)
    .map((event) => event.json())
    .filter((value): value is JsonObject => typeof value === 'object' && value !== null);

/** Every format that a target may answer in, with events of an answer of its own. */
const formats: readonly (readonly [TargetDialect, JsonObject[]])[] = [
  ...[openaiChat, openaiResponses, openaiCompletions, anthropicMessages, googleGenerate].map(
    (dialect) => [dialect, written(dialect)] as const,
  ),
  [
    bedrockConverse,
    [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hel' } } },
      {
        contentBlockStart: {
          contentBlockIndex: 1,
          start: { toolUse: { toolUseId: 't', name: 'f' } },
        },
      },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{}' } } } },
      { contentBlockStop: { contentBlockIndex: 1 } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } } },
    ],
  ],
  [
    cohereChat,
    [
      { type: 'message-start', id: 'c', delta: { message: { role: 'assistant' } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hel' } } } },
      {
        type: 'tool-call-start',
        index: 0,
        delta: { message: { tool_calls: { id: 't', function: { name: 'f', arguments: '' } } } },
      },
      {
        type: 'tool-call-delta',
        index: 0,
        delta: { message: { tool_calls: { function: { arguments: '{}' } } } },
      },
      {
        type: 'message-end',
        delta: { finish_reason: 'COMPLETE', usage: { tokens: { input_tokens: 1 } } },
      },
    ],
  ],
  [
    ollamaChat,
    [
      { message: { role: 'assistant', content: 'Hel', thinking: 'Hm' }, done: false },
      {
        message: { content: '', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] },
        done: false,
      },
      { message: { content: '' }, done: true, done_reason: 'stop', eval_count: 2 },
    ],
  ],
  [
    workersAIChat,
    [
      { response: 'Hel' },
      { response: '', tool_calls: [{ name: 'f', arguments: { a: 1 } }] },
      { response: '', usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ],
  ],
];

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', -1, 1e308, [], {}, [null], { __proto__: null }, 'constructor'),
) as fc.Arbitrary<JsonValue>;

/** An object with one value somewhere inside replaced, left out, or put under another name. */
function broken(value: JsonValue): fc.Arbitrary<JsonValue> {
  if (typeof value !== 'object' || value === null) return odd;
  const names = Object.keys(value);
  if (names.length === 0) return odd;
  return fc.oneof(
    { weight: 1, arbitrary: odd },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...names).chain((name) =>
        broken((value as JsonObject)[name] ?? null).map((inner): JsonValue => {
          if (Array.isArray(value))
            return value.map((item, at) => (String(at) === name ? inner : item));
          return { ...value, [name]: inner };
        }),
      ),
    },
  );
}

describe.each(formats.map(([dialect, events]) => ({ id: dialect.id, dialect, events })))(
  'hostile $id',
  ({ dialect, events }) => {
    const event = fc
      .constantFrom(...events)
      .chain((one) => fc.oneof(fc.constant(one as JsonValue), broken(one)))
      .map((value) => JSON.stringify(value));
    const name = fc.constantFrom('', 'error', 'message_start', 'response.completed', 'ping');
    const stream = fc.array(
      fc.tuple(fc.oneof({ weight: 9, arbitrary: event }, fc.string()), name),
      {
        maxLength: 12,
      },
    );

    it('is read without a throw, decoded, assembled and edited', () => {
      fc.assert(
        fc.property(stream, fc.constantFrom(undefined, 'ending' as const), (pieces, only) => {
          const decoder = dialect.createDecoder(call, { only });
          const own = 'createAssembler' in dialect ? (dialect as Dialect) : undefined;
          const assembler = own?.createAssembler(call);
          const editor = own?.createEditor(call);
          for (const [data, kind] of pieces) {
            const one = createSseEvent({ data, event: kind });
            decoder.push(one);
            assembler?.push(one);
            const step = editor?.read(one);
            const edits = new Map(step?.pieces.map(({ channel }) => [channel.id, 'x']));
            editor?.write(one, edits);
          }
          assembler?.result();
          editor?.blockedEnding();
          expect(decoder.complete).toBeTypeOf('boolean');
        }),
        { numRuns: 400 },
      );
    });

    it('is read without a throw as a whole answer, and as an error', () => {
      const bodies = events.map((one) => broken(one));
      fc.assert(
        fc.property(fc.oneof(odd, ...bodies), (body) => {
          expect(dialect.readReply(body, call).choices).toBeInstanceOf(Array);
          expect(dialect.readError(500, body).message).toBeTypeOf('string');
        }),
        { numRuns: 300 },
      );
    });

    it.each([
      ['the same places', (text: string) => text],
      // What is remembered by place and id grows as far as it may.
      [
        'ever new places and ids',
        (text: string, at: number) =>
          text
            .replace(/("\w*[iI]ndex":)\d+/g, `$1${at}`)
            .replace(/("(?:id|call_id|item_id|toolUseId)":")/g, `$1${at}`),
      ],
    ])('runs eight times the code for eight times the events, %s', (_name, vary) => {
      const ends = (value: JsonValue): boolean =>
        dialect
          .createDecoder(call)
          .push(createSseEvent({ data: JSON.stringify(value) }))
          .some(({ type }) => type === 'finish' || type === 'done' || type === 'error');
      // What ends the answer is left out: all that follows would be passed over.
      const texts = events.filter((value) => !ends(value)).map((value) => JSON.stringify(value));
      const read = (times: number) => {
        const own = 'createAssembler' in dialect ? (dialect as Dialect) : undefined;
        const [decoder, assembler] = [dialect.createDecoder(call), own?.createAssembler(call)];
        for (let at = 0; at < times; at++) {
          const one = createSseEvent({ data: vary(texts[at % texts.length] ?? '', at) });
          decoder.push(one);
          assembler?.push(one);
        }
        assembler?.result();
      };
      const short = countWork(() => read(500));
      const long = countWork(() => read(4000));
      expect(short).toBeGreaterThan(500 * 5);
      expect(long / short).toBeLessThan(9);
    });

    it('holds no more for more of the same: a hundred thousand events', () => {
      const decoder = dialect.createDecoder(call);
      const one = events.map((value) => createSseEvent({ data: JSON.stringify(value) }));
      const read = (times: number): number => {
        for (let at = 0; at < times; at++) decoder.push(one[at % one.length] as never);
        collectGarbage();
        return process.memoryUsage().heapUsed;
      };
      const before = read(1000);
      expect((read(100_000) - before) / 100_000).toBeLessThan(bytesHeldPerEvent);
    });
  },
);
