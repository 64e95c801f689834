import { createContext, createReply } from '@wintergate/core';
import { expect, it } from 'vitest';
import { openaiChat } from './openai-chat.ts';
import { chatCall } from './test-support.ts';

const text = JSON.stringify({
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Blue' }, finish_reason: 'stop' }],
});

it('reads a reply once for all who ask, and a copy of it anew', async () => {
  const context = createContext(new Request('http://localhost/'));
  const body = (await context.json(createReply({ body: text }))) as object;
  const call = chatCall({ messages: [{ role: 'user', content: 'Which colour?' }] });
  const read = openaiChat.readReply(body, call);
  expect(read.choices[0]?.text).toBe('Blue');
  expect(openaiChat.readReply(body, call)).toBe(read);
  const copy = { ...body, model: 'other' };
  expect(openaiChat.readReply(copy, call)).toMatchObject({
    model: 'other',
    choices: [{ text: 'Blue' }],
  });
  expect(openaiChat.readReply(body, call).model).toBe('m');
});
