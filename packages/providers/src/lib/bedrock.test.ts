import { compose, type TransportRequest, toHandler } from '@wintergate/core';
import { dialects, openaiChat } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { type BedrockOptions, bedrock } from './bedrock.ts';
import { upstream } from './upstream.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
};
const reply = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 9, outputTokens: 2 },
};

async function ask(options: Partial<BedrockOptions>, answer = () => Response.json(reply)) {
  let sent: TransportRequest | undefined;
  const provider = bedrock({
    region: 'eu-central-1',
    now: () => Date.parse('2026-01-02T03:04:05Z'),
    transport: async (request) => {
      sent = request;
      return answer();
    },
    ...options,
  });
  const target = provider.target('amazon.nova-lite-v1:0');
  const handler = toHandler(compose(dialects(openaiChat)), upstream({ target }));
  const response = await handler(
    new Request('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-caller' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }),
    }),
  );
  return { response, body: await response.json(), sent };
}

describe('bedrock()', () => {
  it('signs with the credentials, and says nothing of the caller’s', async () => {
    const { body, sent } = await ask({ credentials: async () => credentials });
    expect(body.choices[0].message.content).toBe('Hello');
    expect(sent?.url).toBe(
      'https://bedrock-runtime.eu-central-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse',
    );
    const { headers } = sent as TransportRequest;
    expect(headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260102\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(headers.get('x-amz-security-token')).toBe('token');
  });

  it('sends an API key in the place of a signature', async () => {
    const { sent } = await ask({ apiKey: 'bedrock-key' });
    expect(sent?.headers.get('authorization')).toBe('Bearer bedrock-key');
    expect(sent?.headers.has('x-amz-date')).toBe(false);
  });

  it('tells of credentials that can not be had, without saying why', async () => {
    const failing = () => Promise.reject(new Error('secret detail'));
    const { response, body, sent } = await ask({ credentials: failing });
    expect([response.status, sent]).toEqual([401, undefined]);
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });

  it('tells an error in the caller’s format', async () => {
    const { response, body } = await ask({ apiKey: 'k' }, () =>
      Response.json({ message: 'Too many requests' }, { status: 429 }),
    );
    expect(response.status).toBe(429);
    expect(body.error).toMatchObject({ code: 'rate_limit_exceeded' });
  });

  it.each([
    [{}, 'either "apiKey" or "credentials"'],
    [{ apiKey: 'k', credentials }, 'either "apiKey" or "credentials"'],
    [{ apiKey: '' }, 'not empty'],
    [{ apiKey: 'k', region: 'a.evil.test/' }, '"region"'],
  ])('refuses %j', (options, told) => {
    expect(() => bedrock({ region: 'us-east-1', ...options } as BedrockOptions)).toThrow(told);
  });
});
