import { createSseEvent, RequestError } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltasOfReply, sampleReplies, writeStream } from './dialect-suite.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, eventsOf, replyOf, toldBy } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralReply } from './types.ts';

const url = new URL('http://gateway.test/v1/completions');
const read = (fields: JsonObject = {}): ModelCall =>
  openaiCompletions.readCall({ model: 'm', prompt: 'Say this', ...fields }, 'chat', url);
const streaming = read({ stream: true });

function paramOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (RequestError.isInstance(error)) return error.details.param;
    throw error;
  }
  return undefined;
}

const logprobs = {
  tokens: [' is', ' a'],
  token_logprobs: [-0.1, -0.25],
  top_logprobs: [{ ' is': -0.1, ' was': -2 }, null],
  text_offset: [8, 11],
};
const body: JsonObject = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1_700_000_000,
  model: 'gpt-3.5-turbo-instruct',
  system_fingerprint: 'fp_1',
  choices: [
    { text: ' is a', index: 0, logprobs, finish_reason: 'length' },
    { text: ' that', index: 1, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
};

const chunk = (text: string, index = 0, finish: string | null = null, more: JsonObject = {}) =>
  `data: ${JSON.stringify({
    ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' },
    choices: [{ text, index, logprobs: null, finish_reason: finish, ...more }],
  })}\n\n`;
const usageChunk = `data: ${JSON.stringify({
  ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm', choices: [] },
  usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
})}\n\n`;
const done = 'data: [DONE]\n\n';

describe('openaiCompletions: calls', () => {
  it.each<[string, string, string | undefined]>([
    ['POST', '/v1/completions', 'chat'],
    ['POST', '/openai/deployments/d/completions', 'chat'],
    ['POST', '/v1/Completions/', 'chat'],
    ['POST', '/v1/chat/completions', undefined],
    ['POST', '/v1/chat//completions', undefined],
    ['POST', '/v1/chat/completions/', undefined],
    ['GET', '/v1/completions', undefined],
    ['POST', '/v1/completionsx', undefined],
  ])('%s %s is %s', (method, path, operation) => {
    const request = { method, path, headers: new Headers() };
    expect(openaiCompletions.matches(request)).toBe(operation);
  });

  it.each<[JsonObject, string]>([
    [{ prompt: 1 }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: ['a', 1] }, 'prompt[1]'],
    [{ prompt: [1, 'a'] }, 'prompt[1]'],
    [{ prompt: [[1], 'a'] }, 'prompt[1]'],
    [{ logprobs: true }, 'logprobs'],
    [{ max_tokens: 'a' }, 'max_tokens'],
    [{ suffix: 1 }, 'suffix'],
    [{ stop: [1] }, 'stop[0]'],
    [{ n: 0 }, 'n'],
    [{ model: '' }, 'model'],
  ])('refuses %j and names the field', (fields, param) => {
    expect(paramOf(() => read(fields))).toBe(param);
  });

  it('reads prompts, and writes them back', () => {
    const call = read({ prompt: ['a', 'b'], suffix: 'c', user: 'u', x: 1 });
    expect(openaiCompletions.segments(call).map(({ path, text }) => [path, text])).toEqual([
      ['prompt[0]', 'a'],
      ['prompt[1]', 'b'],
      ['suffix', 'c'],
    ]);
    const edits = new Map([
      ['prompt[1]', 'B'],
      ['suffix', 'C'],
    ]);
    const written = openaiCompletions.writeSegments(call, edits);
    expect(written).toEqual({ ...call.body, prompt: ['a', 'B'], suffix: 'C' });
    expect(call.endUser).toBe('u');
    expect(openaiCompletions.withModel(call, 'n')).toEqual({ ...call.body, model: 'n' });
    expect(openaiCompletions.withStreamUsage(streaming)).toMatchObject({
      stream_options: { include_usage: true },
    });
  });

  it('has one identity for calls that mean the same, and never one by meaning', () => {
    const { exact, text } = openaiCompletions.identity(read());
    expect(text).toBeUndefined();
    const same = { prompt: ['Say this'], n: 1, echo: false, user: 'u', stream: true };
    expect(openaiCompletions.identity(read(same)).exact).toEqual(exact);
    for (const other of [{ prompt: 'Say  this' }, { n: 2 }, { echo: true }, { best_of: 2 }])
      expect(openaiCompletions.identity(read(other)).exact).not.toEqual(exact);
  });

  it('becomes the one turn of a chat for another format', () => {
    const notices: Notice[] = [];
    const fields = {
      max_tokens: 16,
      temperature: 0,
      stop: '\n',
      logprobs: 2,
      user: 'u',
      best_of: 3,
    };
    const options = { notice: (notice: Notice) => void notices.push(notice) };
    expect(openaiChat.writeCall(read(fields), options)).toEqual({
      path: '/chat/completions',
      body: {
        model: 'm',
        messages: [{ role: 'user', content: 'Say this' }],
        ...{ temperature: 0, max_completion_tokens: 16, logprobs: true, top_logprobs: 2 },
        ...{ stop: ['\n'], user: 'u' },
      },
    });
    expect(notices).toEqual([{ field: 'best_of', action: 'drop' }]);
  });

  it.each<[JsonObject, string]>([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: '' }, 'prompt'],
    [{ suffix: 'end' }, 'suffix'],
    [{ echo: true }, 'echo'],
  ])('but is refused there with %j', (fields, param) => {
    const options = { notice: () => {} };
    expect(paramOf(() => openaiChat.writeCall(read(fields), options))).toBe(param);
  });

  it('takes a chat of one turn of text, and no other', () => {
    const options = { notice: () => {} };
    const written = openaiCompletions.writeCall(
      chatCall({ max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
      options,
    );
    expect(written).toEqual({
      path: '/completions',
      body: { model: 'm', prompt: 'Hi', max_tokens: 9 },
    });
    const turns = (messages: JsonObject[]) =>
      paramOf(() => openaiCompletions.writeCall(chatCall({ messages }), options));
    const user = { role: 'user', content: 'a' };
    expect(turns([{ role: 'system', content: 's' }, user])).toBe('messages');
    expect(turns([user, { role: 'assistant', content: 'b' }, user])).toBe('messages');
    const picture = { type: 'image_url', image_url: { url: 'https://a.test/b.png' } };
    expect(turns([{ role: 'user', content: [picture] }])).toBe('messages[0].content');
  });
});

describe('openaiCompletions: replies', () => {
  it('reads them, and writes them back as they were', () => {
    const reply = openaiCompletions.readReply(body, read());
    expect(reply.choices.map(({ text, finish }) => [text, finish])).toEqual([
      [' is a', 'length'],
      [' that', 'stop'],
    ]);
    expect(reply.usage).toMatchObject({ inputTokens: 5, outputTokens: 3 });
    expect(openaiCompletions.writeReply(reply, read())).toEqual(body);
    const odd = { object: 'text.completion', choices: [{ text: 'a', finish_reason: 'eos', x: 1 }] };
    const again = openaiCompletions.writeReply(openaiCompletions.readReply(odd, read()), read());
    expect(again).toMatchObject(odd);
  });

  it('tells errors', () => {
    const error = { message: 'No', type: 'server_error', param: null, code: null };
    expect(openaiCompletions.readReply({ error }, read()).error?.message).toBe('No');
    expect(openaiCompletions.readReply(null, read()).error).toBeDefined();
  });

  it('edits their text', () => {
    const call = read();
    const pieces = openaiCompletions.replyText(body);
    expect(pieces.map(({ channel, text }) => [channel.id, text])).toEqual([
      ['0:text', ' is a'],
      ['1:text', ' that'],
    ]);
    const edited = openaiCompletions.writeReplyText(body, new Map([['0:text', 'X']]));
    const [first, second] = openaiCompletions.readReply(edited, call).choices;
    expect([first?.text, second?.text]).toEqual(['X', ' that']);
    // Log probabilities spell out what was there.
    expect(edited['choices']).toMatchObject([{ text: 'X', logprobs: null }, { logprobs: null }]);
    const blocked = openaiCompletions.writeReplyText(body, new Map([['0:text', '']]), true);
    expect(blocked['choices']).toMatchObject([
      { finish_reason: 'content_filter' },
      { finish_reason: 'content_filter' },
    ]);
  });

  it('hands out all other strings', () => {
    const seen: string[] = [];
    openaiCompletions.mapOtherText?.({ ...body, note: 'n' }, 'message', (_path, text) => {
      seen.push(text);
      return text;
    });
    expect(seen).toContain('n');
    expect(seen).not.toContain(' that');
  });

  it('replays what was stored', () => {
    const text = new TextDecoder().decode(openaiCompletions.replay(body, streaming));
    const decoder = openaiCompletions.createDecoder(streaming);
    const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
    expect(decoder.complete).toBe(true);
    expect(replyOf(deltas).choices.map(({ text: said }) => said)).toEqual([' is a', ' that']);
    expect(text).not.toContain('prompt_tokens');
    const withUsage = read({ stream: true, stream_options: { include_usage: true } });
    expect(new TextDecoder().decode(openaiCompletions.replay(body, withUsage))).toContain(
      '"choices":[],"usage"',
    );
    const whole = new TextDecoder().decode(openaiCompletions.replay(body, read()));
    expect(JSON.parse(whole)).toEqual(body);
  });

  it('tells an answer of another format', () => {
    const chat = openaiChat.writeReply(sampleReplies['text'] as NeutralReply, chatCall());
    const top = [{ token: 'He', logprob: -0.5 }];
    const content = [{ token: 'He', logprob: -0.5, top_logprobs: top }];
    const [choice] = chat['choices'] as JsonObject[];
    const given = openaiChat.readReply(
      { ...chat, choices: [{ ...choice, logprobs: { content, refusal: null } }] },
      chatCall(),
    );
    const written = openaiCompletions.writeReply(given, read());
    expect(written).toMatchObject({
      object: 'text_completion',
      choices: [
        {
          text: 'Hello “wörld”\n\n🌦',
          index: 0,
          logprobs: { tokens: ['He'], token_logprobs: [-0.5], top_logprobs: [{ He: -0.5 }] },
          finish_reason: 'stop',
        },
      ],
    });
    expect(written['choices']).not.toHaveProperty('0.message');
  });
});

describe('openaiCompletions: streams', () => {
  const text = `${chunk(' is')}${chunk(' a')}${chunk('', 0, 'stop')}${usageChunk}${done}`;
  const decode = (stream: string, call = streaming) => {
    const decoder = openaiCompletions.createDecoder(call);
    const deltas = eventsOf(stream).flatMap((event) => [...decoder.push(event)]);
    return { deltas, complete: decoder.complete };
  };

  it('are read, and put together', () => {
    const { deltas, complete } = decode(text);
    expect(complete).toBe(true);
    expect(replyOf(deltas)).toMatchObject({ choices: [{ text: ' is a', finish: 'stop' }] });
    const assembler = openaiCompletions.createAssembler(streaming);
    for (const event of eventsOf(text)) assembler.push(event);
    expect(assembler.result()).toEqual({
      ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' },
      choices: [{ text: ' is a', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
    });
    expect(eventsOf(text).map((event) => openaiCompletions.isUsageOnly(event))).toEqual([
      ...[false, false, false],
      ...[true, false],
    ]);
  });

  it('put log probabilities together in their own form', () => {
    const split = (at: number): JsonObject =>
      Object.fromEntries(
        Object.entries(logprobs).map(([name, list]) => [name, [list[at] ?? null]]),
      );
    const said = `${chunk(' is', 0, null, { logprobs: split(0) })}${chunk(' a', 0, 'length', { logprobs: split(1) })}${done}`;
    const assembler = openaiCompletions.createAssembler(streaming);
    for (const event of eventsOf(said)) assembler.push(event);
    expect(assembler.result()?.['choices']).toEqual([
      { text: ' is a', index: 0, logprobs, finish_reason: 'length' },
    ]);
  });

  it.each<[string, string]>([
    ['without an end marker', chunk('a', 0, 'stop')],
    ['without a finish reason', chunk('a') + done],
    ['with an error', `${chunk('a')}data: {"error":{"message":"No"}}\n\n`],
    ['damaged', `${chunk('a')}data: {"cho\n\n${chunk('', 0, 'stop')}${done}`],
  ])('%s are not whole', (_, stream) => {
    expect(decode(stream).complete).toBe(false);
    const assembler = openaiCompletions.createAssembler(streaming);
    for (const event of eventsOf(stream)) assembler.push(event);
    expect(assembler.result()).toBeUndefined();
  });

  it('wait for every answer that was asked for, looking at endings alone', () => {
    const call = read({ stream: true, prompt: ['a', 'b'] });
    const decoder = openaiCompletions.createDecoder(call, { only: 'ending' });
    for (const event of eventsOf(chunk('a') + chunk('b', 1) + chunk('', 0, 'stop') + done))
      decoder.push(event);
    expect(decoder.complete).toBe(false);
    decoder.push(eventsOf(chunk('', 1, 'stop'))[0] as never);
    expect(decoder.complete).toBe(true);
  });

  it('are edited, and ended when blocked', () => {
    const editor = openaiCompletions.createEditor(streaming);
    const out: string[] = [];
    for (const event of eventsOf(text)) {
      const { pieces } = editor.read(event);
      const edits = new Map(
        pieces.map(({ channel, text: said }) => [channel.id, said.toUpperCase()]),
      );
      const written = editor.write(event, edits);
      if (edits.size === 0) expect(written).toBe(event);
      out.push(`data: ${written.data}\n\n`);
    }
    const { deltas, complete } = decode(out.join(''));
    expect(complete).toBe(true);
    expect(replyOf(deltas).choices[0]?.text).toBe(' IS A');
    expect(out[0]).toContain('"text":" IS"');

    const other = openaiCompletions.createEditor(streaming);
    const [first] = eventsOf(text);
    if (first === undefined) throw new Error('no event');
    const [piece] = other.read(first).pieces;
    other.write(first, new Map());
    if (piece === undefined) throw new Error('no text');
    const more = other.textEvent(piece.channel, '!');
    expect(JSON.parse(more.data)).toMatchObject({
      object: 'text_completion',
      choices: [{ text: '!', index: 0 }],
    });
    expect(
      other
        .blockedEnding()
        .map(({ data }) => data)
        .join('\n'),
    ).toMatch(/"text":"".*"finish_reason":"content_filter".*\n\[DONE\]$/);
  });

  it.each(['text', 'cut text'])('are written from another format: %s', (name) => {
    const reply = sampleReplies[name];
    if (reply === undefined) throw new Error('no sample');
    const call = read({ stream: true, stream_options: { include_usage: true } });
    const events = writeStream(openaiCompletions, call, deltasOfReply(reply));
    expect(events.map(({ data }) => data).join('')).not.toMatch(/chat\.completion|"delta"/);
    const { deltas, complete } = decode(events.map(({ data }) => `data: ${data}\n\n`).join(''));
    expect(complete).toBe(true);
    const { text: said, finish } = replyOf(deltas).choices[0] ?? {};
    expect({ said, finish }).toEqual({
      said: reply.choices[0]?.text,
      finish: reply.choices[0]?.finish,
    });
  });

  it('give each text back, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 8 }), (pieces) => {
        const writer = openaiCompletions.createWriter(streaming);
        const events = pieces.flatMap((said) => [
          ...writer.push({ type: 'text', choice: 0, text: said }),
        ]);
        events.push(...writer.push({ type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }));
        events.push(...writer.end());
        const assembler = openaiCompletions.createAssembler(streaming);
        for (const { data } of events) assembler.push(createSseEvent({ data }));
        const result = assembler.result();
        expect(
          result && toldBy(openaiCompletions.readReply(result, streaming)).choices[0]?.text,
        ).toBe(pieces.join(''));
      }),
    );
  });
});
