import { readdirSync, readFileSync } from 'node:fs';
import { createSseDecoder, type SseEvent } from '@wintergate/core';
import { expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { dataPath, describeData, eventsOf, replyOf, type Told, toldBy } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

interface Recording {
  readonly name: string;
  readonly request: { readonly url: string; readonly body: JsonObject };
  readonly response: { readonly status: number; readonly body: unknown };
}

const recordingsFolder = 'conformance/pydantic-ai-recordings/anthropic/';
const fixturesFolder = 'conformance/vercel-ai-fixtures/anthropic/';
const url = new URL('http://gateway.test/v1/messages');

function recordings(kind: RegExp): Recording[] {
  return readdirSync(dataPath(recordingsFolder))
    .filter((name) => kind.test(name))
    .map((name) => ({
      ...JSON.parse(readFileSync(dataPath(recordingsFolder + name), 'utf8')),
      name,
    }))
    .filter(({ request }) => !request.url.includes('count_tokens'));
}

function fixtures(kind: RegExp): { name: string; text: string }[] {
  return readdirSync(dataPath(fixturesFolder))
    .filter((name) => kind.test(name))
    .map((name) => ({ name, text: readFileSync(dataPath(fixturesFolder + name), 'utf8') }));
}

function callOf(stream: boolean): ModelCall {
  const messages = [{ role: 'user', content: 'Hi' }];
  const body = { model: 'm', max_tokens: 9, messages, stream };
  return anthropicMessages.readCall(body, 'chat', url);
}

/** Streams that end well; the others fail in every form. */
function streams(): { name: string; text: string; reply: Told }[] {
  return [
    ...recordings(/\.sse\./).map(({ name, response }) => ({ name, text: response.body as string })),
    ...fixtures(/\.chunks\.txt$/).map(({ name, text }) => ({
      name,
      text: text
        .trim()
        .split('\n')
        .map((line) => `event: ${(JSON.parse(line) as JsonObject)['type']}\ndata: ${line}\n\n`)
        .join(''),
    })),
  ]
    .map((one) => ({ ...one, reply: replyOf(decode(one.text)) }))
    .filter(({ reply }) => reply.error === undefined);
}

function bodies(): { name: string; body: JsonObject }[] {
  return [
    ...recordings(/messages\.json\.\d/).map(({ name, response }) => ({
      name,
      body: response.body as JsonObject,
    })),
    ...fixtures(/\.json$/).map(({ name, text }) => ({
      name,
      body: JSON.parse(text) as JsonObject,
    })),
  ];
}

function decode(text: string): NeutralDelta[] {
  const decoder = anthropicMessages.createDecoder(callOf(true));
  return eventsOf(text).flatMap((event) => [...decoder.push(event)]);
}

function assemble(events: readonly SseEvent[]): JsonObject | undefined {
  const assembler = anthropicMessages.createAssembler(callOf(true));
  for (const event of events) assembler.push(event);
  return assembler.result();
}

/** Arguments are told as the provider wrote them, or as an object's text: compared as values. */
function plain(told: Told): unknown {
  const { choices, ...rest } = told;
  return {
    ...rest,
    choices: choices.map(({ toolCalls, ...choice }) => ({
      ...choice,
      toolCalls: toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) })),
    })),
  };
}

describeData('recorded calls of the Messages API', recordingsFolder, () => {
  it('are read in full, each block known or one of Anthropic’s own', () => {
    const all = recordings(/messages\.(json|sse)/);
    expect(all.length).toBeGreaterThan(15);
    for (const { name, request } of all) {
      const call = anthropicMessages.readCall(request.body, 'chat', url);
      expect(call.model, name).toMatch(/^(?:claude-|does-not-exist)/);
      expect(call.messages.length, name).toBeGreaterThan(0);
      expect(call.stream, name).toBe(request.body['stream'] === true);
      for (const part of call.messages.flatMap(({ parts }) => parts)) {
        if (part.type === 'unknown')
          expect((part.raw as JsonObject)['type'], name).toMatch(
            /server_tool_use|_tool_result|mcp|compaction/,
          );
      }
    }
  });

  it('survive an edit of every segment', () => {
    for (const { name, request } of recordings(/messages\.(json|sse)/)) {
      const call = anthropicMessages.readCall(request.body, 'chat', url);
      const segments = anthropicMessages.segments(call);
      expect(segments.length, name).toBeGreaterThan(0);
      const same = new Map(segments.map(({ path, text }) => [path, text]));
      expect(anthropicMessages.writeSegments(call, same), name).toEqual(call.body);
      const marked = new Map(segments.map(({ path, text }) => [path, `${text}¶`]));
      const edited = anthropicMessages.writeSegments(call, marked);
      const again = anthropicMessages.segments(anthropicMessages.readCall(edited, 'chat', url));
      expect(
        again.map(({ text }) => text),
        name,
      ).toEqual([...marked.values()]);
    }
  });
});

describeData('recorded replies of the Messages API', fixturesFolder, () => {
  it('are read and written as they were', () => {
    const all = bodies();
    expect(all.length).toBeGreaterThan(20);
    for (const { name, body } of all) {
      const call = callOf(false);
      const reply = anthropicMessages.readReply(body, call);
      expect(anthropicMessages.writeReply(reply, call), name).toEqual(body);
    }
  });

  it('replay as streams of the same, and assemble into what they were', () => {
    for (const { name, body } of bodies()) {
      const bytes = anthropicMessages.replay(body, callOf(true));
      const again = assemble(eventsOf(bytes));
      expect(again, name).toMatchObject(body);
      const reply = toldBy(anthropicMessages.readReply(body, callOf(false)));
      expect(replyOf(decode(new TextDecoder().decode(bytes))), name).toEqual(reply);
    }
  });

  it('keep everything but the text that a filter changes', () => {
    for (const { name, body } of bodies()) {
      const pieces = anthropicMessages.replyText(body);
      const same = new Map(pieces.map(({ channel, text }) => [channel.id, text]));
      expect(anthropicMessages.writeReplyText(body, same), name).toEqual(body);
      const mark = ({ channel, text }: (typeof pieces)[number]): [string, string] => [
        channel.id,
        channel.kind === 'tool-arguments' ? '{"§":1}' : `${text}§`,
      ];
      const marked = anthropicMessages.writeReplyText(body, new Map(pieces.map(mark)));
      expect(
        anthropicMessages.replyText(marked).map(({ text }) => text),
        name,
      ).toEqual(pieces.map((one) => mark(one)[1]));
      const blocked = anthropicMessages.writeReplyText(body, new Map(), true);
      expect(anthropicMessages.replyText(blocked), name).toEqual([]);
      expect(blocked['stop_reason'], name).toBe('refusal');
    }
  });
});

describeData('recorded streams of the Messages API', fixturesFolder, () => {
  it('assemble into the reply that their deltas tell, and replay as it', () => {
    const all = streams();
    expect(all.length).toBeGreaterThan(20);
    for (const { name, text, reply } of all) {
      const body = assemble(eventsOf(text));
      if (body === undefined) throw new Error(`Expected ${name} whole`);
      expect(plain(toldBy(anthropicMessages.readReply(body, callOf(false)))), name).toEqual(
        plain(reply),
      );
      expect(assemble(eventsOf(anthropicMessages.replay(body, callOf(true)))), name).toEqual(body);
    }
  });

  it('are never complete when cut before their end', () => {
    for (const { name, text } of streams()) {
      const events = eventsOf(text);
      const last = events.findIndex(({ data }) => data.includes('"message_stop"'));
      const decoder = anthropicMessages.createDecoder(callOf(true));
      for (const event of events.slice(0, last)) decoder.push(event);
      expect(decoder.complete, name).toBe(false);
      expect(assemble(events.slice(0, last)), name).toBeUndefined();
    }
  });

  it('say the same about their end when only the ending is decoded', () => {
    for (const { name, text } of streams()) {
      const decoder = anthropicMessages.createDecoder(callOf(true), { only: 'ending' });
      const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
      expect(decoder.complete, name).toBe(true);
      const ending = ['finish', 'usage', 'done'];
      const told = (all: readonly NeutralDelta[]) =>
        all.filter(({ type }) => ending.includes(type));
      expect(told(deltas), name).toEqual(told(decode(text)));
    }
  });

  it('are written anew with the same meaning', () => {
    for (const { name, text, reply } of streams()) {
      const writer = anthropicMessages.createWriter(callOf(true));
      const events = [...decode(text).flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
      const decoder = anthropicMessages.createDecoder(callOf(true));
      const again = replyOf(events.flatMap((event) => [...decoder.push(event)]));
      expect(decoder.complete, name).toBe(true);
      const { finish, ...said } = reply.choices[0] as Told['choices'][number];
      expect(again.choices[0], name).toMatchObject({
        ...said,
        finish: finish === 'other' ? 'stop' : finish,
      });
      expect(again.usage?.inputTokens, name).toBe(reply.usage?.inputTokens);
      expect(again.usage?.outputTokens, name).toBe(reply.usage?.outputTokens);
    }
  });

  it('leave an editor that changes nothing, and one that changes all changed', () => {
    for (const { name, text, reply } of streams()) {
      const same = anthropicMessages.createEditor(callOf(true));
      const change = anthropicMessages.createEditor(callOf(true));
      const changed = eventsOf(text).map((event) => {
        same.read(event);
        expect(same.write(event, new Map()), name).toBe(event);
        const edits = change
          .read(event)
          .pieces.map(({ channel, text: piece }): [string, string] => [
            channel.id,
            channel.kind === 'tool-arguments' ? piece : `${piece}§`,
          ]);
        return change.write(event, new Map(edits));
      });
      const decoder = anthropicMessages.createDecoder(callOf(true));
      const marked = replyOf(changed.flatMap((event) => [...decoder.push(event)])).choices[0];
      const before = reply.choices[0];
      expect(marked?.text.replaceAll('§', ''), name).toBe(before?.text);
      expect(marked?.text.includes('§'), name).toBe(before?.text !== '');
      expect(marked?.reasoning.replaceAll('§', ''), name).toBe(before?.reasoning);
      expect(marked?.toolCalls, name).toEqual(before?.toolCalls);
    }
  });

  it('give the same when split anywhere', () => {
    for (const { name, text } of streams()) {
      const sse = createSseDecoder();
      const events: SseEvent[] = [];
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += 13)
        events.push(...sse.push(bytes.subarray(at, at + 13)));
      expect(assemble(events), name).toEqual(assemble(eventsOf(text)));
    }
  });
});
