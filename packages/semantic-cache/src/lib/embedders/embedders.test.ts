import { describe, expect, it, vi } from 'vitest';
import { toBase64 } from '../base64.ts';
import { embedderConformance } from '../embedder.conformance.ts';
import { createBatcher } from './batcher.ts';
import { type OpenAIEmbedderOptions, openaiEmbedder } from './openai-embedder.ts';
import {
  type FeatureExtraction,
  type TransformersEmbedderOptions,
  transformersEmbedder,
} from './transformers-embedder.ts';
import { workersAIEmbedder } from './workers-ai-embedder.ts';

/** Exact in 32 bits. */
const vectorOf = (text: string): number[] => [
  text.length + 1,
  0.5,
  (text.codePointAt(0) ?? 0) % 64,
];

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: { input: string[]; encoding_format: string; dimensions?: number; model: string };
}

/** The API, which answers as it is told to. */
function api(
  options: Partial<OpenAIEmbedderOptions> = {},
  answer?: (sent: Sent) => Response | Promise<Response>,
) {
  const sent: Sent[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const one = { url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) };
    sent.push(one);
    if (answer !== undefined) return answer(one);
    const data = one.body.input.map((text: string, index: number) => ({
      index,
      embedding: toBase64(new Uint8Array(Float32Array.from(vectorOf(text)).buffer)),
    }));
    return Response.json({ data: data.reverse() });
  };
  const embedder = openaiEmbedder({
    ...{ model: 'text-embedding-3-small', dimensions: 3, batchWindow: 0 },
    ...options,
    fetch: fetch as never,
  });
  return { sent, embedder };
}

describe('openaiEmbedder()', () => {
  embedderConformance(api().embedder);

  it('asks once for texts that come together, in order whatever the order of the answer', async () => {
    const { sent, embedder } = api({ apiKey: 'sk-1', headers: { 'x-a': 'b' } });
    const vectors = await Promise.all([
      embedder.embed(['a', 'bb']),
      embedder.embed(['ccc']),
      embedder.embed([]),
    ]);
    expect(vectors.map((some) => some.map((vector) => [...vector]))).toEqual([
      [vectorOf('a'), vectorOf('bb')],
      [vectorOf('ccc')],
      [],
    ]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('https://api.openai.com/v1/embeddings');
    expect(sent[0]?.body).toEqual({
      ...{ model: 'text-embedding-3-small', dimensions: 3, encoding_format: 'base64' },
      input: ['a', 'bb', 'ccc'],
    });
    const { headers } = sent[0] as Sent;
    expect([headers.get('authorization'), headers.get('x-a')]).toEqual(['Bearer sk-1', 'b']);
  });

  it('sends no more texts at once than it may, and no empty one', async () => {
    const { sent, embedder } = api({ maxBatch: 2 });
    await embedder.embed(['a', '', 'c', '  ', 'e']);
    expect(sent.map(({ body }) => body.input)).toEqual([['a', ' '], ['c', ' '], ['e']]);
  });

  it('reads numbers, and asks older models for no length', async () => {
    const { sent, embedder } = api(
      { model: 'nomic-embed-text', baseUrl: 'http://127.0.0.1:11434/v1/', apiKey: async () => 'k' },
      ({ body }) =>
        Response.json({ data: body.input.map((text) => ({ embedding: vectorOf(text) })) }),
    );
    expect([...((await embedder.embed(['a']))[0] ?? [])]).toEqual(vectorOf('a'));
    expect(sent[0]?.url).toBe('http://127.0.0.1:11434/v1/embeddings');
    expect(sent[0]?.body).not.toHaveProperty('dimensions');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer k');
    expect(embedder.id).toBe('openai:nomic-embed-text');
  });

  it.each<[string, () => Response]>([
    ['answered 429', () => new Response('slow down: key sk-1', { status: 429 })],
    ['another number of vectors', () => Response.json({ data: [] })],
    ['no vector', () => Response.json({ data: [{ embedding: null }] })],
    ['JSON', () => new Response('<html>')],
  ])('rejects when the API fails: %s', async (message, answer) => {
    const embedding = Promise.resolve(api({}, answer).embedder.embed(['a']));
    const failure = await embedding.then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).toContain(message);
    expect(failure?.message).not.toContain('sk-1');
  });

  it('refuses options that can not work', () => {
    expect(() => api({ baseUrl: 'nowhere' })).toThrow('"baseUrl"');
    expect(() => api({ model: '' })).toThrow('"model"');
    expect(() => api({ dimensions: 0 })).toThrow('"dimensions"');
    expect(() => api({ maxBatch: 0 })).toThrow('"maxBatch"');
  });
});

describe('createBatcher()', () => {
  const setup = (windowMs = 5) => {
    const asked: { texts: readonly string[]; signal: AbortSignal }[] = [];
    let answer: (texts: readonly string[]) => Promise<Float32Array[]> = async (texts) =>
      texts.map((text) => Float32Array.of(text.length));
    const embed = createBatcher({
      windowMs,
      maxBatch: 10,
      ask(texts, signal) {
        asked.push({ texts, signal });
        return answer(texts);
      },
    });
    return { asked, embed, answerWith: (given: typeof answer) => void (answer = given) };
  };

  it('waits for others as long as it is told', async () => {
    vi.useFakeTimers();
    try {
      const { asked, embed } = setup(5);
      const first = embed(['a']);
      await vi.advanceTimersByTimeAsync(4);
      const second = embed(['bb']);
      expect(asked).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(asked.map(({ texts }) => texts)).toEqual([['a', 'bb']]);
      expect([await first, await second]).toEqual([[Float32Array.of(1)], [Float32Array.of(2)]]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks for none who has gone, and gives up when all have', async () => {
    const { asked, embed, answerWith } = setup(0);
    answerWith(() => new Promise(() => {}));
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const gone = embed(['gone'], one.signal);
    one.abort(new Error('left'));
    await expect(gone).rejects.toThrow('left');
    const all = [embed(['a'], two.signal), embed(['b'], three.signal)];
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.texts).toEqual(['a', 'b']);
    two.abort(new Error('left'));
    await expect(all[0]).rejects.toThrow('left');
    expect(asked[0]?.signal.aborted).toBe(false);
    three.abort(new Error('left'));
    await expect(all[1]).rejects.toThrow('left');
    expect(asked[0]?.signal.aborted).toBe(true);
    await expect(embed(['c'], AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('keeps callers apart where they may not share work', async () => {
    const asked: (readonly string[])[] = [];
    const embed = createBatcher({
      windowMs: 50,
      maxBatch: 2,
      joins: false,
      async ask(texts) {
        asked.push(texts);
        return texts.map((text) => Float32Array.of(text.length));
      },
    });
    await Promise.all([embed(['a', 'b', 'c']), embed(['d'])]);
    expect(asked).toEqual([['a', 'b'], ['c'], ['d']]);
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    try {
      const { sent, embedder } = api({ batchWindow: 5 });
      await Promise.all([embedder.embed(['a']), embedder.embed(['b'])]);
      expect(sent.map(({ body }) => body.input)).toEqual([['a'], ['b']]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('rejects all of a call that fails, and nobody else', async () => {
    const { embed, answerWith } = setup(0);
    answerWith(async () => []);
    await expect(embed(['a'])).rejects.toThrow('too few vectors');
    answerWith(async (texts) => texts.map(() => Float32Array.of(1)));
    expect(await embed(['a'])).toHaveLength(1);
  });
});

describe('workersAIEmbedder()', () => {
  const binding = {
    run: async (_model: string, { text }: { text: string[] }) => ({
      shape: [text.length, 3],
      data: text.map(vectorOf),
    }),
  };
  embedderConformance(workersAIEmbedder(binding, { dimensions: 3 }));

  it('rejects an answer without vectors, and what is no binding', async () => {
    const broken = workersAIEmbedder({ run: async () => ({}) });
    await expect(broken.embed(['a'])).rejects.toThrow('no vectors');
    expect(() => workersAIEmbedder({} as never)).toThrow('AI binding');
    expect(broken.id).toBe('workers-ai:@cf/baai/bge-small-en-v1.5');
  });
});

describe('transformersEmbedder()', () => {
  const extract: FeatureExtraction = async (texts) => ({
    data: Float32Array.from(texts.flatMap(vectorOf)),
    dims: [texts.length, 3],
  });
  const make = (options: TransformersEmbedderOptions = {}) =>
    transformersEmbedder({ dimensions: 3, ...options });

  embedderConformance(make({ pipeline: extract }));

  it('loads the library that is there, once for all who ask', async () => {
    const loaded: string[] = [];
    const made: string[] = [];
    const load = async (name: string) => {
      loaded.push(name);
      if (name.startsWith('@huggingface')) throw new Error('Cannot find package');
      return {
        async pipeline(task: string, model: string) {
          made.push(`${task} ${model}`);
          return extract;
        },
      };
    };
    const embedder = make({ load, model: 'a/b' });
    await Promise.all([embedder.embed(['a']), embedder.embed(['b'])]);
    expect(loaded).toEqual(['@huggingface/transformers', '@xenova/transformers']);
    expect(made).toEqual(['feature-extraction a/b']);
    expect(await embedder.embed([])).toEqual([]);
  });

  it('makes the pipeline that it is given, warmed up or with the first text', async () => {
    const pipeline = vi.fn(async () => extract);
    make({ pipeline: () => pipeline() });
    expect(pipeline).not.toHaveBeenCalled();
    const warm = make({ pipeline: () => pipeline(), warmUp: true });
    expect(pipeline).toHaveBeenCalledTimes(1);
    await warm.embed(['a']);
    expect(pipeline).toHaveBeenCalledTimes(1);
  });

  it('says what to do when the library or the model is missing, and tries again', async () => {
    const gone = async (): Promise<unknown> => Promise.reject(new Error('Cannot find package'));
    await expect(make({ load: gone }).embed(['a'])).rejects.toThrow(
      'npm install @huggingface/transformers',
    );
    let fails = true;
    const load = async () => ({
      async pipeline() {
        if (fails) throw new Error('404');
        return extract;
      },
    });
    const embedder = make({ load, model: 'a/b' });
    await expect(embedder.embed(['a'])).rejects.toThrow('Cannot load the model "a/b"');
    fails = false;
    expect(await embedder.embed(['a'])).toHaveLength(1);
  });

  it('refuses vectors of another length, naming it', async () => {
    const embedder = transformersEmbedder({ pipeline: extract });
    await expect(embedder.embed(['a'])).rejects.toThrow('vectors of 3 numbers: set "dimensions"');
  });
});
