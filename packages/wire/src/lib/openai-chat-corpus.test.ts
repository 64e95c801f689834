import { readdirSync, readFileSync } from 'node:fs';
import { createSseDecoder } from '@wintergate/core';
import { expect, it } from 'vitest';
import { openaiChat } from './openai-chat.ts';
import { readChatReply } from './openai-chat-reply.ts';
import { chatCall, dataPath, describeData, eventsOf, replyOf, toldBy } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

interface Recording {
  readonly name: string;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

interface Stream {
  readonly name: string;
  readonly text: string;
}

const recordingsFolder = 'conformance/pydantic-ai-recordings/';
const fixturesFolder = 'conformance/vercel-ai-fixtures/';

function recordings(kind: RegExp): Recording[] {
  return readdirSync(dataPath(recordingsFolder), { recursive: true, encoding: 'utf8' })
    .filter((name) => kind.test(name))
    .map((name) => ({
      ...JSON.parse(readFileSync(dataPath(recordingsFolder + name), 'utf8')),
      name,
    }));
}

/** Fixtures that are OpenAI chat streams: by what is in them, since folders mix formats. */
function fixtureStreams(): Stream[] {
  return readdirSync(dataPath(fixturesFolder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(chunks\.txt|sse)$/.test(name))
    .map((name) => ({ name, text: readFileSync(dataPath(fixturesFolder + name), 'utf8') }))
    .filter(({ text }) => text.includes('chat.completion.chunk'))
    .map(({ name, text }) =>
      name.endsWith('.sse')
        ? { name, text: `${text.trimEnd()}\n\n` }
        : {
            name,
            text: `${text
              .trim()
              .split('\n')
              .map((line) => `data: ${line}\n\n`)
              .join('')}data: [DONE]\n\n`,
          },
    );
}

function allStreams(): Stream[] {
  const recorded = recordings(/chat-completions\.sse/).map(({ name, response }) => ({
    name,
    text: response.body as string,
  }));
  return [...recorded, ...fixtureStreams()];
}

function decode(
  text: string,
  call: ModelCall = chatCall(),
): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = call.dialect.createDecoder(call);
  const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}

describeData('recorded chat completions', recordingsFolder, () => {
  it('are read, requests and bodies alike', () => {
    const all = recordings(/chat-completions\./);
    expect(all.length).toBeGreaterThan(60);
    for (const { name, request, response } of all) {
      const call = openaiChat.readCall(request.body, 'chat', new URL(request.url));
      expect(call.model, name).toBeTypeOf('string');
      expect(call.messages.length + (call.system === '' ? 0 : 1), name).toBeGreaterThan(0);
      const raw = call.messages
        .flatMap(({ parts }) => parts)
        .filter(({ type }) => type === 'unknown');
      expect(raw, name).toEqual([]);
      if (typeof response.body !== 'object') continue;
      const reply = readChatReply(response.body);
      if (response.status !== 200) {
        expect(
          openaiChat.readError(response.status, response.body).message.length,
          name,
        ).toBeGreaterThan(10);
        expect(reply.error, name).toBeDefined();
      } else if (reply.error === undefined) {
        expect(reply.choices.length, name).toBeGreaterThan(0);
        expect(reply.usage?.inputTokens, name).toBeGreaterThan(0);
        for (const choice of reply.choices) expect(choice.finish, name).toBeDefined();
      }
    }
  });

  it('survive an edit of every segment', () => {
    for (const { name, request } of recordings(/chat-completions\./)) {
      const call = openaiChat.readCall(request.body, 'chat', new URL(request.url));
      const segments = openaiChat.segments(call);
      const same = new Map(segments.map(({ path, text }) => [path, text]));
      expect(openaiChat.writeSegments(call, same), name).toEqual(call.body);
      const marked = new Map(segments.map(({ path, text }) => [path, `${text}¶`]));
      const read = openaiChat.readCall(
        openaiChat.writeSegments(call, marked),
        'chat',
        new URL(request.url),
      );
      expect(
        openaiChat.segments(read).map(({ text }) => text),
        name,
      ).toEqual([...marked.values()]);
    }
  });
});

describeData('recorded chat streams', fixturesFolder, () => {
  it('are there', () => {
    expect(allStreams().length).toBeGreaterThan(20);
  });

  it('decode, with every tool call whole, numbered without gaps and finished once', () => {
    for (const { name, text } of allStreams()) {
      const { deltas, complete } = decode(text);
      const errors = deltas.filter(({ type }) => type === 'error');
      expect(complete, name).toBe(errors.length === 0);
      const reply = replyOf(deltas);
      for (const [index, choice] of reply.choices.entries()) {
        const finishes = deltas.filter(
          (delta) => delta.type === 'finish' && delta.choice === index,
        );
        if (complete) expect(finishes, name).toHaveLength(1);
        expect([...choice.toolCalls].includes(undefined as never), name).toBe(false);
        for (const call of choice.toolCalls) {
          expect(call.id, name).not.toBe('');
          expect(call.name, name).not.toBe('');
          if (complete) expect(() => JSON.parse(call.arguments || '{}'), name).not.toThrow();
        }
      }
      const types = deltas.map(({ type }) => type);
      if (complete && types.includes('usage')) {
        expect(types.lastIndexOf('usage'), name).toBeGreaterThan(types.indexOf('finish'));
      }
    }
  });

  it('say the same about their end when only the ending is decoded', () => {
    for (const { name, text } of allStreams()) {
      const all = decode(text);
      const decoder = openaiChat.createDecoder(chatCall(), { only: 'ending' });
      const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
      expect(decoder.complete, name).toBe(all.complete);
      const ending = new Set(['finish', 'usage', 'error', 'done']);
      expect(deltas, name).toEqual(all.deltas.filter(({ type }) => ending.has(type)));
    }
  });

  it('give the same deltas when split into single bytes', () => {
    for (const { name, text } of allStreams().filter((stream) => stream.text.length < 40_000)) {
      const decoder = openaiChat.createDecoder(chatCall());
      const sse = createSseDecoder();
      const deltas: NeutralDelta[] = [];
      for (const byte of new TextEncoder().encode(text)) {
        for (const event of sse.push(Uint8Array.of(byte))) deltas.push(...decoder.push(event));
      }
      expect(deltas, name).toEqual(decode(text).deltas);
    }
  });

  it('are never complete when cut at an event', () => {
    for (const { name, text } of allStreams()) {
      const decoder = openaiChat.createDecoder(chatCall());
      const assembler = openaiChat.createAssembler(chatCall());
      const events = eventsOf(text);
      for (const event of events.slice(0, -1)) {
        decoder.push(event);
        assembler.push(event);
        expect(decoder.complete, name).toBe(false);
      }
      expect(assembler.result(), name).toBeUndefined();
    }
  });

  it('assemble into the reply that their deltas tell, and replay as it', () => {
    for (const { name, text } of allStreams()) {
      const { deltas, complete } = decode(text);
      const assembler = openaiChat.createAssembler(chatCall());
      for (const event of eventsOf(text)) assembler.push(event);
      const body = assembler.result();
      if (!complete || body === undefined) {
        expect(body, name).toBeUndefined();
        continue;
      }
      const reply = replyOf(deltas);
      expect(toldBy(readChatReply(body)), name).toEqual(reply);
      const call = chatCall({ stream: true, stream_options: { include_usage: true } });
      const replayed = new TextDecoder().decode(openaiChat.replay(body, call));
      expect(replyOf(decode(replayed).deltas), name).toEqual(reply);
      const again = openaiChat.createAssembler(call);
      for (const event of eventsOf(replayed)) again.push(event);
      expect(again.result(), name).toEqual(body);
    }
  });

  it('leave an editor that changes nothing as the same events, and one that changes all changed', () => {
    for (const { name, text } of allStreams()) {
      const same = openaiChat.createEditor(chatCall());
      const change = openaiChat.createEditor(chatCall());
      const changed = eventsOf(text).map((event) => {
        same.read(event);
        expect(same.write(event, new Map()), name).toBe(event);
        const { pieces } = change.read(event);
        return change.write(
          event,
          new Map(pieces.map((piece) => [piece.channel.id, `${piece.text}§`])),
        );
      });
      const decoder = openaiChat.createDecoder(chatCall());
      const marked = replyOf(changed.flatMap((event) => [...decoder.push(event)]));
      const plain = replyOf(decode(text).deltas);
      for (const [index, choice] of plain.choices.entries()) {
        expect(marked.choices[index]?.text.replaceAll('§', ''), name).toBe(choice.text);
        expect(marked.choices[index]?.text.includes('§'), name).toBe(choice.text !== '');
        expect(marked.choices[index]?.reasoning.replaceAll('§', ''), name).toBe(choice.reasoning);
        const joined = (call: JsonObject[]): string =>
          call.map((item) => item['arguments']).join('|');
        expect(
          joined((marked.choices[index]?.toolCalls ?? []) as unknown as JsonObject[]).replaceAll(
            '§',
            '',
          ),
          name,
        ).toBe(joined(choice.toolCalls as unknown as JsonObject[]));
      }
    }
  });
});
