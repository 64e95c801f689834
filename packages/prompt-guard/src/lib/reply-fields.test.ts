import { describe, expect, it } from 'vitest';
import { ask, chunk, events, exchange, reply } from './test-exchange.ts';
import { secrets } from './test-values.ts';

const secret = secrets['github']!;
const done = `${chunk({}, 'stop')}data: [DONE]\n\n`;
const logprobs = {
  content: [secret.slice(0, 9), secret.slice(9)].map((token) => ({ token, logprob: 0 })),
};

const fields: [string, object][] = [
  ['reasoning beside reasoning_content', { reasoning_content: 'hm', reasoning: secret }],
  [
    'reasoning_content beside thinking',
    {
      content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }],
      reasoning_content: secret,
    },
  ],
  ['reasoning_details', { reasoning_details: [{ type: 'reasoning.text', text: secret }] }],
  ['annotations', { annotations: [{ url_citation: { url: `https://x.test/?k=${secret}` } }] }],
  ['audio', { audio: { id: 'a', transcript: `It is ${secret}` } }],
  ['a part of another kind', { content: [{ type: 'x', content: secret }] }],
  ['a name', { tool_calls: [{ index: 0, id: 'a', function: { name: secret, arguments: '{}' } }] }],
  ['an unknown field', { extra: { deep: [{ note: secret }] } }],
];

describe('promptGuard() on what is in no text channel of a reply', () => {
  it.each(fields)('hides a secret in %s', async (_, message) => {
    const whole = await exchange({}, ask('key?'), reply('x', message));
    expect(whole.body).not.toContain(secret);
    expect(whole.body).toContain('[SECRET]');
    const answer = chunk({ role: 'assistant', ...message }) + done;
    const streamed = await exchange({}, ask('key?', { stream: true }), answer);
    expect(streamed.body).not.toContain(secret);
    expect(streamed.body).toContain('[SECRET]');
    expect(streamed.body.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(streamed.verdicts[1]!.findings[0]!.category).toBe('secret');
  });

  it('hides it beside the choices, and drops log probabilities that spell it out', async () => {
    const whole = JSON.stringify({
      ...JSON.parse(reply('x')),
      citations: [secret],
      choices: [{ index: 0, text: secret, message: { content: 'x' }, logprobs }],
    });
    const parts = [whole, `data: ${whole}\n\n${done}`];
    for (const answer of parts) {
      const { body } = await exchange({}, ask('key?'), answer);
      expect(body).not.toContain(secret);
      expect(body).not.toContain(secret.slice(9));
      expect(body).toContain('"citations":["[SECRET]"]');
    }
  });

  it('sees what is hidden in a message within a stream, or a name that stands twice', async () => {
    const delta = `{"choices":[{"index":0,"delta":{"content":"${secret} ","content":"x"}}]}`;
    const message = `{"choices":[{"index":0,"delta":{},"message":{"content":"${secret}"}}]}`;
    for (const event of [`data: ${delta}`, `data: ${message}`]) {
      const { body } = await exchange(
        {},
        ask('key?'),
        `data: {"choices":[]}\n\n${event}\n\n${done}`,
      );
      expect(body, event).not.toContain(secret);
    }
    const twice = `{"choices":[{"index":0,"message":{"content":"${secret}","content":"x"}}]}`;
    const { body } = await exchange({}, ask('key?'), twice);
    expect(JSON.parse(body).choices[0].message).toEqual({ content: 'x' });
    expect(body).not.toContain(secret);
  });

  it('keeps both fields of reasoning alike, however it is cut', async () => {
    const text = `It is ${secret}. ok`;
    for (const size of [1, 7, 20]) {
      let answer = '';
      for (let at = 0; at < text.length; at += size) {
        const reasoning = text.slice(at, at + size);
        answer += chunk({ reasoning_content: reasoning, reasoning });
      }
      const { body } = await exchange({}, ask('key?'), answer + done);
      for (const field of ['reasoning', 'reasoning_content']) {
        const joined = events(body)
          .map(({ choices }) => (choices?.[0]?.delta as Record<string, string>)?.[field] ?? '')
          .join('');
        expect(joined, `${field} by ${size}`).toBe('It is [SECRET]. ok');
      }
    }
  });

  it('stops the reply at a denied term there', async () => {
    const options = { deny: ['falcon'] };
    const whole = await exchange(options, ask('?'), reply('fine', { note: 'the falcon' }));
    expect(whole.body).not.toContain('falcon');
    expect(JSON.parse(whole.body).choices[0].finish_reason).toBe('content_filter');
    const answer = chunk({ content: 'fine ' }) + chunk({ note: 'the falcon' }) + done;
    const streamed = await exchange(options, ask('?'), answer);
    expect(streamed.body).not.toContain('falcon');
    expect(streamed.body).toContain('content_filter');
    expect(streamed.body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('changes nothing in shadow mode, and leaves what the format writes as it is', async () => {
    const answer = reply('x', { note: secret });
    const shadow = await exchange({ mode: 'shadow' }, ask('key?'), answer);
    expect(shadow.body).toBe(answer);
    expect(shadow.verdicts[1]!.findings[0]).toMatchObject({ category: 'secret', action: 'redact' });
    const plain = reply('x', { id: secret, annotations: [], audio: null });
    expect((await exchange({}, ask('key?'), plain)).body).toBe(plain);
  });
});
