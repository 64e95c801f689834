import { compose, defineMiddleware } from '@wintergate/core';
import { dialects, type JsonObject, openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { describe, expect, it } from 'vitest';
import { fakeTransport, run, sentText } from './test-calls.ts';
import { planKey, type Target, targetKey } from './types.ts';
import { upstream } from './upstream.ts';

const all = [openaiChat, openaiResponses, anthropicMessages, googleGenerate];

/** Sends a call to the first target of a plan, or to one that stands in for it. */
async function send(path: string, body: JsonObject, which: 'first' | 'second' | 'other key') {
  const transport = fakeTransport(() =>
    Response.json({ error: { message: 'no' } }, { status: 400 }),
  );
  const at = (provider: string): Target => ({
    provider,
    baseUrl: `https://${provider}.test/v1`,
    transport,
    dialects: all,
  });
  const candidates = [at('first'), at('second'), at('first')];
  const plan = { candidates, rule: 'r', reason: 'r', cacheScope: 's' };
  const target = candidates[['first', 'second', 'other key'].indexOf(which)] as Target;
  const choose = defineMiddleware(undefined, function choose(_request, next, context) {
    context.set(planKey, plan);
    context.set(targetKey, target);
    return next();
  });
  const { handler } = run(upstream(), compose(dialects(...all), choose));
  const response = await handler(
    new Request(`https://gateway.test${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const sent = JSON.parse(await sentText(transport.requests[0])) as JsonObject;
  return { sent, notice: response.headers.get('x-wintergate-notice') };
}

const user = { role: 'user', content: 'Hi' };
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const use = { type: 'tool_use', id: 't1', name: 'f', input: {} };
const result = { type: 'tool_result', tool_use_id: 't1', content: '4' };
const thought = { type: 'thinking', thinking: 'Hm', signature: 'sig' };

const cases: [name: string, path: string, given: JsonObject, without: JsonObject][] = [
  [
    'chat',
    '/v1/chat/completions',
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: null,
          reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }],
          tool_calls: [{ ...call, extra_content: { google: { thought_signature: 's' } } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '4' },
      ],
    },
    {
      messages: [
        user,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: '4' },
      ],
    },
  ],
  [
    'Responses',
    '/v1/responses',
    {
      input: [
        user,
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
        { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: '4' },
      ],
    },
    {
      input: [
        user,
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: '4' },
      ],
    },
  ],
  [
    'Messages',
    '/v1/messages',
    {
      max_tokens: 9,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [
        user,
        { role: 'assistant', content: [thought] },
        { role: 'assistant', content: [thought, { type: 'text', text: 'Hello' }] },
        user,
      ],
    },
    {
      max_tokens: 9,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [user, { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }, user],
    },
  ],
  [
    'Messages in a tool loop, where it thinks no more',
    '/v1/messages',
    {
      max_tokens: 9,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [
        user,
        { role: 'assistant', content: [thought, use] },
        { role: 'user', content: [result] },
      ],
    },
    {
      max_tokens: 9,
      messages: [user, { role: 'assistant', content: [use] }, { role: 'user', content: [result] }],
    },
  ],
  [
    'generateContent',
    '/v1beta/models/m:generateContent',
    {
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        {
          role: 'model',
          parts: [
            { text: 'Hm', thought: true },
            { text: 'Hello', thoughtSignature: 'a' },
            { functionCall: { name: 'f', args: {} }, thoughtSignature: 'b' },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { a: 4 } } }] },
      ],
    },
    {
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        {
          role: 'model',
          parts: [
            { text: 'Hello' },
            {
              functionCall: { name: 'f', args: {} },
              thoughtSignature: 'skip_thought_signature_validator',
            },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { a: 4 } } }] },
      ],
    },
  ],
];

describe('reasoning that another target made', () => {
  it.each(cases)('is not sent to one that stands in: %s', async (_, path, given, without) => {
    const { sent, notice } = await send(path, { model: 'm', ...given }, 'second');
    const { model: _model, ...rest } = sent;
    expect(rest).toEqual(without);
    expect(notice).toContain('drop;field="reasoning"');
  });

  it.each(cases)('goes back to where it came from: %s', async (_, path, given) => {
    for (const which of ['first', 'other key'] as const) {
      const { sent, notice } = await send(path, { model: 'm', ...given }, which);
      expect(sent).toMatchObject(given);
      expect(notice).toBeNull();
    }
  });

  it.each(cases)(
    'is nothing to tell of where there is none: %s',
    async (_, path, _given, without) => {
      const { sent, notice } = await send(path, { model: 'm', ...without }, 'second');
      expect(sent).toMatchObject(without);
      // Google's own mark for that is a signature like any other.
      if (!path.includes('generateContent')) expect(notice).toBeNull();
    },
  );
});
