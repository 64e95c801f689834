import { compose, toHandler } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { promptGuard } from '@wintergate/prompt-guard';
import { upstream } from '@wintergate/providers';
import { modelRouter } from '@wintergate/router';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { describe, expect, it } from 'vitest';
import { answeringTargets } from './lib/answers.ts';

type Json = Record<string, unknown>;

interface Caller {
  readonly name: string;
  readonly path: (model: string, stream: boolean) => string;
  readonly body: (model: string, stream: boolean) => Json;
  /** Bodies of the right kind with something wrong in them. */
  readonly wrong: readonly (readonly [what: string, change: Json])[];
  /** Checks the form of an error, and answers its message. */
  readonly messageOf: (body: Json, status: number) => unknown;
}

const turns = [{ role: 'user', content: 'Hi' }];
const openaiMessage = ({ error }: Json) => {
  expect(Object.keys(error as Json).sort()).toEqual(['code', 'message', 'param', 'type']);
  return (error as Json)['message'];
};

const callers: readonly Caller[] = [
  {
    name: 'OpenAI chat',
    path: () => '/v1/chat/completions',
    body: (model, stream) => ({ model, stream, messages: turns }),
    wrong: [
      ['no messages', { messages: undefined }],
      ['messages of no list', { messages: 'Hi' }],
      ['an empty list', { messages: [] }],
      ['a message of no object', { messages: [3] }],
      ['a part without a type', { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }],
      ['a model of no text', { model: 7 }],
      ['a temperature of no number', { temperature: 'hot' }],
      ['tools of no list', { tools: {} }],
      ['stream of no boolean', { stream: 'yes' }],
    ],
    messageOf: openaiMessage,
  },
  {
    name: 'OpenAI Responses',
    path: () => '/v1/responses',
    body: (model, stream) => ({ model, stream, input: 'Hi' }),
    wrong: [
      ['input of a number', { input: 3 }],
      ['an item of no object', { input: ['Hi'] }],
      ['a part without a type', { input: [{ role: 'user', content: [{ text: 'Hi' }] }] }],
      ['a model of no text', { model: [] }],
      ['a limit of no number', { max_output_tokens: 'many' }],
      ['tools of no list', { tools: 'all' }],
    ],
    messageOf: openaiMessage,
  },
  {
    name: 'Anthropic Messages',
    path: () => '/v1/messages',
    body: (model, stream) => ({ model, stream, max_tokens: 50, messages: turns }),
    wrong: [
      ['no messages', { messages: undefined }],
      ['messages of no list', { messages: {} }],
      ['a message without a role', { messages: [{ content: 'Hi' }] }],
      ['a block without a type', { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }],
      ['max_tokens of no number', { max_tokens: 'many' }],
      ['a system of a number', { system: 3 }],
    ],
    messageOf: ({ type, error }) => {
      const { type: kind, message } = error as Json;
      expect([type, typeof kind]).toEqual(['error', 'string']);
      return message;
    },
  },
  {
    name: 'Google generateContent',
    path: (model, stream) =>
      `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    wrong: [
      ['no contents', { contents: undefined }],
      ['contents of a number', { contents: 3 }],
      ['a part of no object', { contents: [{ role: 'user', parts: [3] }] }],
      ['a text of no text', { contents: [{ role: 'user', parts: [{ text: 3 }] }] }],
      ['tools of no list', { tools: 'all' }],
      ['a configuration of no object', { generationConfig: [] }],
    ],
    messageOf: ({ error }, status) => {
      const { code, message, status: name } = error as Json;
      expect([code, typeof name]).toEqual([status, 'string']);
      return message;
    },
  },
];

const damaged = [
  ['nothing at all', ''],
  ['half of a body', '{"model":'],
  ['a list', '[]'],
  ['a text', '"Hi"'],
  ['null', 'null'],
  ['two bodies', '{}{}'],
  ['a NUL', '{"model":"m\u0000'],
  ['brackets without end', '['.repeat(50_000)],
  ['a million levels', `${'{"a":'.repeat(1_000_000)}1`],
] as const;

/** The chain in front of one target that answers `reply`. */
function gateway(target: (typeof answeringTargets)[number], reply: () => Response) {
  const chain = compose(
    dialects(openaiChat, openaiResponses, openaiEmbeddings, anthropicMessages, googleGenerate),
    promptGuard(),
    modelRouter({ default: target.provider(async () => reply()) }),
    failover({ attempts: 1 }),
  );
  const handler = toHandler(chain, upstream());
  return (path: string, body: string) =>
    handler(
      new Request(`http://gateway.test${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    );
}

describe.each(callers.map((caller) => [caller.name, caller] as const))(
  'a caller of %s',
  (_name, caller) => {
    const [target] = answeringTargets;
    if (target === undefined) throw new Error('no target');
    let sent = 0;
    const send = gateway(target, () => {
      sent++;
      return target.json('text');
    });

    async function expectRefusal(body: string): Promise<void> {
      const response = await send(caller.path('m', false), body);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      const error = (await response.json()) as Json;
      expect(response.status).toBe(400);
      expect(caller.messageOf(error, 400)).toMatch(/\w{3}/);
      expect(JSON.stringify(error)).not.toMatch(/\.ts|node_modules|undefined is not|\n\s+at /);
      expect(sent).toBe(0);
    }

    it.each(damaged)('gets a 400 in its own form for %s', (_what, body) => expectRefusal(body));

    it.each(caller.wrong)('gets a 400 in its own form for %s', (_what, change) =>
      expectRefusal(JSON.stringify({ ...caller.body('m', false), ...change })),
    );
  },
);

const answersOfNoUse = [
  ['a page', () => new Response('<html>502</html>', { headers: { 'content-type': 'text/html' } })],
  ['nothing', () => new Response('')],
  [
    'half of a body',
    () => new Response('{"id":', { headers: { 'content-type': 'application/json' } }),
  ],
  ['a list', () => Response.json([])],
  ['null', () => Response.json(null)],
  ['an empty object', () => Response.json({})],
] as const;

describe.each(answeringTargets.map((target) => [target.name, target] as const))(
  'of %s',
  (_name, target) => {
    describe.each(callers.map((caller) => [caller.name, caller] as const))(
      'for %s',
      (_caller, caller) => {
        it.each(answersOfNoUse)('%s is a 502 with a typed code', async (_what, reply) => {
          const send = gateway(target, reply);
          const response = await send(
            caller.path('m', false),
            JSON.stringify(caller.body('m', false)),
          );
          expect(response.status).toBe(502);
          expect(caller.messageOf((await response.json()) as Json, 502)).toMatch(/upstream/i);
        });

        it('bytes that are no stream end in an error, not in a clean end', async () => {
          const garbage = () =>
            new Response(new Uint8Array(2_000).fill(0x7b), {
              headers: { 'content-type': target.stream('text').headers.get('content-type') ?? '' },
            });
          const send = gateway(target, garbage);
          const response = await send(
            caller.path('m', true),
            JSON.stringify(caller.body('m', true)),
          );
          const text = await response.text();
          expect([response.status, text]).toEqual([502, expect.stringMatching(/upstream/i)]);
        });

        it('a stream that breaks off ends in an error', async () => {
          const whole = new Uint8Array(await target.stream('text').arrayBuffer());
          const { headers } = target.stream('text');
          const send = gateway(
            target,
            () => new Response(whole.slice(0, Math.floor(whole.length * 0.8)), { headers }),
          );
          const response = await send(
            caller.path('m', true),
            JSON.stringify(caller.body('m', true)),
          );
          const text = await response.text();
          expect(text).toMatch(/"error"|event: error/);
          if (response.status === 200)
            expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
        });
      },
    );
  },
);
