/**
 * Every recorded answer, sent again by its provider's side and heard by every SDK through the gateway:
 * what the SDK says of it must be what the recording says.
 */
import { existsSync } from 'node:fs';
import { compose, createSseDecoder } from '@wintergate/core';
import { type NodeServer, serveNode } from '@wintergate/core/node';
import { openai, openaiCompatible, type Provider, upstream } from '@wintergate/providers';
import { anthropic } from '@wintergate/providers/anthropic';
import { bedrock } from '@wintergate/providers/bedrock';
import { cohere } from '@wintergate/providers/cohere';
import { google } from '@wintergate/providers/google';
import { mistral } from '@wintergate/providers/hosts';
import { modelRouter } from '@wintergate/router';
import { requireOrSkip } from '@wintergate/test-helpers';
import { dialects, type NeutralDelta, openaiChat, type TargetDialect } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { bedrockConverse } from '@wintergate/wire/bedrock';
import { cohereChat } from '@wintergate/wire/cohere';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMisread } from './lib/misread.ts';
import { type Format, type Recording, readRecordings, recorded } from './lib/recordings.ts';
import { type Heard, sdks, statusOf } from './lib/sdks.ts';

const available = requireOrSkip({
  suite: 'e2e',
  what: 'recorded answers through the gateway',
  available: existsSync(recorded),
  why: 'they are not beside the checkout (../shared/data/conformance)',
});
const recordings = available ? readRecordings() : [];

const formats: Readonly<Record<Format, TargetDialect>> = {
  chat: openaiChat,
  responses: openaiResponses,
  messages: anthropicMessages,
  generate: googleGenerate,
  converse: bedrockConverse,
  cohere: cohereChat,
};

let current: Recording | undefined;
let server: NodeServer;

beforeAll(async () => {
  const transport = async (): Promise<Response> => {
    if (current === undefined) throw new Error('no recording');
    const { status, type, body } = current;
    return new Response(body, { status, headers: { 'content-type': type } });
  };
  const key = { apiKey: 'k', transport };
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const routes: Record<Format | 'mistral', Provider> = {
    mistral: mistral(key),
    chat: openaiCompatible({ baseUrl: 'http://openai.test/v1', ...key }),
    // Of the formats that it speaks the first is written for callers of other ones.
    responses: {
      ...openai(key),
      target: (model, extra) => ({
        ...openai(key).target(model, extra),
        dialects: [openaiResponses],
      }),
    },
    messages: anthropic(key),
    generate: google(key),
    converse: bedrock({ region: 'us-east-1', credentials, transport }),
    cohere: cohere(key),
  };
  const chain = compose(
    dialects(openaiChat, openaiResponses, anthropicMessages, googleGenerate),
    modelRouter({ routes }),
  );
  server = await serveNode(chain, upstream(), { port: 0, host: '127.0.0.1' });
});
afterAll(() => server?.close());

const call = openaiChat.readCall(
  { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  'chat',
  new URL('http://gateway.test/v1/chat/completions'),
);

interface Said {
  readonly text: string;
  readonly calls: Heard['calls'];
}

/** What a recording says, read by its own format and nothing else. */
function saidBy(recording: Recording): Said | undefined {
  const { format, stream, status, body } = recording;
  if (status !== 200) return undefined;
  if (stream) return saidByDeltas(deltasOf(recording));
  const reply = formats[format].readReply(JSON.parse(new TextDecoder().decode(body)), call);
  const [choice] = reply.choices;
  if (reply.error !== undefined || choice === undefined) return undefined;
  return {
    text: choice.text,
    calls: choice.toolCalls.map(({ name, arguments: text, custom = false }) => ({
      name,
      input: inputOf(text, custom),
    })),
  };
}

function deltasOf({ format, type, body }: Recording): NeutralDelta[] {
  const dialect = formats[format];
  const { framing } = dialect;
  const reframer = framing?.contentType.test(type) ? framing.createReframer() : undefined;
  const bytes =
    reframer === undefined ? body : Buffer.concat([reframer.push(body), reframer.end()]);
  const decoder = dialect.createDecoder(call);
  return createSseDecoder()
    .push(bytes)
    .flatMap((event) => [...decoder.push(event)]);
}

function saidByDeltas(deltas: readonly NeutralDelta[]): Said | undefined {
  let text = '';
  const calls: { name: string; text: string; custom: boolean }[] = [];
  for (const delta of deltas) {
    if (delta.type === 'error') return undefined;
    if (delta.type === 'text' && delta.choice === 0) text += delta.text;
    if (delta.type !== 'tool-call' || delta.choice !== 0) continue;
    const known = (calls[delta.index] ??= { name: '', text: '', custom: false });
    known.name += delta.name ?? '';
    known.text += delta.arguments;
    known.custom ||= delta.custom === true;
  }
  return {
    text,
    calls: calls.map(({ name, text: input, custom }) => ({ name, input: inputOf(input, custom) })),
  };
}

/** The input of a custom tool is a text. */
function inputOf(text: string, custom: boolean): unknown {
  return custom ? text : JSON.parse(text.trim() || '{}');
}

for (const sdk of sdks.filter(({ textOnly }) => !textOnly)) {
  describe(`recorded answers to ${sdk.name}`, () => {
    for (const recording of recordings) {
      const test = isMisread(recording.name, sdk.name) ? it.fails : it;
      test(`${recording.format} ${recording.name}`, async () => {
        current = recording;
        const model = recording.name.startsWith('mistral/') ? 'mistral' : recording.format;
        const asked = { model, prompt: 'Hi', tools: true };
        const hear = sdk[recording.stream ? 'stream' : 'ask'](server.url, asked);
        const said = saidBy(recording);
        if (said === undefined) {
          const failure = await hear.then(
            () => undefined,
            (error: unknown) => error,
          );
          expect(failure).toBeDefined();
          if (recording.status !== 200) expect(statusOf(failure)).toBe(recording.status);
          return;
        }
        const { text, calls } = await hear;
        // Tools of one host's own are calls to some SDKs.
        const names = new Set(said.calls.map(({ name }) => name));
        expect({ text, calls: calls.filter(({ name }) => names.has(name)) }).toEqual(said);
      });
    }
  });
}
