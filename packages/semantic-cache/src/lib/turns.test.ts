import { openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { describe, expect, it } from 'vitest';
import { createBench } from './fixture.ts';
import type { SemanticOptions } from './options.ts';
import { lastTurns } from './turns.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const system = { role: 'system', content: 'You help.' };
const url = new URL('http://gateway/v1');

const dialects = {
  chat: openaiChat.readCall(
    { model: 'm', messages: [system, user('a'), assistant('b'), user('c')] },
    'chat',
    url,
  ),
  responses: openaiResponses.readCall(
    { model: 'm', input: [user('a'), assistant('b'), user('c')] },
    'chat',
    url,
  ),
  messages: anthropicMessages.readCall(
    { model: 'm', max_tokens: 9, messages: [user('a'), assistant('b'), user('c')] },
    'chat',
    url,
  ),
  google: googleGenerate.readCall(
    {
      contents: [
        { role: 'user', parts: [{ text: 'a' }] },
        { role: 'model', parts: [{ text: 'b' }] },
        { role: 'user', parts: [{ text: 'c' }] },
      ],
    },
    'chat',
    new URL('http://gateway/v1beta/models/m:generateContent'),
  ),
};

describe('lastTurns()', () => {
  it.each(Object.entries(dialects))('takes the turns of a call of %s', (_name, call) => {
    const identity = call.dialect.identity(call);
    const two = lastTurns(identity, 2);
    expect(two).toMatchObject({ text: 'a. b. c', several: true });
    expect(JSON.stringify(two.scope)).not.toMatch(/"(?:a|b|c)"/);
    expect(lastTurns(identity, 5).text).toBe(two.text);
    const { scope, text } = identity;
    expect(lastTurns(identity, 1)).toEqual({ scope, text, several: false });
  });

  it('ends at a turn that is more than text, and begins with the user', () => {
    const text = (messages: object[], count: number) => {
      const call = openaiChat.readCall({ model: 'm', messages } as never, 'chat', url);
      return lastTurns(openaiChat.identity(call), count).text;
    };
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] };
    expect(text([image, assistant('b'), user('c')], 3)).toBe('c');
    expect(
      text([user('a'), assistant('b'), { ...user('c'), name: 'n' }, assistant('d'), user('e')], 3),
    ).toBe('e');
    expect(text([assistant('b'), user('c')], 3)).toBe('c');
    expect(text([user('a'), user('c')], 3)).toBe('c');
    expect(text([user('a'), assistant('b'), user('c'), assistant('d'), user('e')], 2)).toBe(
      'c. d. e',
    );
  });
});

describe('the turns option', () => {
  const bench = (semantic: SemanticOptions) =>
    createBench({ cache: { tenant: 'shared', semantic } });
  const talk = (first: string, last: string) => ({
    body: { messages: [system, user(first), assistant('Sure.'), user(last)] },
  });

  it('lets conversations differ in earlier turns as well', async () => {
    const { ask } = bench({ turns: 2 });
    await ask('', talk('How do I reset my password?', 'And my name?'));
    const alike = await ask('', talk('How do I reset my passwords', 'And my name'));
    expect(alike.cache).toContain('detail=semantic');
    const other = await ask('', talk('How do I reset my phone?', 'And my name?'));
    expect(other.cache).toContain('fwd=miss');
  });

  it('keeps them exact by default, and those before the last ones always', async () => {
    const one = bench({});
    await one.ask('', talk('How do I reset my password?', 'And my name?'));
    const alike = await one.ask('', talk('How do I reset my password', 'And my name?'));
    expect(alike.cache).toContain('fwd=miss');
    const two = bench({ turns: 2 });
    const long = (first: string) => ({
      body: {
        messages: [
          user(first),
          assistant('Yes.'),
          user('And here?'),
          assistant('No.'),
          user('Why?'),
        ],
      },
    });
    await two.ask('', long('Is it cold there?'));
    expect((await two.ask('', long('is it cold there'))).cache).toContain('fwd=miss');
  });

  it('asks for more likeness than the policy, where several turns are compared', async () => {
    const { ask } = bench({ turns: 2, turnsThreshold: 1 });
    await ask('', talk('How do I reset my password?', 'Tell me more'));
    const slip = await ask('', talk('How do I reset my passwords?', 'tell me more'));
    expect(slip.cache).toMatch(/fwd=miss|similarity=1\.000/);
    await ask('How do I reset my password?');
    expect((await ask('how do i reset my password')).cache).toContain('detail=semantic');
  });

  it('refuses what is no number of turns', () => {
    for (const turns of [0, 1.5, 101, Number.NaN])
      expect(() => bench({ turns })).toThrow(RangeError);
    expect(() => bench({ turnsThreshold: 2 })).toThrow(RangeError);
  });
});
