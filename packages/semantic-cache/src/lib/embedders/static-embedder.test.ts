import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireOrSkip } from '@wintergate/test-helpers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedderConformance } from '../embedder.conformance.ts';
import { dotProduct } from '../embedder.ts';
import { loadStaticEmbedder } from './load-static.ts';
import { createNormalizer } from './normalizer.ts';
import { createSplit } from './pre-tokenizer.ts';
import { readSafetensors } from './safetensors.ts';
import { staticEmbedder } from './static-embedder.ts';
import { createTokenModel } from './word-pieces.ts';

/** A file of the format, made here. */
function safetensors(tensors: Record<string, [dtype: string, shape: number[], bytes: Uint8Array]>) {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const [name, [dtype, shape, bytes]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(json.length), true);
  return Uint8Array.from(
    Buffer.concat([size, json, ...Object.values(tensors).map(([, , bytes]) => bytes)]),
  );
}
const float32 = (...values: number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);

const vocab = { '[PAD]': 0, '[UNK]': 1, hello: 2, world: 3, '##s': 4, '!': 5, 北: 6 };
const wordPiece = {
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', vocab },
};
const table = [0, 0, 9, 9, 1, 0, 0, 1, 0, -1, -1, 0, 3, 4];
const weights = safetensors({ embeddings: ['F32', [7, 2], float32(...table)] });
const small = staticEmbedder({ weights, tokenizer: wordPiece, config: { normalize: true } });
const vectorOf = async (text: string, embedder = small) => [
  ...((await embedder.embed([text]))[0] ?? []),
];

describe('staticEmbedder()', () => {
  embedderConformance(small);

  it.each<[string, number[]]>([
    ['hello', [1, 0]],
    ['  HÉLLO\n', [1, 0]],
    ['hello world', [Math.SQRT1_2, Math.SQRT1_2]],
    ['worlds', [0, 0]],
    ['hello!', [0, 0]],
    ['北hello', [Math.SQRT1_2, Math.SQRT1_2]],
    ['北', [0.6, 0.8]],
    ['nothing known here', [0, 0]],
    ['hello unknown', [1, 0]],
    ['', [0, 0]],
  ])('embeds %j', async (text, expected) => {
    const vector = await vectorOf(text);
    for (const [at, value] of expected.entries()) expect(vector[at]).toBeCloseTo(value, 4);
  });

  it('counts the first tokens only', async () => {
    const short = staticEmbedder({ weights, tokenizer: wordPiece, maxTokens: 2 });
    expect(await vectorOf('hello hello world world world', short)).toEqual([1, 0]);
    const long = `${'hello '.repeat(200_000)}`;
    expect(await vectorOf(long)).toEqual([1, 0]);
  });

  it('does not scale where the model says so', async () => {
    const raw = staticEmbedder({ weights, tokenizer: wordPiece, config: { normalize: false } });
    expect(await vectorOf('北', raw)).toEqual([3, 4]);
  });

  it('reads every type of number', async () => {
    const half = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00).buffer);
    const read = (dtype: string, shape: number[], bytes: Uint8Array) => [
      ...(readSafetensors(safetensors({ a: [dtype, shape, bytes] })).get('a')?.values ?? []),
    ];
    expect(read('F16', [4], half)).toEqual([1, -2, 2 ** -24, Infinity]);
    expect(read('BF16', [1], new Uint8Array(Uint16Array.of(0xbf80).buffer))).toEqual([-1]);
    expect(read('F64', [1], new Uint8Array(Float64Array.of(0.1).buffer))).toEqual([0.1]);
    expect(read('I64', [1], new Uint8Array(BigInt64Array.of(-5n).buffer))).toEqual([-5]);
    expect(read('I8', [2], new Uint8Array(Int8Array.of(-1, 2).buffer))).toEqual([-1, 2]);
    expect(read('U8', [1], Uint8Array.of(255))).toEqual([255]);
  });

  it('tells models apart that have no name', () => {
    const other = safetensors({
      embeddings: ['F32', [7, 2], float32(...table.map((one) => one + 1))],
    });
    expect(staticEmbedder({ weights: other, tokenizer: wordPiece }).id).not.toBe(small.id);
    expect(staticEmbedder({ weights, tokenizer: wordPiece, id: 'mine' }).id).toBe('mine');
  });

  it.each<[string, () => unknown]>([
    ['it is too short', () => readSafetensors(new Uint8Array(3))],
    ['its header is cut off', () => readSafetensors(weights.subarray(0, 40))],
    ['its header is no JSON', () => readSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 1))],
    ['"embeddings" is cut off', () => readSafetensors(weights.subarray(0, weights.length - 1))],
    [
      '"a" has the type Q4',
      () => readSafetensors(safetensors({ a: ['Q4', [1], Uint8Array.of(1)] })),
    ],
    ['to hold a table', () => staticEmbedder({ weights: safetensors({}), tokenizer: wordPiece })],
    ['model to have a type', () => staticEmbedder({ weights, tokenizer: {} })],
    [
      'model "BPE" is not supported',
      () => staticEmbedder({ weights, tokenizer: { model: { type: 'BPE' } } }),
    ],
    ['normalizer "Odd"', () => createNormalizer({ type: 'Odd' })],
    ['pre-tokenizer "ByteLevel"', () => createSplit({ type: 'ByteLevel' })],
    ['"maxTokens"', () => staticEmbedder({ weights, tokenizer: wordPiece, maxTokens: 0 })],
  ])('says what is wrong: %s', (message, act) => {
    expect(act).toThrow(message);
  });
});

describe('tokens', () => {
  const unigram = createTokenModel({
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁', -2],
      ['▁ab', -3],
      ['a', -4],
      ['b', -4],
      ['ab', -5],
      ['abc', -5.5],
    ],
  });
  const tokensOf = (model: ReturnType<typeof createTokenModel>, word: string): number[] => {
    const tokens: number[] = [];
    model.push(word, tokens);
    return tokens;
  };

  it.each([
    ['▁ab', [2]],
    ['▁abc', [1, 6]],
    ['ab', [5]],
    ['▁x', [1, 0]],
    ['xx😀', [0]],
    ['', []],
  ])('of Unigram: the likeliest of %j', (word, expected) => {
    expect(tokensOf(unigram, word)).toEqual(expected);
  });

  it('of Unigram are as likely as any other way to cut the word', () => {
    const scores = new Map([
      ['▁', -2],
      ['▁ab', -3],
      ['a', -4],
      ['b', -4],
      ['ab', -5],
      ['abc', -5.5],
    ]);
    const names = ['<unk>', ...scores.keys()];
    const likeliest = (word: string): number => {
      if (word === '') return 0;
      let best = -Infinity;
      for (const [piece, score] of scores)
        if (word.startsWith(piece))
          best = Math.max(best, score + likeliest(word.slice(piece.length)));
      return best;
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'ab', '▁'), { maxLength: 6 }), (parts) => {
        const word = parts.join('');
        const found = tokensOf(unigram, word).map((id) => scores.get(names[id] ?? '') ?? -Infinity);
        const sum = found.reduce((total, score) => total + score, 0);
        expect(sum).toBeCloseTo(likeliest(word));
      }),
    );
  });

  it('of WordPiece take the longest piece, or all of the word is unknown', () => {
    const model = createTokenModel(wordPiece.model);
    expect(tokensOf(model, 'hellos')).toEqual([2, 4]);
    expect(tokensOf(model, 'hellox')).toEqual([1]);
    expect(tokensOf(model, 'h'.repeat(101))).toEqual([1]);
  });

  it('come from words that are split as BERT splits them', () => {
    const split = createSplit({ type: 'BertPreTokenizer' });
    expect(split('a+b=c, "d"! $5')).toEqual([
      'a',
      '+',
      'b',
      '=',
      'c',
      ',',
      '"',
      'd',
      '"',
      '!',
      '$',
      '5',
    ]);
    const meta = createSplit({ type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' });
    expect(meta('a bc')).toEqual(['▁a', '▁bc']);
  });
});

const fixture = join(
  import.meta.dirname,
  '../../../../../../shared/data/semantic/model2vec-format-fixture',
);
const here = requireOrSkip({
  suite: 'unit',
  what: 'staticEmbedder() against the reference vectors of Model2Vec',
  available: existsSync(fixture),
  why: 'they are not beside the checkout (../shared/data/semantic/model2vec-format-fixture)',
});

describe.runIf(here)('staticEmbedder() against the reference vectors', () => {
  const json = (name: string) => JSON.parse(readFileSync(join(fixture, name), 'utf8'));
  const model = (name: string, tokenizer = 'tokenizer.json') =>
    staticEmbedder({
      weights: readFileSync(join(fixture, name, 'model.safetensors')),
      tokenizer: json(tokenizer),
      config: json(`${name}/config.json`),
    });
  const long = Array(1000).fill('hello').join(' ');

  it.each<[string, string, string, string | undefined, number]>([
    ['float32', 'hello world', 'embeddings_short.json', undefined, 5],
    ['float32', long, 'embeddings_long.json', undefined, 5],
    ['float16', 'hello world', 'embeddings_short.json', undefined, 2],
    [
      'vocab-quantized',
      long,
      'embeddings_vocab_quantized.json',
      'vocab-quantized/tokenizer.json',
      5,
    ],
  ])('%s, %.12s', async (name, text, expected, tokenizer, digits) => {
    const [vector = []] = await model(name, tokenizer).embed([text]);
    const [wanted] = json(expected) as [number[]];
    expect(vector).toHaveLength(wanted.length);
    for (const [at, value] of wanted.entries()) expect(vector[at]).toBeCloseTo(value, digits);
  });

  it('int8 says about the same as float32', async () => {
    for (const text of ['hello world', 'the price of gold', 'naïve café']) {
      const [a] = await model('int8').embed([text]);
      const [b] = await model('float32').embed([text]);
      expect(dotProduct(a as Float32Array, b as Float32Array)).toBeGreaterThan(0.99);
    }
  });

  it('finds related words nearer than others', async () => {
    const [good, other, far] = await model(
      'vocab-quantized',
      'vocab-quantized/tokenizer.json',
    ).embed([
      'how do I reset my password',
      'password reset instructions',
      'a recipe for apple pie',
    ]);
    const near = dotProduct(good as Float32Array, other as Float32Array);
    expect(near).toBeGreaterThan(dotProduct(good as Float32Array, far as Float32Array));
  });
});

describe('loadStaticEmbedder()', () => {
  const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const files: Record<string, Uint8Array> = {
    'model.safetensors': weights,
    'tokenizer.json': encode(wordPiece),
    'config.json': encode({ normalize: true }),
  };

  it('reads a folder by its files', async () => {
    const embedder = await loadStaticEmbedder(async (name) => files[name] as Uint8Array);
    expect(embedder.id).toBe(small.id);
  });

  it('reads a folder over HTTP', async () => {
    const asked: string[] = [];
    const fetch = (async (url: URL) => {
      asked.push(url.href);
      return new Response(files[url.pathname.split('/').at(-1) ?? ''] as never);
    }) as never;
    for (const folder of ['https://models.test/a/main', new URL('https://models.test/a/main/')]) {
      const embedder = await loadStaticEmbedder(folder, { fetch, id: 'm' });
      expect([embedder.id, embedder.dimensions]).toEqual(['m', 2]);
    }
    expect(new Set(asked).size).toBe(3);
    expect(asked).toContain('https://models.test/a/main/tokenizer.json');
  });

  it('says which file is missing, and what to do', async () => {
    const gone = async (): Promise<Uint8Array> => Promise.reject(new Error('ENOENT'));
    await expect(loadStaticEmbedder(gone)).rejects.toThrow(
      /Cannot read ".*" of the model \(ENOENT\): download/,
    );
    const fetch = (async () => new Response('', { status: 404 })) as never;
    await expect(loadStaticEmbedder('https://models.test/a', { fetch })).rejects.toThrow('404');
    await expect(loadStaticEmbedder('./models/a')).rejects.toThrow('Expected a URL with "https:"');
  });
});
