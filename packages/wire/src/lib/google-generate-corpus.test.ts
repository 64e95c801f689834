import { readdirSync, readFileSync } from 'node:fs';
import { createSseDecoder } from '@wintergate/core';
import { expect, it } from 'vitest';
import { googleGenerate } from './google-generate.ts';
import { decodeGoogle, streamCall } from './google-generate-test-support.ts';
import { openaiChat } from './openai-chat.ts';
import {
  chatCall,
  dataPath,
  describeData,
  eventsOf,
  replyOf,
  type Told,
  toldBy,
} from './test-support.ts';
import type { Dialect, JsonObject, ModelCall, NeutralDelta, NeutralPart } from './types.ts';

interface GoogleRecording {
  readonly name: string;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

const recordingsFolder = 'conformance/pydantic-ai-recordings/';
const fixturesFolder = 'conformance/vercel-ai-fixtures/';

/** The recorded exchanges of the Gemini API and of Vertex AI whose file's name is like this. */
function googleRecordings(kind: RegExp): GoogleRecording[] {
  return ['google', 'vertex'].flatMap((host) =>
    readdirSync(dataPath(recordingsFolder + host))
      .filter((name) => kind.test(name))
      .map((name) => ({
        ...JSON.parse(readFileSync(dataPath(`${recordingsFolder}${host}/${name}`), 'utf8')),
        name: `${host}/${name}`,
      })),
  );
}

/** All recorded streams, framed. */
function googleStreams(): { name: string; text: string }[] {
  const folder = dataPath(`${fixturesFolder}google`);
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith('.chunks.txt'))
    .map((name) => {
      const lines = readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n');
      return { name, text: lines.map((line) => `data: ${line}\r\n\r\n`).join('') };
    });
  const recorded = googleRecordings(/^streamGenerateContent\.sse/).map(({ name, response }) => ({
    name,
    text: response.body as string,
  }));
  return [...recorded, ...fixtures];
}

/** All recorded replies that are whole. */
function googleBodies(): { name: string; body: JsonObject }[] {
  const folder = dataPath(`${fixturesFolder}google`);
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, body: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) }));
  const recorded = googleRecordings(/^generateContent\.json\.\d/).map(({ name, response }) => ({
    name,
    body: response.body as JsonObject,
  }));
  return [...recorded, ...fixtures];
}

/** Every dialect that a caller may speak, with a call that streams or does not. */
const callers: readonly [Dialect, (stream: boolean) => ModelCall][] = [
  [
    openaiChat,
    (stream) => chatCall(stream ? { stream, stream_options: { include_usage: true } } : {}),
  ],
];

/** Parts that only Google has: hosted tools and code that it runs. */
const hosted = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'];

function said({ choices, usage }: Told): unknown {
  const { cachedInputTokens: _, ...counts } = usage ?? { inputTokens: 0, outputTokens: 0 };
  return { choices, usage: counts };
}

describeData('recorded generateContent exchanges', recordingsFolder, () => {
  it('have requests that are read in full', () => {
    const all = googleRecordings(/generateContent\./i);
    expect(all.length).toBeGreaterThan(25);
    for (const { name, request } of all) {
      const url = new URL(request.url);
      expect(
        googleGenerate.matches({ method: 'POST', path: url.pathname, headers: new Headers() }),
        name,
      ).toBe('chat');
      const call = googleGenerate.readCall(request.body, 'chat', url);
      expect(call.model, name).toMatch(/^gemini-[\w.-]+$/);
      expect(call.stream, name).toBe(name.includes('stream'));
      expect(call.messages.length, name).toBeGreaterThan(0);
      const unknown = call.messages
        .flatMap(({ parts }) => parts)
        .filter((part): part is NeutralPart & { type: 'unknown' } => part.type === 'unknown')
        .filter(({ raw }) => !Object.keys(raw as object).some((key) => hosted.includes(key)));
      expect(unknown, name).toEqual([]);
    }
  });

  it('survive an edit of every segment', () => {
    for (const { name, request } of googleRecordings(/generateContent\./i)) {
      const url = new URL(request.url);
      const call = googleGenerate.readCall(request.body, 'chat', url);
      const segments = googleGenerate.segments(call);
      expect(segments.length, name).toBeGreaterThan(0);
      const same = new Map(segments.map(({ path, text }) => [path, text]));
      expect(googleGenerate.writeSegments(call, same), name).toEqual(call.body);
      const marked = new Map(segments.map(({ path, text }) => [path, `${text}¶`]));
      const edited = googleGenerate.writeSegments(call, marked);
      const read = googleGenerate.readCall(edited, 'chat', url);
      const texts = googleGenerate.segments(read).map(({ text }) => text);
      expect(texts, name).toEqual([...marked.values()]);
    }
  });

  it('have errors that are read', () => {
    const all = googleRecordings(/json404/);
    expect(all.length).toBeGreaterThan(2);
    for (const { name, response } of all) {
      const error = googleGenerate.readError(response.status, response.body);
      expect(error, name).toMatchObject({
        status: 404,
        type: 'not_found_error',
        code: 'NOT_FOUND',
      });
      expect(error.message, name).toContain('is not found');
    }
  });

  it('have replies that are read, and written as they were', () => {
    const all = googleBodies();
    expect(all.length).toBeGreaterThan(20);
    for (const { name, body } of all) {
      const call = streamCall();
      const reply = googleGenerate.readReply(body, call);
      expect(reply.error, name).toBeUndefined();
      expect(reply.choices.length, name).toBe(1);
      expect(reply.choices[0]?.finish, name).toBeDefined();
      expect(reply.usage?.inputTokens, name).toBeGreaterThan(0);
      expect(googleGenerate.writeReply(reply, call), name).toEqual(body);
    }
  });
});

describeData('recorded streamGenerateContent replies', fixturesFolder, () => {
  it('decode whole', () => {
    const all = googleStreams();
    expect(all.length).toBeGreaterThan(12);
    for (const { name, text } of all) {
      const { deltas, complete } = decodeGoogle(text);
      expect(complete, name).toBe(true);
      expect(
        deltas.filter(({ type }) => type === 'finish'),
        name,
      ).toHaveLength(1);
      expect(deltas.at(-1), name).toEqual({ type: 'done' });
      for (const call of replyOf(deltas).choices[0]?.toolCalls ?? []) {
        expect(call.name, name).not.toBe('');
        expect(call.id, name).not.toBe('');
        expect(typeof JSON.parse(call.arguments), name).toBe('object');
      }
    }
  });

  it('say the same about their end when only the ending is decoded', () => {
    for (const { name, text } of googleStreams()) {
      const all = decodeGoogle(text).deltas;
      const decoder = googleGenerate.createDecoder(streamCall(), { only: 'ending' });
      const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
      expect(decoder.complete, name).toBe(true);
      const ending = new Set(['finish', 'usage', 'error', 'done']);
      const last = all.filter(({ type }) => ending.has(type)).slice(-3);
      expect(deltas.slice(-3), name).toEqual(last);
      expect(
        deltas.every(({ type }) => ending.has(type)),
        name,
      ).toBe(true);
    }
  });

  it('give the same deltas when split into single bytes', () => {
    for (const { name, text } of googleStreams().filter((one) => one.text.length < 8000)) {
      const decoder = googleGenerate.createDecoder(streamCall());
      const sse = createSseDecoder();
      const deltas: NeutralDelta[] = [];
      for (const byte of new TextEncoder().encode(text)) {
        for (const event of sse.push(Uint8Array.of(byte))) deltas.push(...decoder.push(event));
      }
      expect(deltas, name).toEqual(decodeGoogle(text).deltas);
    }
  });

  it('are never complete when cut at an event', () => {
    for (const { name, text } of googleStreams()) {
      const decoder = googleGenerate.createDecoder(streamCall());
      const assembler = googleGenerate.createAssembler(streamCall());
      for (const event of eventsOf(text).slice(0, -1)) {
        decoder.push(event);
        assembler.push(event);
        expect(decoder.complete, name).toBe(false);
      }
      expect(assembler.result(), name).toBeUndefined();
    }
  });

  it('assemble into the reply that their deltas tell, and replay as it', () => {
    for (const { name, text } of googleStreams()) {
      const call = streamCall();
      const assembler = googleGenerate.createAssembler(call);
      for (const event of eventsOf(text)) assembler.push(event);
      const body = assembler.result();
      if (body === undefined) throw new Error(`Expected ${name} whole`);
      const reply = replyOf(decodeGoogle(text).deltas);
      expect(toldBy(googleGenerate.readReply(body, call)), name).toEqual(reply);
      const replayed = new TextDecoder().decode(googleGenerate.replay(body, call));
      expect(replyOf(decodeGoogle(replayed).deltas), name).toEqual(reply);
      const again = googleGenerate.createAssembler(call);
      for (const event of eventsOf(replayed)) again.push(event);
      expect(again.result(), name).toEqual(body);
    }
  });

  it('leave an editor that changes nothing, and one that changes all changed', () => {
    for (const { name, text } of googleStreams()) {
      const same = googleGenerate.createEditor(streamCall());
      const change = googleGenerate.createEditor(streamCall());
      const inPieces = text.includes('willContinue');
      const changed = eventsOf(text).map((event) => {
        same.read(event);
        const written = same.write(event, new Map());
        if (!inPieces) expect(written, name).toBe(event);
        const { pieces } = change.read(event);
        const mark = (kind: string, piece: string): string =>
          kind === 'tool-arguments' ? '{"§":1}' : `${piece}§`;
        const edits = pieces.map(({ channel, text: piece }): [string, string] => [
          channel.id,
          mark(channel.kind, piece),
        ]);
        return change.write(event, new Map(edits));
      });
      const decoder = googleGenerate.createDecoder(streamCall());
      const marked = replyOf(changed.flatMap((event) => [...decoder.push(event)])).choices[0];
      const plain = replyOf(decodeGoogle(text).deltas).choices[0];
      expect(marked?.text.replaceAll('§', ''), name).toBe(plain?.text);
      expect(marked?.text.includes('§'), name).toBe(plain?.text !== '');
      expect(marked?.reasoning.replaceAll('§', ''), name).toBe(plain?.reasoning);
      const calls = plain?.toolCalls.map((call) => ({ ...call, arguments: '{"§":1}' }));
      expect(marked?.toolCalls, name).toEqual(calls);
    }
  });
});

for (const [caller, callOf] of callers) {
  describeData(`recorded Google replies for a caller of ${caller.id}`, fixturesFolder, () => {
    it('keep what they say, whole', () => {
      for (const { name, body } of googleBodies()) {
        const call = callOf(false);
        const reply = googleGenerate.readReply(body, call);
        const written = caller.readReply(caller.writeReply(reply, call), call);
        expect(said(toldBy(written)), name).toEqual(said(toldBy(reply)));
      }
    });

    it('keep what they say, as streams', () => {
      for (const { name, text } of googleStreams()) {
        const call = callOf(true);
        const { deltas } = decodeGoogle(text);
        const writer = caller.createWriter(call);
        const events = deltas.flatMap((delta) => [...writer.push(delta)]);
        const decoder = caller.createDecoder(call);
        const told = [...events, ...writer.end()].flatMap((event) => [...decoder.push(event)]);
        expect(decoder.complete, name).toBe(true);
        expect(said(replyOf(told)), name).toEqual(said(replyOf(deltas)));
      }
    });
  });
}
