import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { defineMiddleware } from '@wintergate/core';
import { type NodeServer, serveNode } from '@wintergate/core/node';
import { modelsResponse, openaiCompatible, upstream } from '@wintergate/providers';
import { modelRouter } from '@wintergate/router';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const provider = openaiCompatible({
  name: 'own',
  baseUrl: 'http://127.0.0.1:1/v1',
  models: ['small', 'org/large:free'],
});
const router = modelRouter({ default: provider, aliases: { fast: 'small' } });
const expected = ['small', 'org/large:free', 'fast'];

let server: NodeServer;
beforeAll(async () => {
  const list = defineMiddleware(undefined, function list(request) {
    return modelsResponse([provider, ...router.models], { request });
  });
  server = await serveNode(list, upstream(), { port: 0, host: '127.0.0.1' });
});
afterAll(() => server?.close());

async function idsOf<T>(list: AsyncIterable<T>, id: (model: T) => unknown): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const model of list) ids.push(id(model));
  return ids;
}

describe('the list of models, to the real SDK of', () => {
  it('OpenAI', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });
    expect(await idsOf(await client.models.list(), ({ id }) => id)).toEqual(expected);
    expect(await client.models.retrieve('org/large:free')).toMatchObject({ owned_by: 'own' });
    await expect(client.models.retrieve('none')).rejects.toThrow(OpenAI.NotFoundError);
  });

  it('Anthropic', async () => {
    const client = new Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    expect(await idsOf(await client.models.list(), ({ id }) => id)).toEqual(expected);
    expect(await client.models.retrieve('fast')).toMatchObject({ id: 'fast', type: 'model' });
    await expect(client.models.retrieve('none')).rejects.toThrow(Anthropic.NotFoundError);
  });

  it('Google', async () => {
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } });
    const names = await idsOf(await client.models.list(), ({ name }) => name);
    expect(names).toEqual(expected.map((id) => `models/${id}`));
    expect((await client.models.get({ model: 'small' })).displayName).toBe('small');
    await expect(client.models.get({ model: 'none' })).rejects.toThrow(/does not exist/);
  });
});
