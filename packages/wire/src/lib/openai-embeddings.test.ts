import { readdirSync, readFileSync } from 'node:fs';
import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { chatCall, dataPath, describeData } from './test-support.ts';
import type { JsonObject, ModelCall } from './types.ts';

const url = new URL('http://gateway.test/v1/embeddings');
const read = (fields: JsonObject): ModelCall =>
  openaiEmbeddings.readCall({ model: 'm', ...fields }, 'embeddings', url);

describe('openaiEmbeddings', () => {
  it.each<[JsonObject, string[]]>([
    [{ input: 'a' }, ['a']],
    [{ input: ['a', 'b'] }, ['a', 'b']],
    [{ input: [1, 2] }, []],
    [{ input: [[1, 2], [3]] }, []],
  ])('reads %j', (fields, texts) => {
    const call = read(fields);
    expect(openaiEmbeddings.segments(call).map(({ text }) => text)).toEqual(texts);
    expect(call.messages.flatMap(({ parts }) => parts)).toEqual(
      texts.map((text) => ({ type: 'text', text })),
    );
    expect([call.stream, call.system, call.tools]).toEqual([false, '', []]);
  });

  it.each<[JsonObject, string]>([
    [{}, 'input'],
    [{ input: 1 }, 'input'],
    [{ input: ['a', 1] }, 'input[1]'],
    [{ input: [1, 'a'] }, 'input[1]'],
    [{ input: [[1], 'a'] }, 'input[1]'],
    [{ input: [[1, 'a']] }, 'input[0][1]'],
    [{ input: [null] }, 'input[0]'],
    [{ input: 'a', dimensions: 0 }, 'dimensions'],
    [{ input: 'a', user: 1 }, 'user'],
    [{ input: 'a', model: '' }, 'model'],
  ])('refuses %j and names the field', (fields, param) => {
    try {
      read(fields);
      expect.unreachable();
    } catch (error) {
      if (!RequestError.isInstance(error)) throw error;
      expect(error.details.param).toBe(param);
    }
  });

  it('writes inputs back', () => {
    const call = read({ input: ['a', 'b'], x: 1 });
    expect(openaiEmbeddings.writeSegments(call, new Map([['input[1]', 'c']]))).toEqual({
      model: 'm',
      input: ['a', 'c'],
      x: 1,
    });
    expect(openaiEmbeddings.withModel(call, 'n')).toMatchObject({ model: 'n', x: 1 });
  });

  it('replays the body as it is', () => {
    const body = { object: 'list', data: [] };
    expect(JSON.parse(new TextDecoder().decode(openaiEmbeddings.replay(body, chatCall())))).toEqual(
      body,
    );
  });
});

const folder = 'conformance/pydantic-ai-recordings/openai/';

describeData('recorded embeddings', folder, () => {
  it('are read, requests and bodies alike', () => {
    const names = readdirSync(dataPath(folder)).filter((name) => name.startsWith('embeddings.'));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const { request, response } = JSON.parse(readFileSync(dataPath(folder + name), 'utf8'));
      const call = openaiEmbeddings.readCall(request.body, 'embeddings', new URL(request.url));
      expect(openaiEmbeddings.segments(call).length, name).toBeGreaterThan(0);
      const reply = openaiEmbeddings.readReply(response.body, call);
      expect(reply.error === undefined, name).toBe(response.status === 200);
      if (response.status === 200) expect(reply.usage?.inputTokens, name).toBeGreaterThan(0);
    }
  });
});
