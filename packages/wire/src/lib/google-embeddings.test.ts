import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { googleEmbeddings } from './google-embeddings.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import type { Notice } from './target-dialect.ts';
import { dataPath, describeData } from './test-support.ts';
import type { JsonObject, ModelCall } from './types.ts';

const base = 'http://gateway.test/v1beta/models/gemini-embedding';
const content = (text: string): JsonObject => ({ parts: [{ text }] });

function one(fields: JsonObject = {}): ModelCall {
  const body = { content: content('Hi'), ...fields };
  return googleEmbeddings.readCall(body, 'embeddings', new URL(`${base}:embedContent`));
}

function batch(requests: JsonObject[]): ModelCall {
  const url = new URL(`${base}:batchEmbedContents`);
  return googleEmbeddings.readCall({ requests }, 'embeddings', url);
}

function openai(fields: JsonObject = {}): ModelCall {
  const body = { model: 'm', input: ['a', 'b'], ...fields };
  return openaiEmbeddings.readCall(
    body,
    'embeddings',
    new URL('http://gateway.test/v1/embeddings'),
  );
}

function write(call: ModelCall): { body: JsonObject; path: string; notices: Notice[] } {
  const notices: Notice[] = [];
  const written = googleEmbeddings.writeCall(call, { notice: (told) => notices.push(told) });
  return { ...written, notices };
}

describe('googleEmbeddings', () => {
  it('knows its paths', () => {
    const knows = (path: string): unknown =>
      googleEmbeddings.matches({ method: 'POST', path, headers: new Headers() });
    expect(knows('/v1beta/models/m:embedContent')).toBe('embeddings');
    expect(knows('/v1beta/models/m:batchEmbedContents/')).toBe('embeddings');
    expect(knows('/v1beta/models/m:generateContent')).toBeUndefined();
  });

  it('reads what is to be embedded', () => {
    expect(one({ outputDimensionality: 3 })).toMatchObject({
      model: 'gemini-embedding',
      stream: false,
      parameters: { dimensions: 3 },
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    });
    const call = batch([{ content: content('a') }, { content: content('b'), title: 'T' }]);
    expect(call.messages).toHaveLength(2);
    const segments = googleEmbeddings.segments(call);
    expect(segments.map(({ path, text }) => [path, text])).toEqual([
      ['requests[0].content.parts[0].text', 'a'],
      ['requests[1].content.parts[0].text', 'b'],
      ['requests[1].title', 'T'],
    ]);
    const [first] = segments;
    const edited = googleEmbeddings.writeSegments(call, new Map([[first?.path ?? '', 'X']]));
    expect(edited).toMatchObject({ requests: [{ content: content('X') }, {}] });
  });

  it('takes both spellings, and lists of one without brackets', () => {
    const url = new URL(`${base}:batchEmbedContents`);
    const body = { requests: { content: { parts: { text: 'a' } }, output_dimensionality: 2 } };
    const call = googleEmbeddings.readCall(body, 'embeddings', url);
    expect(call.parameters.dimensions).toBe(2);
    expect(googleEmbeddings.segments(call)).toHaveLength(1);
  });

  it.each<[JsonObject, string]>([
    [{ content: 1 }, "Expected an object for 'content', got 1"],
    [{ outputDimensionality: 0 }, "Expected an integer of at least 1 for 'outputDimensionality'"],
    [{ model: 'models/other' }, "Name in 'model' the model of the path"],
  ])('refuses %j', (fields, message) => {
    expect(() => one(fields)).toThrow(message);
  });

  it('refuses a batch for another model than the path’s, and an empty one', () => {
    expect(() => batch([{ model: 'models/other', content: content('a') }])).toThrow(
      "Name in 'model'",
    );
    expect(() => batch([])).toThrow("Expected at least one request for 'requests'");
  });

  it('moves to another model, in the path and wherever it is named', () => {
    const url = new URL(`${base}:batchEmbedContents`);
    const call = batch([{ model: 'models/gemini-embedding', content: content('a') }]);
    const body = googleEmbeddings.withModel(call, 'other');
    const moved = googleEmbeddings.readCall(body, 'embeddings', url);
    expect(moved.model).toBe('other');
    expect(googleEmbeddings.urlFor?.(moved, url).pathname).toBe(
      '/v1beta/models/other:batchEmbedContents',
    );
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      requests: [{ model: 'models/other', content: content('a') }],
    });
    const named = googleEmbeddings.withModel(one({ model: 'models/gemini-embedding' }), 'other');
    expect(JSON.parse(JSON.stringify(named))).toMatchObject({ model: 'models/other' });
  });

  it('is the same call only for the same text and size', () => {
    const exact = (call: ModelCall): string => canonicalJson(googleEmbeddings.identity(call).exact);
    expect(exact(one())).toBe(exact(one({ title: null })));
    expect(exact(one())).not.toBe(exact(one({ outputDimensionality: 3 })));
    expect(exact(one())).not.toBe(exact(one({ content: content('Ho') })));
    expect(googleEmbeddings.identity(one()).text).toBeUndefined();
  });

  it('writes a call of another dialect as a batch', () => {
    expect(write(openai({ dimensions: 3, user: 'ann' }))).toEqual({
      path: '/models/m:batchEmbedContents',
      body: {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/m',
          content: content(text),
          outputDimensionality: 3,
        })),
      },
      notices: [{ field: 'user', action: 'drop' }],
    });
    expect(() => write(openai({ input: [1, 2] }))).toThrow("Leave out 'input'");
  });

  it('is answered in the form that was asked for', () => {
    const reply = openaiEmbeddings.readReply(
      { object: 'list', model: 'm', data: [{ index: 0, embedding: [1, 2] }] },
      one(),
    );
    expect(googleEmbeddings.writeReply(reply, one())).toEqual({ embedding: { values: [1, 2] } });
    const call = batch([{ content: content('a') }]);
    expect(googleEmbeddings.writeReply(reply, call)).toEqual({ embeddings: [{ values: [1, 2] }] });
    expect(googleEmbeddings.replay({ a: 1 }, call)).toEqual(new TextEncoder().encode('{"a":1}'));
  });

  it('reads errors inside of replies', () => {
    const body = { error: { code: 404, message: 'm', status: 'NOT_FOUND' } };
    expect(googleEmbeddings.readReply(body, one()).error).toMatchObject({ status: 404 });
    expect(googleEmbeddings.readReply([], one()).error).toBeDefined();
  });
});

const folder = 'conformance/pydantic-ai-recordings/google/';

describeData('recorded Google embeddings', folder, () => {
  it('are read, written as they were, and told in OpenAI’s form', () => {
    const file = readFileSync(dataPath(`${folder}batchEmbedContents.json.00.json`), 'utf8');
    const { request, response } = JSON.parse(file);
    const call = googleEmbeddings.readCall(request.body, 'embeddings', new URL(request.url));
    expect(call).toMatchObject({
      model: 'gemini-embedding-2-preview',
      parameters: { dimensions: 768 },
    });
    const reply = googleEmbeddings.readReply(response.body, call);
    expect(reply.embeddings?.[0]).toHaveLength(768);
    expect(googleEmbeddings.writeReply(reply, call)).toEqual(response.body);
    const { data } = openaiEmbeddings.writeReply(reply, openai());
    expect(data).toMatchObject([{ index: 0, embedding: reply.embeddings?.[0] }]);
  });
});
