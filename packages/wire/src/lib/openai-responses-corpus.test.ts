import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createSseDecoder, type SseEvent } from '@wintergate/core';
import { expect, it } from 'vitest';
import { openaiResponses } from './openai-responses.ts';
import { textSlots } from './openai-responses-slots.ts';
import { dataPath, describeData, eventsOf, replyOf, type Told, toldBy } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

interface Recording {
  readonly name: string;
  readonly request: { readonly url: string; readonly body: JsonObject };
  readonly response: { readonly status: number; readonly body: unknown };
}

const recordingsFolder = 'conformance/pydantic-ai-recordings/';
const fixturesFolder = 'conformance/vercel-ai-fixtures/';
const url = new URL('http://gateway.test/v1/responses');

function filesOf(folder: string, kind: RegExp): { name: string; text: string }[] {
  return readdirSync(dataPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => kind.test(name) && statSync(dataPath(folder + name)).isFile())
    .map((name) => ({ name, text: readFileSync(dataPath(folder + name), 'utf8') }));
}

function recordings(kind: RegExp): Recording[] {
  return filesOf(recordingsFolder, kind)
    .map(({ name, text }): Recording => ({ ...JSON.parse(text), name }))
    .filter(({ request }) => typeof request.body === 'object');
}

function callOf(stream: boolean): ModelCall {
  return openaiResponses.readCall({ model: 'm', input: 'Hi', stream }, 'chat', url);
}

function decode(text: string): NeutralDelta[] {
  const decoder = openaiResponses.createDecoder(callOf(true));
  return eventsOf(text).flatMap((event) => [...decoder.push(event)]);
}

function streams(): { name: string; text: string; reply: Told }[] {
  return [
    ...recordings(/\/responses\.sse\.\d/).map(({ name, response }) => ({
      name,
      text: response.body as string,
    })),
    ...filesOf(fixturesFolder, /\.chunks\.txt$/)
      .filter(({ text }) => text.includes('"response.created"'))
      // Edited by hand: one is no JSON, the other's end does not say what its pieces do.
      .filter(({ name }) => !/parallel-tool-call-wrapper|openai-shell-container\.1/.test(name))
      .map(({ name, text }) => ({
        name,
        text: firstOf(text)
          .map((line) => `event: ${typeOf(line)}\ndata: ${line}\n\n`)
          .join(''),
      })),
  ].map((one) => ({ ...one, reply: replyOf(decode(one.text)) }));
}

/** The lines of the first answer: some files hold a whole conversation. */
function firstOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, lines.findIndex((line) => typeOf(line) === 'response.completed') + 1);
}

function typeOf(line: string): string {
  return String((JSON.parse(line) as JsonObject)['type']);
}

function bodies(): { name: string; body: JsonObject }[] {
  return [
    ...recordings(/\/responses\.json\.\d/).map(({ name, response }) => ({
      name,
      body: response.body as JsonObject,
    })),
    ...filesOf(fixturesFolder, /\.json$/).map(({ name, text }) => ({
      name,
      body: JSON.parse(text) as JsonObject,
    })),
  ].filter(({ body }) => body['object'] === 'response' && body['status'] !== 'queued');
}

function assemble(events: readonly SseEvent[]): JsonObject | undefined {
  const assembler = openaiResponses.createAssembler(callOf(true));
  for (const event of events) assembler.push(event);
  return assembler.result();
}

/** Summaries of reasoning that come in parts are told with a space between them in streams alone. */
function said({ choices, usage }: Told): unknown {
  return { choices, usage };
}

describeData('recorded calls of the Responses API', recordingsFolder, () => {
  it('are read in full', () => {
    const all = recordings(/\/responses\.(json|sse)\.\d/);
    expect(all.length).toBeGreaterThan(20);
    for (const { name, request } of all) {
      const call = openaiResponses.readCall(request.body, 'chat', url);
      expect(call.messages.length, name).toBeGreaterThan(0);
      for (const part of call.messages.flatMap(({ parts }) => parts)) {
        if (part.type === 'unknown')
          expect((part.raw as JsonObject)['type'], name).toMatch(/_call$|_output$/);
      }
    }
  });

  it('survive an edit of every segment', () => {
    for (const { name, request } of recordings(/\/responses\.(json|sse)\.\d/)) {
      const call = openaiResponses.readCall(request.body, 'chat', url);
      const segments = openaiResponses.segments(call);
      expect(segments.length, name).toBeGreaterThan(0);
      const same = new Map(segments.map(({ path, text }) => [path, text]));
      expect(openaiResponses.writeSegments(call, same), name).toEqual(call.body);
      const marked = new Map(segments.map(({ path, text }) => [path, `${text}¶`]));
      const edited = openaiResponses.writeSegments(call, marked);
      const again = openaiResponses.segments(openaiResponses.readCall(edited, 'chat', url));
      expect(
        again.map(({ text }) => text),
        name,
      ).toEqual([...marked.values()]);
    }
  });
});

describeData('recorded responses', fixturesFolder, () => {
  it('are read and written as they were', () => {
    const all = bodies();
    expect(all.length).toBeGreaterThan(25);
    for (const { name, body } of all) {
      const reply = openaiResponses.readReply(body, callOf(false));
      expect(reply.error, name).toBeUndefined();
      expect(reply.choices[0]?.finish, name).toBeDefined();
      expect(openaiResponses.writeReply(reply, callOf(false)), name).toEqual(body);
    }
  });

  it('replay as streams of the same, and assemble into what they were', () => {
    for (const { name, body } of bodies()) {
      const bytes = openaiResponses.replay(body, callOf(true));
      expect(assemble(eventsOf(bytes)), name).toEqual(body);
      const reply = toldBy(openaiResponses.readReply(body, callOf(false)));
      expect(replyOf(decode(new TextDecoder().decode(bytes))), name).toEqual(reply);
    }
  });

  it('keep everything but the text that a filter changes', () => {
    for (const { name, body } of bodies()) {
      const pieces = openaiResponses.replyText(body);
      const same = new Map(pieces.map(({ channel, text }) => [channel.id, text]));
      expect(openaiResponses.writeReplyText(body, same), name).toEqual(body);
      const marked = openaiResponses.writeReplyText(
        body,
        new Map(pieces.map(({ channel, text }) => [channel.id, `${text}§`])),
      );
      expect(
        openaiResponses.replyText(marked).map(({ text }) => text),
        name,
      ).toEqual(pieces.map(({ text }) => `${text}§`));
      const blocked = openaiResponses.writeReplyText(body, new Map(), true);
      expect(openaiResponses.replyText(blocked), name).toEqual([]);
      expect(blocked['status'], name).toBe('incomplete');
    }
  });
});

describeData('recorded streams of the Responses API', fixturesFolder, () => {
  it('are complete, and assemble into the reply that their deltas tell', () => {
    const all = streams();
    expect(all.length).toBeGreaterThan(25);
    for (const { name, text, reply } of all) {
      const decoder = openaiResponses.createDecoder(callOf(true));
      for (const event of eventsOf(text)) decoder.push(event);
      expect(decoder.complete, name).toBe(true);
      const body = assemble(eventsOf(text));
      if (body === undefined) throw new Error(`Expected ${name} whole`);
      expect(said(toldBy(openaiResponses.readReply(body, callOf(false)))), name).toEqual(
        said(reply),
      );
    }
  });

  it('say the same about their end when only the ending is decoded', () => {
    for (const { name, text } of streams()) {
      const decoder = openaiResponses.createDecoder(callOf(true), { only: 'ending' });
      const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
      expect(decoder.complete, name).toBe(true);
      expect(deltas, name).toEqual(decode(text).slice(-deltas.length));
      const noNames = text.replace(/^event:.*\n/gm, '');
      const again = openaiResponses.createDecoder(callOf(true), { only: 'ending' });
      expect(
        eventsOf(noNames).flatMap((event) => [...again.push(event)]),
        name,
      ).toEqual(deltas);
    }
  });

  it('are never complete when cut before their end', () => {
    for (const { name, text } of streams()) {
      const events = eventsOf(text).filter(({ data }) => data !== '[DONE]');
      const decoder = openaiResponses.createDecoder(callOf(true));
      for (const event of events.slice(0, -1)) decoder.push(event);
      expect(decoder.complete, name).toBe(false);
      expect(assemble(events.slice(0, -1)), name).toBeUndefined();
    }
  });

  it('are written anew with the same meaning', () => {
    for (const { name, text, reply } of streams()) {
      const writer = openaiResponses.createWriter(callOf(true));
      const events = [...decode(text).flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
      const decoder = openaiResponses.createDecoder(callOf(true));
      const again = replyOf(events.flatMap((event) => [...decoder.push(event)]));
      expect(decoder.complete, name).toBe(true);
      expect(again.choices, name).toEqual(reply.choices);
    }
  });

  it('leave an editor that changes nothing, and one that changes all changed everywhere', () => {
    for (const { name, text, reply } of streams()) {
      const same = openaiResponses.createEditor(callOf(true));
      const change = openaiResponses.createEditor(callOf(true));
      const changed = eventsOf(text).map((event) => {
        same.read(event);
        expect(same.write(event, new Map()), name).toBe(event);
        const edits = change
          .read(event)
          .pieces.map(({ channel, text: piece }): [string, string] => [channel.id, `${piece}§`]);
        return change.write(event, new Map(edits));
      });
      const decoder = openaiResponses.createDecoder(callOf(true));
      const marked = replyOf(changed.flatMap((event) => [...decoder.push(event)])).choices[0];
      const before = reply.choices[0];
      expect(marked?.text.replaceAll('§', ''), name).toBe(before?.text);
      expect(marked?.text.includes('§'), name).toBe(before?.text !== '');
      expect(marked?.reasoning.replaceAll('§', ''), name).toBe(before?.reasoning);
      const body = assemble(changed) as JsonObject;
      expect(said(toldBy(openaiResponses.readReply(body, callOf(false)))), name).toMatchObject({
        choices: [marked],
      });
      // Whole items and the last response say what the pieces said.
      for (const item of (body['output'] as JsonObject[]) ?? [])
        for (const slot of textSlots(item))
          if (slot.text !== '') expect(slot.text, name).toContain('§');
    }
  });

  it('give the same when split anywhere', () => {
    for (const { name, text } of streams()) {
      const sse = createSseDecoder();
      const events: SseEvent[] = [];
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += 17)
        events.push(...sse.push(bytes.subarray(at, at + 17)));
      expect(assemble(events), name).toEqual(assemble(eventsOf(text)));
    }
  });
});
