import { describe, expect, it } from 'vitest';
import { modelsResponse } from './models-response.ts';
import { openaiCompatible } from './openai-compatible.ts';

describe('modelsResponse()', () => {
  it('lists each name once, owned by the first to name it', async () => {
    const a = openaiCompatible({ name: 'a', baseUrl: 'https://a.test/v1', models: ['x', 'y'] });
    const b = openaiCompatible({ name: 'b', baseUrl: 'https://b.test/v1' });
    const plan = {
      candidates: [b.target('y'), b.target('z'), b.target()],
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
      'z:b',
    ]);
  });
});
