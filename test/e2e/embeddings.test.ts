/** Vectors: the SDKs that ask for them, from every provider that has them. */
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { compose, type Transport } from '@wintergate/core';
import { type NodeServer, serveNode } from '@wintergate/core/node';
import { openaiCompatible, type Provider, upstream } from '@wintergate/providers';
import { cohere } from '@wintergate/providers/cohere';
import { google } from '@wintergate/providers/google';
import { ollama } from '@wintergate/providers/ollama';
import { workersAI } from '@wintergate/providers/workers-ai';
import { modelRouter } from '@wintergate/router';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { googleEmbeddings } from '@wintergate/wire/google-embeddings';
import { embedMany } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Exact in 32 bits, so that they survive base64. */
const vectorOf = (text: string): number[] => [text.length, -0.5, 0.25];

const base64Of = (vector: number[]): string =>
  Buffer.from(new Float32Array(vector).buffer).toString('base64');

/** What each provider is sent for these texts, and what it answers. */
interface Answering {
  readonly name: string;
  create(transport: Transport): Provider;
  textsIn(body: Record<string, unknown>): readonly string[];
  answer(vectors: readonly number[][], body: Record<string, unknown>): object;
}

const targets: readonly Answering[] = [
  {
    name: 'openai',
    create: (transport) =>
      openaiCompatible({ baseUrl: 'http://openai.test/v1', apiKey: 'k', transport }),
    textsIn: ({ input }) => [input].flat() as string[],
    answer: (vectors, { encoding_format: format }) => ({
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: format === 'base64' ? base64Of(vector) : vector,
      })),
      model: 'm',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    }),
  },
  {
    name: 'google',
    create: (transport) => google({ apiKey: 'k', transport }),
    textsIn: ({ requests, content }) =>
      ((requests ?? [{ content }]) as { content: { parts: { text: string }[] } }[]).map(
        (request) => request.content.parts[0]?.text ?? '',
      ),
    answer: (vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
  },
  {
    name: 'cohere',
    create: (transport) => cohere({ apiKey: 'k', transport }),
    textsIn: ({ texts }) => texts as string[],
    answer: (float) => ({
      id: 'e1',
      embeddings: { float },
      meta: { billed_units: { input_tokens: 7 } },
    }),
  },
  {
    name: 'ollama',
    create: (transport) => ollama({ transport }),
    textsIn: ({ input }) => [input].flat() as string[],
    answer: (embeddings) => ({ model: 'm', embeddings, prompt_eval_count: 7 }),
  },
  {
    name: 'workers-ai',
    create: (transport) => workersAI({ account: 'a1', apiToken: 't', transport }),
    textsIn: ({ text }) => [text].flat() as string[],
    answer: (data) => ({
      result: { shape: [data.length, 3], data },
      success: true,
      errors: [],
      messages: [],
    }),
  },
];

let server: NodeServer;
beforeAll(async () => {
  const routes = Object.fromEntries(
    targets.map((target) => [
      target.name,
      target.create(async ({ body }) => {
        const asked = JSON.parse(new TextDecoder().decode(body as Uint8Array));
        return Response.json(target.answer(target.textsIn(asked).map(vectorOf), asked));
      }),
    ]),
  );
  const chain = compose(
    dialects(openaiChat, openaiEmbeddings, googleEmbeddings),
    modelRouter({ routes }),
  );
  server = await serveNode(chain, upstream(), { port: 0, host: '127.0.0.1' });
});
afterAll(() => server?.close());

const texts = ['one', 'three', 'ünder'];
const expected = texts.map(vectorOf);

describe.each(targets.map(({ name }) => name))('vectors of %s', (model) => {
  it('for the OpenAI SDK, which asks for base64', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });
    const { data } = await client.embeddings.create({ model, input: texts });
    expect(data.map(({ embedding }) => embedding)).toEqual(expected);
    const one = await client.embeddings.create({
      model,
      input: 'one',
      encoding_format: 'float',
    });
    expect(one.data.map(({ embedding }) => embedding)).toEqual([vectorOf('one')]);
  });

  it('for Google Gen AI', async () => {
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } });
    const { embeddings } = await client.models.embedContent({ model, contents: texts });
    expect(embeddings?.map(({ values }) => values)).toEqual(expected);
  });

  it('for the AI SDK', async () => {
    const own = createOpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
    const embeddingModel = own.textEmbeddingModel(model);
    const { embeddings } = await embedMany({ model: embeddingModel, values: texts, maxRetries: 0 });
    expect(embeddings).toEqual(expected);
  });

  it('for LangChain', async () => {
    const own = new OpenAIEmbeddings({
      model,
      apiKey: 'k',
      maxRetries: 0,
      configuration: { baseURL: `${server.url}/v1` },
    });
    expect(await own.embedDocuments(texts)).toEqual(expected);
  });
});
