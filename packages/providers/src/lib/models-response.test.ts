import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { modelsResponse } from './models-response.ts';
import { openaiCompatible } from './openai-compatible.ts';

const a = openaiCompatible({ name: 'a', baseUrl: 'https://a.test/v1', models: ['x', 'y'] });
const b = openaiCompatible({ name: 'b', baseUrl: 'https://b.test/v1', models: ['org/z:1'] });

const ask = (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
  modelsResponse([a, b], {
    request: new Request(`http://gateway.test${path}`, { headers }),
  }).json();

describe('modelsResponse()', () => {
  it('lists each name once, owned by the first to name it', async () => {
    const c = openaiCompatible({ name: 'c', baseUrl: 'https://c.test/v1' });
    const plan = {
      candidates: [c.target('y'), c.target('z'), c.target()],
      rule: '',
      reason: '',
      cacheScope: '',
    };
    const response = modelsResponse(['fast', a, plan]);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { object, data } = (await response.json()) as {
      object: string;
      data: { id: string; owned_by: string }[];
    };
    expect(object).toBe('list');
    expect(data.map(({ id, owned_by }) => `${id}:${owned_by}`)).toEqual([
      'fast:wintergate',
      'x:a',
      'y:a',
      'z:c',
    ]);
  });

  it('answers as the caller’s SDK reads', async () => {
    expect(await ask('/v1/models')).toMatchObject({ object: 'list', data: [{}, {}, {}] });
    const version = { 'anthropic-version': '2023-06-01' };
    expect(await ask('/v1/models', version)).toMatchObject({
      data: [{ type: 'model', id: 'x' }, {}, {}],
      has_more: false,
      first_id: 'x',
      last_id: 'org/z:1',
    });
    expect(
      await modelsResponse([], { request: new Request('http://a.test/v1/models') }).json(),
    ).toEqual({ object: 'list', data: [] });
    expect(await ask('/v1beta/models')).toMatchObject({ models: [{ name: 'models/x' }, {}, {}] });
  });

  it.each(['/v1/models/org/z:1', '/v1/models/org%2Fz%3A1'])('tells one: %s', async (path) => {
    expect(await ask(path)).toEqual({ id: 'org/z:1', object: 'model', created: 0, owned_by: 'b' });
  });

  it('tells one in the other forms', async () => {
    expect(await ask('/v1/models/x', { 'anthropic-version': 'v' })).toMatchObject({ id: 'x' });
    expect(await ask('/v1beta/models/x')).toMatchObject({ name: 'models/x' });
  });

  it.each(['/v1/models/none', '/v1/models/%', '/v1/models/X'])('knows no other: %s', (path) => {
    const request = new Request(`http://gateway.test${path}`);
    try {
      modelsResponse([a, b], { request });
      expect.unreachable();
    } catch (error) {
      if (!RequestError.isInstance(error)) throw error;
      expect(error.details).toMatchObject({ status: 404, code: 'model_not_found' });
    }
  });
});
