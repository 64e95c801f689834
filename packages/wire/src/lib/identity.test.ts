import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { chatCall } from './test-support.ts';
import type { JsonObject } from './types.ts';

const exact = (fields: JsonObject): string =>
  canonicalJson(openaiChat.identity(chatCall(fields)).exact);
const user = (content: string): JsonObject => ({ role: 'user', content });
const base: JsonObject = { temperature: 1, messages: [user('Hi')] };

describe('the identity of a chat call', () => {
  it.each<[string, JsonObject]>([
    ['the form of the reply', { stream: true, stream_options: { include_usage: true } }],
    ['whose call it is', { user: 'u', safety_identifier: 's', metadata: { a: 'b' } }],
    ['how it is billed and kept', { service_tier: 'flex', store: true, prompt_cache_key: 'k' }],
    ['cache hints', { prompt_cache_options: { mode: 'explicit' }, prompt_cache_retention: '24h' }],
    ['null fields', { seed: null, tools: null, response_format: null }],
    ['defaults written out', { n: 1, response_format: { type: 'text' } }],
    [
      'content as one text part',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
    ],
    [
      'a cache breakpoint',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }],
          },
        ],
      },
    ],
    ['null fields of a message', { messages: [{ role: 'user', content: 'Hi', name: null }] }],
  ])('does not depend on %s', (_, fields) => {
    expect(exact({ ...base, ...fields })).toBe(exact(base));
  });

  it.each<[string, JsonObject]>([
    ['the model', { model: 'other' }],
    ['the text', { messages: [user('Hi!')] }],
    ['white space', { messages: [user('Hi ')] }],
    ['capitals', { messages: [user('hi')] }],
    ['the role', { messages: [{ role: 'developer', content: 'x' }, user('Hi')] }],
    ['the name', { messages: [{ ...user('Hi'), name: 'n' }] }],
    ['sampling', { temperature: 0.9 }],
    ['the seed', { seed: 1 }],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['the response format', { response_format: { type: 'json_object' } }],
    ['the number of choices', { n: 2 }],
    ['log probabilities', { logprobs: true }],
    ['unknown fields', { documents: ['x'] }],
    ['a false where nothing was', { parallel_tool_calls: false }],
  ])('depends on %s', (_, fields) => {
    expect(exact({ ...base, ...fields })).not.toBe(exact(base));
  });

  it('takes composed and decomposed text for the same, compatibility forms not', () => {
    expect(exact({ messages: [user('e\u0301')] })).toBe(exact({ messages: [user('\u00e9')] }));
    expect(exact({ messages: [user('\ufb01')] })).not.toBe(exact({ messages: [user('fi')] }));
  });

  it('takes one stop sequence and a list of one for the same', () => {
    expect(exact({ stop: 'x' })).toBe(exact({ stop: ['x'] }));
  });

  it('does not change the body', () => {
    const call = chatCall({ messages: [user('e\u0301')], stop: 'x', n: 1, seed: null });
    const before = JSON.stringify(call.body);
    openaiChat.identity(call);
    expect(JSON.stringify(call.body)).toBe(before);
  });

  it('splits off the last user message', () => {
    const earlier = [
      { role: 'system', content: 's' },
      user('a'),
      { role: 'assistant', content: 'b' },
    ];
    const one = openaiChat.identity(chatCall({ messages: [...earlier, user('c')] }));
    const other = openaiChat.identity(chatCall({ messages: [...earlier, user('d')] }));
    expect([one.text, other.text]).toEqual(['c', 'd']);
    expect(one.scope).toEqual(other.scope);
    expect(one.exact).not.toEqual(other.exact);
    const named = openaiChat.identity(
      chatCall({ messages: [...earlier, { ...user('c'), name: 'n' }] }),
    );
    expect(named.scope).not.toEqual(one.scope);
    const elsewhere = openaiChat.identity(chatCall({ messages: [user('x'), user('c')] }));
    expect(elsewhere.scope).not.toEqual(one.scope);
  });

  it('reads the last user message from several text parts', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(openaiChat.identity(chatCall({ messages: [{ role: 'user', content }] })).text).toBe(
      'a\nb',
    );
  });

  it.each<[string, JsonObject[]]>([
    ['an answer comes last', [user('a'), { role: 'assistant', content: 'b' }]],
    ['a tool result comes last', [user('a'), { role: 'tool', tool_call_id: 't', content: 'r' }]],
    [
      'it holds more than text',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: { url: 'x' } },
          ],
        },
      ],
    ],
    [
      'a part of it says more than text',
      [{ role: 'user', content: [{ type: 'text', text: 'a', x: 1 }] }],
    ],
    ['it is empty', [user('')]],
  ])('has no text when %s', (_, messages) => {
    const { exact: whole, scope, text } = openaiChat.identity(chatCall({ messages }));
    expect(text).toBeUndefined();
    expect(scope).toEqual(whole);
  });

  it('keeps a member named __proto__', () => {
    const call = chatCall(JSON.parse('{"__proto__":{"a":1}}'));
    expect(canonicalJson(openaiChat.identity(call).exact)).toContain('"__proto__":{"a":1}');
  });
});

describe('the identity of an embeddings call', () => {
  const url = new URL('http://gateway.test/v1/embeddings');
  const of = (fields: JsonObject): string => {
    const call = openaiEmbeddings.readCall(
      { model: 'm', input: 'x', ...fields },
      'embeddings',
      url,
    );
    return canonicalJson(openaiEmbeddings.identity(call).exact);
  };

  it('depends on everything but the user and the default format', () => {
    expect(of({ user: 'u', encoding_format: 'float' })).toBe(of({}));
    for (const fields of [
      { input: 'y' },
      { input: ['x'] },
      { dimensions: 3 },
      { encoding_format: 'base64' },
    ]) {
      expect(of(fields)).not.toBe(of({}));
    }
  });

  it('has no text: vectors are not interchangeable', () => {
    const call = openaiEmbeddings.readCall({ model: 'm', input: 'x' }, 'embeddings', url);
    expect(openaiEmbeddings.identity(call).text).toBeUndefined();
  });
});
