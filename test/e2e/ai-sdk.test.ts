import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, embedMany, generateText, Output, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Connection, connect, ways } from './lib/connect.ts';
import { type FakeOpenAI, startFakeOpenAI } from './lib/fake-openai.ts';

describe.each(ways)('the AI SDK through %s', (way) => {
  let fake: FakeOpenAI;
  let connection: Connection;
  let openai: ReturnType<typeof createOpenAI>;

  beforeAll(async () => {
    fake = await startFakeOpenAI();
    connection = await connect(way, fake);
    const { baseURL, apiKey, fetch } = connection;
    openai = createOpenAI({ baseURL, apiKey, fetch });
  });

  beforeEach(() => {
    fake.received.length = 0;
    fake.failures.length = 0;
  });

  afterAll(async () => {
    await connection.close();
    await fake.close();
  });

  it('generates text, then the same from the cache', async () => {
    const call = { model: openai.chat('chat-model'), prompt: 'Name a mountain', maxRetries: 0 };
    const first = await generateText(call);
    const second = await generateText(call);
    expect(first.text).not.toBe('');
    expect([second.text, second.usage.totalTokens]).toEqual([first.text, first.usage.totalTokens]);
    expect(fake.received).toHaveLength(1);
  });

  it('streams text with usage', async () => {
    const result = streamText({
      model: openai.chat('chat-model'),
      prompt: 'Name a lake',
      maxRetries: 0,
    });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect(text).toBe(await result.text);
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it('calls a tool and goes on with its result', async () => {
    const seen: unknown[] = [];
    const weather = tool({
      description: 'The weather',
      inputSchema: z.object({ city: z.string() }),
      execute: async (input) => {
        seen.push(input);
        return { degrees: 20 };
      },
    });
    const result = await generateText({
      model: openai.chat('chat-model'),
      prompt: 'Weather in Rome',
      tools: { weather },
      toolChoice: 'required',
      maxRetries: 0,
    });
    expect(result.toolCalls[0]?.toolName).toBe('weather');
    expect(seen).toHaveLength(1);
    const streamed = streamText({
      model: openai.chat('chat-model'),
      prompt: 'Weather in Paris',
      tools: { weather },
      toolChoice: { type: 'tool', toolName: 'weather' },
      maxRetries: 0,
    });
    await streamed.consumeStream();
    expect((await streamed.toolCalls)[0]).toMatchObject({
      toolName: 'weather',
      input: { city: expect.any(String) },
    });
  });

  it('reads structured output', async () => {
    const schema = z.object({ name: z.string(), size: z.number() });
    const { output } = await generateText({
      model: openai.chat('chat-model'),
      prompt: 'A dog',
      output: Output.object({ schema }),
      maxRetries: 0,
    });
    expect(schema.safeParse(output).success).toBe(true);
  });

  it('embeds', async () => {
    const { embeddings } = await embedMany({
      model: openai.embedding('embedding-model'),
      values: ['a', 'b'],
      maxRetries: 0,
    });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.length).toBe(embeddings[1]?.length);
  });

  it('gets errors as its own, and one failure not at all', async () => {
    const call = (prompt: string) =>
      generateText({ model: openai.chat('chat-model'), prompt, maxRetries: 0 });
    fake.failures.push('status=400');
    const error = await call('Fail').catch((thrown) => thrown);
    expect(APICallError.isInstance(error) && [error.statusCode, error.isRetryable]).toEqual([
      400,
      false,
    ]);
    fake.failures.push('status=503');
    expect((await call('Survive')).text).not.toBe('');
  });

  it('reports a broken stream as an error', async () => {
    fake.failures.push('cut-after=2');
    const errors: unknown[] = [];
    const result = streamText({
      model: openai.chat('chat-model'),
      prompt: 'Break',
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors).not.toHaveLength(0);
  });

  it('aborts, and the upstream hears of it', async () => {
    const controller = new AbortController();
    const result = streamText({
      model: openai.chat('chat-model'),
      prompt: 'A long tale of many words',
      abortSignal: controller.signal,
      maxRetries: 0,
    });
    for await (const _piece of result.textStream) {
      controller.abort();
      break;
    }
    await fake.left();
    expect(fake.received).toHaveLength(1);
  });
});
