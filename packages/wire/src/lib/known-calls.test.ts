import { createContext, type GatewayEvent, rewrite } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callNotes } from './call-notes.ts';
import { CallBytes, KnownCalls } from './known-calls.ts';
import { openaiChat } from './openai-chat.ts';
import { readCall } from './read-call.ts';
import type { ModelCall } from './types.ts';

const url = 'http://gateway.test/v1/chat/completions';
const given = (text: string, at = url): CallBytes =>
  new CallBytes(new TextEncoder().encode(text), at);
const body = (content: string): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });
const read = (text: string): ModelCall =>
  openaiChat.readCall(JSON.parse(text), 'chat', new URL(url));

function known(...texts: string[]): KnownCalls {
  const calls = new KnownCalls();
  for (const text of texts) calls.add(given(text), read(text));
  return calls;
}

const mostBytes = 16 * 1024 * 1024;

describe('calls that came before', () => {
  it('are known from the second time on', () => {
    const text = body('Hi');
    expect(known(text).find(given(text))).toBeUndefined();
    const found = known(text, text).find(given(text));
    expect(found?.messages).toEqual(read(text).messages);
    expect(found && callNotes(found)).toBeDefined();
    expect(callNotes(read(text))).toBeUndefined();
  });

  it('are those of the same address', () => {
    const text = body('Hi');
    expect(known(text, text).find(given(text, `${url}?api-version=1`))).toBeUndefined();
  });

  it('are kept as they were, whatever becomes of the bytes', () => {
    const calls = known(body('Hi'));
    const hi = given(body('Hi'));
    calls.add(hi, read(body('Hi')));
    hi.bytes.fill(32);
    expect(calls.find(given(body('Hi')))).toBeDefined();
    expect(calls.find(new CallBytes(hi.bytes, url))).toBeUndefined();
  });

  it('are found wherever in a larger buffer they stand', () => {
    const text = body('Hi, one and all');
    const calls = known(text, text);
    for (let at = 0; at < 8; at++) {
      const buffer = new Uint8Array(text.length + at + 3);
      buffer.set(given(text).bytes, at);
      expect(calls.find(new CallBytes(buffer.subarray(at, at + text.length), url))).toBeDefined();
    }
  });

  it('take 16 MiB at most, none of them being over 64 KiB', () => {
    const calls = new KnownCalls();
    const add = (text: string): void => calls.add(given(text), read(text));
    for (let number = 0; number < 200; number++) {
      const text = body(`${number}${'x'.repeat(60_000)}`);
      add(text);
      add(text);
      expect(calls.bytes).toBeLessThanOrEqual(mostBytes);
    }
    expect(calls.bytes).toBeGreaterThan(mostBytes / 2);
    const large = body('x'.repeat(70_000));
    add(large);
    add(large);
    expect(calls.find(given(large))).toBeUndefined();
  });

  it('take no more with what is noted of them', () => {
    const calls = new KnownCalls();
    const texts = Array.from({ length: 900 }, (_, number) => body(`${number}`));
    for (const text of [...texts, ...texts]) calls.add(given(text), read(text));
    for (const [at, text] of texts.entries()) {
      const found = calls.find(given(text));
      if (found !== undefined) callNotes(found)?.set({}, at, 64_000);
      expect(calls.bytes).toBeLessThanOrEqual(mostBytes);
    }
    expect(calls.bytes).toBeGreaterThan(mostBytes / 2);
  });

  it('are dropped with their notes, which who still has the call may go on writing', () => {
    const text = body('Hi');
    const calls = known(text, text);
    const dropped = calls.find(given(text)) as ModelCall;
    callNotes(dropped)?.set({}, 'large', mostBytes);
    expect(calls.find(given(text))).toBeUndefined();
    expect(calls.bytes).toBe(0);
    callNotes(dropped)?.set({}, 'late', 100);
    expect(calls.bytes).toBe(0);
  });

  it('are never taken for others', () => {
    const letters = fc.stringMatching(/^[ab]{0,40}$/);
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 30 }), (contents) => {
        const calls = new KnownCalls();
        for (const text of [...contents, ...contents].map(body)) {
          const found = calls.find(given(text));
          if (found !== undefined) expect(found.body).toEqual(JSON.parse(text));
          calls.add(given(text), read(text));
        }
      }),
    );
  });
});

describe('readCall() of one that came before', () => {
  const post = (text: string, headers: Record<string, string> = {}): Request =>
    new Request(url, { method: 'POST', headers, body: text });

  async function readOnce(text: string): Promise<{ call: unknown; told: GatewayEvent[] }> {
    const request = post(text, { 'content-type': 'application/json' });
    const context = createContext(request);
    const told: GatewayEvent[] = [];
    context.subscribe((event) => told.push(event));
    return { call: await readCall(request, context), told };
  }

  it('gives the same call, and tells of it as of the first', async () => {
    const text = body('once more');
    const [first, second, third] = [
      await readOnce(text),
      await readOnce(text),
      await readOnce(text),
    ];
    expect(second.call).not.toBe(first.call);
    expect(third.call).toBe(second.call);
    const facts = ({ told }: typeof first) =>
      told.map((event) => ({ ...event, time: 0, requestId: '' }));
    expect(facts(third)).toEqual(facts(first));
    expect(facts(third)).toHaveLength(1);
  });

  it('gives what nobody can change, from the first time on', async () => {
    const text = body('hands off');
    for (let time = 0; time < 3; time++) {
      const { call } = await readOnce(text);
      const messages = (call as ModelCall).body['messages'] as { content: string }[];
      expect(() => {
        messages[0]!.content = 'Bye';
      }).toThrow(TypeError);
      expect(() => messages.push()).toThrow(TypeError);
    }
  });

  it('gives it to requests with other headers, too, and its body to who asks for JSON', async () => {
    const text = body('with other headers');
    for (let time = 0; time < 2; time++) await readOnce(text);
    const request = post(text, { 'content-type': 'application/json' });
    const context = createContext(request);
    const call = await readCall(request, context);
    const derived = rewrite(request, { headers: { 'x-a': '1' } }, context);
    expect(await readCall(derived, context)).toBe(call);
    expect(await context.json(derived)).toBe(call?.body);
    expect(await context.text(request)).toBe(text);
  });

  it('refuses each time what it refused', async () => {
    const twice = '{"model":"m","model":"n","messages":[{"role":"user","content":"Hi"}]}';
    const none = '{"model":"m","messages":"x"}';
    for (let time = 0; time < 4; time++) {
      await expect(readOnce(twice)).rejects.toThrow(/'model' once/);
      await expect(readOnce(none)).rejects.toThrow(/messages/);
    }
    const text = body('a form');
    for (let time = 0; time < 3; time++) await readOnce(text);
    const form = post(text, { 'content-type': 'multipart/form-data' });
    await expect(readCall(form, createContext(form))).rejects.toThrow(/application\/json/);
  });
});
