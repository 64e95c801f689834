import { readdirSync, readFileSync } from 'node:fs';
import type { SseEvent } from '@wintergate/core';
import { expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { alone, changing } from './event-piece-support.ts';
import { filterReplyText } from './filter-reply-text.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { dataPath, describeData, eventsOf, newContext, streamReply } from './test-support.ts';
import type { Dialect, ModelCall } from './types.ts';

const folder = 'conformance/';
const messages = [{ role: 'user', content: 'x' }];
const dialects: readonly [told: string, Dialect, path: string, fields: object][] = [
  ['chat.completion.chunk', openaiChat, '/v1/chat/completions', { messages }],
  ['response.created', openaiResponses, '/v1/responses', { input: 'x' }],
  ['message_start', anthropicMessages, '/v1/messages', { messages, max_tokens: 9 }],
];

interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly call: ModelCall;
}

function recorded(): Recorded[] {
  return readdirSync(dataPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.sse\.\d+\.json$|\.sse$|\.chunks\.txt$/.test(name))
    .flatMap((name) => {
      const text = streamIn(name, readFileSync(dataPath(folder + name), 'utf8'));
      const found = dialects.find(([told]) => text.includes(told));
      if (found === undefined) return [];
      const [, dialect, path, fields] = found;
      const body = { model: 'm', stream: true, ...fields };
      const call = dialect.readCall(body, 'chat', new URL(`http://localhost${path}`));
      return [{ name, text, call }];
    });
}

function streamIn(name: string, text: string): string {
  if (name.endsWith('.json')) return String(JSON.parse(text).response.body);
  if (name.endsWith('.sse')) return `${text.trimEnd()}\n\n`;
  const lines = text.trim().split('\n');
  return lines.map((line) => `data: ${line}\n\n`).join('');
}

describeData('recorded streams', folder, () => {
  const all = recorded();

  it('consist of pieces for the most part', () => {
    expect(all.length).toBeGreaterThan(90);
    const events = all.flatMap(({ text, call }) =>
      eventsOf(text).map((event) => call.dialect.pieceOf?.(event) !== undefined),
    );
    expect(events.length).toBeGreaterThan(10_000);
    expect(events.filter(Boolean).length / events.length).toBeGreaterThan(0.7);
  });

  it('are decoded and put together as if each event was read in full', () => {
    for (const { name, text, call } of all) {
      const readAll = (events: readonly SseEvent[]): unknown => {
        const decoder = call.dialect.createDecoder(call);
        const assembler = call.dialect.createAssembler(call);
        for (const event of events) assembler.push(event);
        return [events.map((it) => decoder.push(it)), decoder.complete, assembler.result()];
      };
      expect(readAll(eventsOf(text)), name).toEqual(readAll(eventsOf(text).map(alone)));
    }
  });

  it('are filtered as if each event was read in full', async () => {
    for (const { name, text, call } of all) {
      const filter = async (given: string): Promise<unknown> => {
        const seen: string[] = [];
        const reply = filterReplyText(streamReply(given), call, changing(seen), newContext());
        return [(await reply.text()).replaceAll('\r\n', '\n'), seen];
      };
      const lines = text.replaceAll('\r\n', '\n');
      expect(await filter(lines), name).toEqual(await filter(lines.replaceAll('\n', '\r\n')));
    }
  });
});
