import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Index } from '@upstash/vector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dotProduct } from '../embedder.ts';
import { item, unit, vectorIndexConformance } from '../vector-index.conformance.ts';
import type { VectorIndex } from '../vector-index.ts';
import { type RedisVectorSetOptions, redisVectorSetIndex } from './redis-vector-set.ts';
import { upstashVectorIndex } from './upstash-index.ts';
import { type VectorizeLike, vectorizeIndex } from './vectorize-index.ts';

interface Kept {
  readonly vector: number[];
  readonly metadata: unknown;
}

/** A brute-force collection with namespaces: what both services promise. */
function collection() {
  const spaces = new Map<string, Map<string, Kept>>();
  const space = (name: string) => {
    let found = spaces.get(name);
    if (found === undefined) spaces.set(name, (found = new Map()));
    return found;
  };
  const nearest = (name: string, vector: number[], count: number) =>
    [...space(name)]
      .map(([id, kept]) => ({
        id,
        cosine: dotProduct(Float32Array.from(vector), Float32Array.from(kept.vector)),
        metadata: kept.metadata,
      }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, count);
  return { spaces, space, nearest };
}

describe('upstashVectorIndex(), the client of Upstash against a server of the same interface', () => {
  let server: Server;
  let url = '';
  let count = 0;

  beforeAll(async () => {
    const { space, nearest } = collection();
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const [, action, name = ''] = (request.url ?? '').split('/');
      const body = JSON.parse(text);
      const answer = (result: unknown) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ result }));
      };
      if (request.headers.authorization !== 'Bearer token') {
        response.statusCode = 401;
        return response.end('{"error":"Unauthorized"}');
      }
      if (action === 'upsert') {
        for (const { id, vector, metadata } of [body].flat())
          space(name).set(id, { vector, metadata });
        return answer('Success');
      }
      if (action === 'query') {
        expect(body.includeMetadata).toBe(true);
        return answer(
          nearest(name, body.vector, body.topK).map(({ id, cosine, metadata }) => ({
            id,
            score: (1 + cosine) / 2,
            metadata,
          })),
        );
      }
      const ids = Array.isArray(body) ? body : body.ids;
      let deleted = 0;
      for (const id of ids) if (space(name).delete(id)) deleted++;
      return answer({ deleted });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Each test has scopes of its own: one server keeps them all. */
  function apart(now: () => number): VectorIndex {
    const client = () => new Index({ url, token: 'token', enableTelemetry: false, retry: false });
    const own = `${++count}:`;
    const inner = () => upstashVectorIndex(client(), { now });
    return {
      add: (one) => inner().add({ ...one, scope: own + one.scope }),
      query: (scope, vector, most) => inner().query(own + scope, vector, most),
      delete: (scope, id) => inner().delete(own + scope, id),
    };
  }

  vectorIndexConformance('upstashVectorIndex()', apart);

  it('lets what the service refuses with pass', async () => {
    const index = upstashVectorIndex(new Index({ url, token: 'wrong', retry: false }));
    await expect(index.query('one', unit(1, 0, 0), 1)).rejects.toThrow('Unauthorized');
  });
});

/** As the binding behaves, limits included. */
function vectorize(): VectorizeLike & ReturnType<typeof collection> {
  const kept = collection();
  return {
    ...kept,
    async upsert(vectors) {
      for (const { id, values, namespace, metadata } of vectors) {
        if (id.length > 64 || namespace.length > 64)
          throw new Error('VECTOR_UPSERT_ERROR: too long');
        kept.space(namespace).set(id, { vector: values, metadata });
      }
    },
    async query(vector, { topK, namespace, returnMetadata }) {
      if (topK > 20 && returnMetadata === 'all') throw new Error('VECTOR_QUERY_ERROR: topK');
      const matches = kept
        .nearest(namespace, vector, topK)
        .map(({ id, cosine, metadata }) => ({ id, score: cosine, metadata }));
      return { matches };
    },
    async deleteByIds(ids) {
      for (const space of kept.spaces.values()) for (const id of ids) space.delete(id);
    },
  };
}

vectorIndexConformance('vectorizeIndex()', (now) => vectorizeIndex(vectorize(), { now }));

describe('vectorizeIndex()', () => {
  it('stays within what the service allows, and sweeps what is over as it meets it', async () => {
    const service = vectorize();
    let time = 0;
    const index = vectorizeIndex(service, { now: () => time });
    for (let at = 0; at < 40; at++)
      await index.add(item({ id: `i${at}`, expiresAt: at < 5 ? 10 : 99 }));
    time = 10;
    expect((await index.query('one', unit(1, 0, 0), 100)).length).toBe(15);
    expect([...service.spaces.values()][0]?.size).toBe(35);
  });

  it('answers nothing that the service mixes up', async () => {
    const service = vectorize();
    const index = vectorizeIndex(service);
    await index.add(item({ id: 'a' }));
    const [space] = service.spaces.values();
    for (const metadata of [
      undefined,
      null,
      {},
      'x',
      { id: 'a', text: 't', namespace: 'other', expiresAt: 1e15 },
    ])
      space?.set(`bad ${JSON.stringify(metadata)}`, { vector: [1, 0, 0], metadata });
    expect(await index.query('one', unit(1, 0, 0), 10)).toHaveLength(1);
  });
});

/** The commands of Redis 8 that are used, as its documentation has them. */
function redis8() {
  const sets = new Map<string, Map<string, { vector: Float32Array; attributes: string }>>();
  const set = (name: string) => {
    let found = sets.get(name);
    if (found === undefined) sets.set(name, (found = new Map()));
    return found;
  };
  return {
    async call(name: string, ...given: (string | number)[]): Promise<unknown> {
      const [key = '', ...args] = given.map(String);
      if (name === 'PEXPIRE') return /^(?:NX|GT)$/.test(args[1] ?? '') ? 1 : 0;
      if (name === 'VGETATTR') return set(key).get(args[0] ?? '')?.attributes ?? null;
      if (name === 'VREM') return set(key).delete(args[0] ?? '') ? 1 : 0;
      if (args[0] !== 'VALUES') throw new Error('ERR invalid vector specification');
      const size = Number(args[1]);
      const vector = Float32Array.from(args.slice(2, 2 + size).map(Number));
      const rest = args.slice(2 + size);
      if (name === 'VADD') {
        const [id = '', quantised, word, attributes = ''] = rest;
        if (quantised !== 'Q8' || word !== 'SETATTR') throw new Error('ERR syntax error');
        set(key).set(id, { vector, attributes });
        return 1;
      }
      if (name !== 'VSIM' || rest[0] !== 'WITHSCORES' || rest[1] !== 'COUNT')
        throw new Error('ERR syntax error');
      return [...set(key)]
        .map(([id, kept]) => [id, (1 + dotProduct(vector, kept.vector)) / 2] as const)
        .sort((a, b) => b[1] - a[1])
        .slice(0, Number(rest[2]))
        .flatMap(([id, score]) => [id, String(score)]);
    },
  };
}

vectorIndexConformance('redisVectorSetIndex()', (now) => {
  const options: RedisVectorSetOptions = { now };
  return redisVectorSetIndex(redis8(), options);
});
