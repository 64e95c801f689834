import type { ReplyEnding } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterReplyText, type TextFilter, type TextOutput } from './filter-reply-text.ts';
import { readChatReply } from './openai-chat-reply.ts';
import {
  chatCall,
  chunk,
  chunksOf,
  deltasOf,
  frames,
  jsonReply,
  newContext,
  randomStream,
  replyOf,
  streamReply,
  usageChunk,
} from './test-support.ts';
import type { JsonObject, TextChannel } from './types.ts';

async function filtered(reply: string | JsonObject, filter: TextFilter): Promise<string> {
  const response = typeof reply === 'string' ? streamReply(reply) : jsonReply(reply);
  return filterReplyText(response, chatCall(), filter, newContext()).text();
}

/** Holds everything back until the channel ends, then writes it changed. */
function holder(change: (text: string) => string): TextFilter {
  const held = new Map<string, string>();
  return {
    text: (channel, text) => void held.set(channel.id, (held.get(channel.id) ?? '') + text),
    flush: (channel, out) => out.text(channel, change(held.get(channel.id) ?? '')),
  };
}

const passing: TextFilter = { text: (channel, text, out) => out.text(channel, text) };
const upper: TextFilter = {
  text: (channel, text, out) => out.text(channel, text.toUpperCase()),
};

const toolStart = chunk({
  tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '' } }],
});
const toolPiece = (text: string, index = 0): JsonObject =>
  chunk({ tool_calls: [{ index, function: { arguments: text } }] });

const stream = frames([
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'hm ' }),
  chunk({ content: 'one ' }),
  chunk({ content: 'two' }),
  toolStart,
  toolPiece('{"a":'),
  toolPiece('"b"}'),
  chunk({}, 'tool_calls'),
  usageChunk,
]);

describe('filterReplyText() on streams', () => {
  it('lets the original bytes leave when the text is written unchanged', async () => {
    const odd = `: comment\n\nid: 7\r\ndata: {"choices":[{"index":0,"delta":{"content":"x"}}]}\r\n\r\n${stream}`;
    expect(await filtered(odd, passing)).toBe(odd);
  });

  it('changes the text of every channel and nothing else', async () => {
    const reply = replyOf(deltasOf(await filtered(stream, upper)));
    expect(reply).toEqual({
      id: 'c1',
      model: 'm',
      choices: [
        {
          text: 'ONE TWO',
          reasoning: 'HM ',
          refusal: '',
          toolCalls: [{ id: 't1', name: 'f', arguments: '{"A":"B"}' }],
          finish: 'tool-calls',
        },
      ],
      usage: { inputTokens: 9, outputTokens: 2 },
    });
  });

  it('flushes what was held before the finish reason', async () => {
    const output = await filtered(
      stream,
      holder((text) => `<${text}>`),
    );
    const deltas = deltasOf(output);
    expect(replyOf(deltas).choices[0]).toMatchObject({
      text: '<one two>',
      reasoning: '<hm >',
      toolCalls: [{ arguments: '<{"a":"b"}>' }],
    });
    const types = deltas.map(({ type }) => type);
    expect(types.slice(types.indexOf('finish'))).toEqual(['finish', 'usage', 'done']);
  });

  it('flushes into the event itself when it carries text and finish at once', async () => {
    const once = frames([chunk({ role: 'assistant', content: 'all' }, 'stop')]);
    const output = await filtered(
      once,
      holder((text) => `${text}!`),
    );
    expect(chunksOf(output)).toEqual([chunk({ role: 'assistant', content: 'all!' }, 'stop')]);
  });

  it('flushes at the end of a stream without finish reason or end marker', async () => {
    const cut = frames([chunk({ content: 'held' })], false);
    const output = await filtered(
      cut,
      holder((text) => text),
    );
    expect(replyOf(deltasOf(output)).choices[0]?.text).toBe('held');
  });

  it('flushes before an error event', async () => {
    const broken = `${frames([chunk({ content: 'held' })], false)}data: {"error":{"message":"no"}}\n\n`;
    const deltas = deltasOf(
      await filtered(
        broken,
        holder((text) => text),
      ),
    );
    const types = deltas
      .filter((delta) => delta.type !== 'text' || delta.text !== '')
      .map(({ type }) => type);
    expect(types).toEqual(['start', 'text', 'error']);
  });

  it('passes unknown events', async () => {
    const unknown = 'event: weather\ndata: {"choices":"none","x":1}\n\ndata: not json\n\n';
    expect(await filtered(unknown + stream, passing)).toBe(unknown + stream);
  });

  it('takes text from later than the call that was handed it', async () => {
    let kept: { channel: TextChannel; out: TextOutput } | undefined;
    const two = frames([chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'stop')]);
    const output = await filtered(two, {
      text(channel, text, out) {
        if (text === 'b') kept?.out.text(channel, 'late ');
        kept = { channel, out };
        out.text(channel, text);
      },
    });
    expect(replyOf(deltasOf(output)).choices[0]?.text).toBe('alate b');
  });

  it('removes log probabilities and padding of text that was changed', async () => {
    const told = frames([
      {
        ...chunk({ content: 'secret' }),
        obfuscation: 'xxxx',
        choices: [
          {
            index: 0,
            delta: { content: 'secret' },
            logprobs: { content: [{ token: 'secret', logprob: 0, bytes: null, top_logprobs: [] }] },
            finish_reason: null,
          },
        ],
      },
    ]);
    const output = await filtered(told, { text: (channel, _, out) => out.text(channel, '***') });
    expect(output).not.toContain('secret');
    expect(output).not.toContain('xxxx');
  });

  it('keeps several choices apart', async () => {
    const both = frames([
      chunk({ content: 'a' }, null, { choice: 0 }),
      chunk({ content: 'b' }, null, { choice: 1 }),
      chunk({}, 'stop', { choice: 1 }),
      chunk({ content: 'c' }, 'stop', { choice: 0 }),
    ]);
    const output = await filtered(
      both,
      holder((text) => `(${text})`),
    );
    expect(replyOf(deltasOf(output)).choices.map(({ text }) => text)).toEqual(['(ac)', '(b)']);
  });

  it('ends one tool call before the next where every call has index 0', async () => {
    const call = (id: string, text: string): JsonObject =>
      chunk({ tool_calls: [{ index: 0, id, function: { name: id, arguments: text } }] });
    const quirk = frames([
      call('a', '{"x":'),
      toolPiece('1}'),
      call('b', '{}'),
      chunk({}, 'tool_calls'),
    ]);
    const output = await filtered(
      quirk,
      holder((text) => text),
    );
    expect(replyOf(deltasOf(output)).choices[0]?.toolCalls).toEqual([
      { id: 'a', name: 'a', arguments: '{"x":1}' },
      { id: 'b', name: 'b', arguments: '{}' },
    ]);
  });

  it('writes the arguments of calls that have no index', async () => {
    const quirk = frames([
      chunk(
        {
          tool_calls: [
            { id: 'a', function: { name: 'f', arguments: '{"x":"1"}' } },
            { id: 'b', function: { name: 'g', arguments: '{"y":"2"}' } },
          ],
        },
        'tool_calls',
      ),
    ]);
    const output = await filtered(
      quirk,
      holder((text) => text.replace(/\d/, '*')),
    );
    expect(replyOf(deltasOf(output)).choices[0]?.toolCalls.map((call) => call.arguments)).toEqual([
      '{"x":"*"}',
      '{"y":"*"}',
    ]);
  });

  it('writes the deprecated function call and custom tools in their own form', async () => {
    const output = await filtered(
      frames([
        chunk({ function_call: { name: 'f', arguments: '{"a"' } }),
        chunk({ function_call: { arguments: ':1}' } }, 'function_call'),
      ]),
      upper,
    );
    expect(chunksOf(output).map((item) => JSON.stringify(item['choices']))).toEqual([
      expect.stringContaining('"function_call":{"name":"f","arguments":"{\\"A\\""}'),
      expect.stringContaining('"function_call":{"arguments":":1}"}'),
    ]);
    const custom = await filtered(
      frames([
        chunk({
          tool_calls: [{ index: 0, id: 'x', type: 'custom', custom: { name: 'c', input: 'abc' } }],
        }),
      ]),
      upper,
    );
    expect(custom).toContain('"custom":{"name":"c","input":"ABC"}');
  });

  it.each([['text'], ['tool-arguments']])(
    'blocks in a %s channel with the filter ending',
    async (kind) => {
      const endings: ReplyEnding[] = [];
      const output = await filtered(stream, {
        text: (channel, text, out) =>
          channel.kind === kind ? out.block() : out.text(channel, text),
        close: (ending) => void endings.push(ending),
      });
      const deltas = deltasOf(output);
      expect(deltas.slice(-2)).toEqual([
        { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' },
        { type: 'done' },
      ]);
      expect(deltas.filter((delta) => delta.type === 'finish')).toHaveLength(1);
      expect(replyOf(deltas).choices[0]?.text).toBe(kind === 'text' ? '' : 'one two');
      expect(endings).toHaveLength(1);
    },
  );

  it('lets what was written before a block leave, and hides the finish of the same event', async () => {
    const once = frames([chunk({ role: 'assistant', content: 'good bad' }, 'stop')]);
    const output = await filtered(once, {
      text(channel, _, out) {
        out.text(channel, 'good ');
        out.block();
        out.text(channel, 'never');
      },
    });
    const reply = replyOf(deltasOf(output));
    expect(reply.choices).toMatchObject([{ text: 'good ', finish: 'content-filter' }]);
    expect(chunksOf(output)[0]).toMatchObject({ choices: [{ delta: { role: 'assistant' } }] });
  });

  it('blocks from a flush', async () => {
    const output = await filtered(stream, { text() {}, flush: (_, out) => out.block() });
    expect(deltasOf(output).filter((delta) => delta.type === 'finish')).toEqual([
      { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' },
    ]);
  });
});

describe('filterReplyText() on any stream', () => {
  it('keeps what was said, however a filter holds it back', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomStream,
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (random, keep) => {
          const held = new Map<string, string>();
          const output = await filtered(random.stream, {
            text(channel, text, out) {
              const all = (held.get(channel.id) ?? '') + text;
              const cut = Math.max(0, all.length - (keep.next().value as number));
              held.set(channel.id, all.slice(cut));
              out.text(channel, all.slice(0, cut));
            },
            flush(channel, out) {
              out.text(channel, held.get(channel.id) ?? '');
              held.delete(channel.id);
            },
          });
          const deltas = deltasOf(output);
          expect([...held.values()].join('')).toBe('');
          expect(replyOf(deltas).choices).toEqual(random.said);
          const finished = new Set<number>();
          for (const delta of deltas) {
            if (!('choice' in delta)) continue;
            expect(finished.has(delta.choice)).toBe(false);
            if (delta.type === 'finish') finished.add(delta.choice);
          }
          expect(deltas.at(-1)).toEqual({ type: 'done' });
        },
      ),
    );
  });

  it('ends every choice once, wherever a filter blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomStream,
        fc.integer({ min: 1, max: 12 }),
        async ({ stream: any, said }, at) => {
          let seen = 0;
          const output = await filtered(any, {
            text: (channel, text, out) => (++seen === at ? out.block() : out.text(channel, text)),
          });
          const deltas = deltasOf(output);
          const finishes = deltas.flatMap((delta) =>
            delta.type === 'finish' ? [delta.choice] : [],
          );
          expect(new Set(finishes).size).toBe(finishes.length);
          expect(deltas.at(-1)).toEqual({ type: 'done' });
          const reply = replyOf(deltas);
          if (seen < at) expect(reply.choices).toEqual(said);
          else
            expect(reply.choices.some((choice) => choice?.finish === 'content-filter')).toBe(true);
          for (const [index, choice] of reply.choices.entries()) {
            expect(said[index]?.text.startsWith(choice?.text ?? '')).toBe(true);
          }
        },
      ),
    );
  });
});

describe('filterReplyText() on JSON bodies', () => {
  const body: JsonObject = {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    vendor: { keep: 1 },
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'one',
          refusal: null,
          tool_calls: [
            { id: 't', type: 'function', function: { name: 'f', arguments: '{"a":"b"}' } },
          ],
        },
        logprobs: { content: [{ token: 'one' }], refusal: null },
        finish_reason: 'tool_calls',
      },
      { index: 1, message: { role: 'assistant', content: 'two' }, finish_reason: 'stop' },
    ],
  };

  it('sends the original bytes when nothing changes', async () => {
    const text = `  ${JSON.stringify(body, null, 1)}\n`;
    const response = new Response(text, { headers: { 'content-type': 'application/json' } });
    expect(await filterReplyText(response, chatCall(), passing, newContext()).text()).toBe(text);
  });

  it('changes text and tool arguments and drops the log probabilities of changed text', async () => {
    const output = JSON.parse(await filtered(body, upper)) as JsonObject;
    expect(output).toMatchObject({
      vendor: { keep: 1 },
      choices: [
        {
          message: {
            content: 'ONE',
            refusal: null,
            tool_calls: [{ id: 't', function: { name: 'f', arguments: '{"A":"B"}' } }],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
        { message: { content: 'TWO' }, finish_reason: 'stop' },
      ],
    });
  });

  it('keeps what was written before a block and leaves out the rest', async () => {
    const output = JSON.parse(
      await filtered(body, {
        text(channel, text, out) {
          if (channel.kind === 'tool-arguments') out.block();
          else out.text(channel, text);
        },
      }),
    );
    expect(readChatReply(output).choices).toMatchObject([
      { text: 'one', toolCalls: [], finish: 'content-filter' },
      { text: '', finish: 'content-filter' },
    ]);
  });

  it('tells choices apart that have no index', async () => {
    const choices = ['a', 'b'].map((content) => ({ message: { content }, finish_reason: 'stop' }));
    const output = JSON.parse(await filtered({ choices }, upper));
    expect(readChatReply(output).choices.map(({ text }) => text)).toEqual(['A', 'B']);
  });

  it('leaves bodies alone that are no reply', async () => {
    const error = { error: { message: 'no', type: 't', param: null, code: null } };
    expect(JSON.parse(await filtered(error, upper))).toEqual(error);
  });
});
