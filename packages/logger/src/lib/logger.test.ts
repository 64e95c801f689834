import {
  compose,
  createReply,
  defineMiddleware,
  errorResponse,
  type Middleware,
  tenantKey,
  toHandler,
  updateOutcome,
} from '@wintergate/core';
import { readCall, rewriteCall } from '@wintergate/wire';
import * as prices from '@wintergate/wire/prices';
import { describe, expect, it, vi } from 'vitest';
import { logger } from './logger.ts';
import {
  chat,
  chunks,
  done,
  gateway,
  jsonReply,
  start,
  target,
  tellUpstream,
  usage,
} from './test-support.ts';

function streamOf(parts: readonly string[], onPull?: (at: number) => void): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        onPull?.(at);
        const part = parts[at++];
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

describe('logger()', () => {
  it('writes one record of a JSON exchange', async () => {
    const self = gateway({ prices, headers: ['user-agent', 'x-team'] }, (_request, context) => {
      tellUpstream(context);
      return jsonReply();
    });
    const response = await self.post(chat(), {
      headers: { 'user-agent': 'test/1', 'x-request-id': 'id-1' },
    });
    expect(JSON.parse(await response.text())).toMatchObject({ id: 'chatcmpl-1' });
    await self.written();
    expect(self.records).toHaveLength(1);
    const {
      'wintergate.duration_ms': duration,
      'wintergate.time_to_headers_ms': headers,
      ...record
    } = self.records[0]!;
    expect(duration).toBeGreaterThanOrEqual(headers as number);
    expect(record).toEqual({
      timestamp: '2026-11-22T12:00:00.000Z',
      'wintergate.request_id': 'id-1',
      'http.request.method': 'POST',
      'url.path': '/v1/chat/completions',
      'http.response.status_code': 200,
      'http.request.header.user-agent': ['test/1'],
      'server.address': 'api.openai.com',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.stream': false,
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.cache_read.input_tokens': 200,
      'wintergate.dialect': 'openai-chat',
      'wintergate.input_bytes': chat().length,
      'wintergate.output_bytes': expect.any(Number),
      'wintergate.outcome.source': 'upstream',
      'wintergate.outcome.ended': 'completed',
      'wintergate.outcome.complete': true,
      'wintergate.settled': true,
      'wintergate.cost_usd': prices.costOf(usage, prices.findPrice('openai', 'gpt-4o-mini')!),
      'wintergate.price_date': prices.priceTableDate,
      'wintergate.attempts': [
        {
          attempt: 1,
          provider: 'openai',
          model: 'gpt-4o-mini',
          host: 'api.openai.com',
          ok: true,
          status: 200,
          duration_ms: 12,
        },
      ],
    });
  });

  it('holds no credential, prompt or completion', async () => {
    const self = gateway({ prices }, (_request, context) => {
      tellUpstream(context);
      return jsonReply();
    });
    const headers = { authorization: 'Bearer sk-header', cookie: 'session=sk-cookie' };
    await (await self.post(chat(), { headers })).text();
    await self.written();
    expect(JSON.stringify(self.records)).not.toMatch(/sk-|secret|Be brief/i);
  });

  it('times the first token of a stream and tells it', async () => {
    const parts = [...chunks('Hello', ' world'), done];
    const self = gateway({}, (_request, context) => {
      tellUpstream(context);
      return streamOf(parts, () => (self.clock.time += 100));
    });
    const response = await self.post(chat({ stream: true }));
    expect(await response.text()).toBe(parts.join(''));
    await self.written();
    expect(self.records[0]).toMatchObject({
      'gen_ai.request.stream': true,
      // The first chunk names the role; the second one is text.
      'gen_ai.response.time_to_first_chunk': 0.2,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'wintergate.outcome.complete': true,
    });
    const told = self.events.filter(({ type }) => type === 'first-token');
    expect(told).toMatchObject([{ durationMs: 200 }]);
  });

  it('leaves the first token to whoever has told it before', async () => {
    const self = gateway({}, (_request, context) => {
      context.emit({ type: 'first-token', durationMs: 42 });
      return streamOf([...chunks('Hello'), done]);
    });
    await (await self.post(chat({ stream: true }))).text();
    await self.written();
    expect(self.records[0]!['gen_ai.response.time_to_first_chunk']).toBe(0.042);
    expect(self.events.filter(({ type }) => type === 'first-token')).toHaveLength(1);
  });

  it('estimates usage that nobody reported, and says so', async () => {
    const words = Array.from({ length: 40 }, (_, index) => ` word${index}`);
    const self = gateway({ prices }, (_request, context) => {
      tellUpstream(context, null);
      updateOutcome(context, { source: 'upstream', target });
      return streamOf([...chunks(...words), done]);
    });
    await (await self.post(chat({ stream: true }))).text();
    await self.written();
    const record = self.records[0]!;
    expect(record['wintergate.usage.estimated']).toBe(true);
    expect(record['gen_ai.usage.input_tokens']).toBeGreaterThan(10);
    const bytes = words.join('').length;
    expect(record['gen_ai.usage.output_tokens']).toBeGreaterThanOrEqual(bytes / 4);
    expect(record['gen_ai.usage.output_tokens']).toBeLessThan(bytes / 4 + 20);
    expect(record['wintergate.cost_usd']).toBeGreaterThan(0);
  });

  it('counts the usage that a stream tells', async () => {
    const tail =
      'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}\n\n';
    const self = gateway({}, () => streamOf([...chunks('Hello'), tail, done]));
    await (await self.post(chat({ stream: true, stream_options: { include_usage: true } }))).text();
    await self.written();
    expect(self.records[0]).toMatchObject({
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 3,
    });
    expect(self.records[0]).not.toHaveProperty('wintergate.usage.estimated');
  });

  it('writes a stream that the caller left', async () => {
    const self = gateway({ sample: 0 }, (_request, context) => {
      tellUpstream(context, null);
      return streamOf([...chunks('Hello', ' world'), done]);
    });
    const response = await self.post(chat({ stream: true }));
    const reader = response.body!.getReader();
    for (let index = 0; index < 2; index += 1) await reader.read();
    await reader.cancel();
    await self.written();
    expect(self.records).toHaveLength(1);
    expect(self.records[0]).toMatchObject({
      'wintergate.outcome.ended': 'cancelled',
      'error.type': 'cancelled',
    });
    expect(self.records[0]!['gen_ai.usage.output_tokens']).toBe(2);
  });

  it('writes a stream that broke off', async () => {
    const self = gateway({}, () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(chunks('Hello')[1]));
          controller.error(new Error('reset'));
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    const response = await self.post(chat({ stream: true }));
    await expect(response.text()).rejects.toThrow();
    await self.written();
    expect(self.records[0]).toMatchObject({
      'wintergate.outcome.ended': 'failed',
      'error.type': 'stream',
    });
  });

  it('writes a caller who left before the reply', async () => {
    const controller = new AbortController();
    const self = gateway({}, (request) => {
      controller.abort();
      throw request.signal.reason;
    });
    await self.post(chat(), { signal: controller.signal });
    await self.written();
    expect(self.records[0]).toMatchObject({
      'http.response.status_code': 499,
      'error.type': 'cancelled',
      'gen_ai.request.model': 'gpt-4o-mini',
    });
  });

  it('names the class of what failed, not its message', async () => {
    const self = gateway({ prices }, (_request, context) => {
      for (const [attempt, failure] of [
        [1, 'timeout'],
        [2, 'overload'],
      ] as const) {
        context.emit({ type: 'attempt-start', attempt, target });
        context.emit({
          type: 'attempt-end',
          attempt,
          target,
          ok: false,
          status: 503,
          failure,
          durationMs: 5,
        });
      }
      updateOutcome(context, { source: 'upstream', target });
      return errorResponse(
        { status: 503, type: 'server_error', message: 'secret: your prompt' },
        context,
      );
    });
    await (await self.post()).text();
    await self.written();
    const record = self.records[0]!;
    expect(record['error.type']).toBe('overload');
    expect(record['wintergate.attempts']).toMatchObject([
      { failure: 'timeout' },
      { failure: 'overload' },
    ]);
    expect(record).not.toHaveProperty('wintergate.cost_usd');
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  it('writes what cache, limits, route and guard have said', async () => {
    const self = gateway({ prices }, (_request, context) => {
      context.emit({
        type: 'limit-check',
        limit: 'rpm',
        key: 'abc',
        allowed: true,
        enforced: true,
        quota: 60,
        remaining: 59,
        resetMs: 1,
      });
      context.emit({
        type: 'guard-verdict',
        phase: 'request',
        verdict: 'flag',
        findings: [{ detector: 'd', category: 'c', path: 'p', action: 'flag' }],
        durationMs: 0.456,
      });
      context.emit({
        type: 'route-select',
        requestModel: 'fast',
        rule: 'alias:fast',
        candidates: [target],
        reason: 'alias',
      });
      context.emit({
        type: 'cache-lookup',
        result: 'hit',
        tier: 'semantic',
        similarity: 0.97,
        key: 'k1',
        age: 1200,
        durationMs: 0.2,
        saved: { usage, target },
      });
      updateOutcome(context, { source: 'cache', target, usage, complete: true });
      return jsonReply();
    });
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]).toMatchObject({
      'wintergate.limits': [
        { limit: 'rpm', key: 'abc', allowed: true, enforced: true, quota: 60, remaining: 59 },
      ],
      'wintergate.verdicts': [
        {
          phase: 'request',
          verdict: 'flag',
          findings: [{ detector: 'd', category: 'c', path: 'p', action: 'flag' }],
          duration_ms: 0.46,
        },
      ],
      'wintergate.route': {
        rule: 'alias:fast',
        reason: 'alias',
        candidates: ['openai/gpt-4o-mini'],
      },
      'wintergate.cache': {
        result: 'hit',
        tier: 'semantic',
        similarity: 0.97,
        key: 'k1',
        age_ms: 1200,
        duration_ms: 0.2,
      },
      'wintergate.outcome.source': 'cache',
      // Nothing was bought.
      'wintergate.cost_usd': 0,
      'wintergate.saved.input_tokens': usage.inputTokens,
      'wintergate.saved.output_tokens': usage.outputTokens,
      'wintergate.saved.cost_usd': prices.costOf(usage, prices.findPrice('openai', 'gpt-4o-mini')!),
      'wintergate.price_date': prices.priceTableDate,
    });
  });

  it('has no cost where a price is missing', async () => {
    const unknown = { ...target, model: 'house-model' };
    const self = gateway({ prices }, (_request, context) => {
      context.emit({ type: 'attempt-start', attempt: 1, target: unknown });
      updateOutcome(context, { source: 'upstream', target: unknown, usage });
      context.emit({ type: 'usage-report', usage, target: unknown });
      return jsonReply({ model: 'house-model' });
    });
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]!['gen_ai.usage.input_tokens']).toBe(1000);
    expect(self.records[0]).not.toHaveProperty('wintergate.cost_usd');
    expect(self.records[0]).not.toHaveProperty('wintergate.price_date');
  });

  it('sums what all attempts have cost', async () => {
    const other = { provider: 'openai', model: 'gpt-4o' };
    const self = gateway({ prices }, (_request, context) => {
      context.emit({ type: 'usage-report', usage, target: other });
      tellUpstream(context);
      return jsonReply();
    });
    await (await self.post()).text();
    await self.written();
    const price = (model: string) => prices.costOf(usage, prices.findPrice('openai', model)!);
    expect(self.records[0]!['wintergate.cost_usd']).toBeCloseTo(
      price('gpt-4o') + price('gpt-4o-mini'),
      9,
    );
  });

  it('reads no body of its own when told so, and goes by what the chain reads', async () => {
    const self = gateway({ readEarly: false }, async (request, context) => {
      if (request.headers.has('x-refuse')) {
        return errorResponse({ status: 401, type: 'authentication_error', message: 'No' }, context);
      }
      const call = (await readCall(request, context))!;
      // As a router does.
      rewriteCall(request, call.dialect.withModel(call, 'other-model'), context);
      return jsonReply();
    });
    const refused = await self.post(chat(), { headers: { 'x-refuse': '1' } });
    expect(refused.status).toBe(401);
    await refused.text();
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]).not.toHaveProperty('gen_ai.request.model');
    expect(self.records[1]).toMatchObject({
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'wintergate.input_bytes': chat().length,
    });
  });

  it('passes traffic through that is no call, and writes it', async () => {
    const body = '{"model": broken';
    const self = gateway({}, async (request) => createReply({ body: await request.text() }));
    expect(await (await self.post(body)).text()).toBe(body);
    expect(await (await self.post('plain', { path: '/other?token=sk-1' })).text()).toBe('plain');
    await self.written();
    expect(self.records).toHaveLength(2);
    expect(self.records[1]).toMatchObject({
      'url.path': '/other',
      'http.response.status_code': 200,
    });
    expect(self.records[1]).not.toHaveProperty('gen_ai.operation.name');
  });

  it('writes the tenant unless told not to, and the notice of a translation', async () => {
    const auth: Middleware = defineMiddleware('auth', (_request, next, context) => {
      context.set(tenantKey, 'acme');
      return next();
    });
    const end = () => createReply({ headers: { 'x-wintergate-notice': 'dropped=seed' }, body: '' });
    const withTenant = gateway({}, end, [auth]);
    await (await withTenant.post()).text();
    await withTenant.written();
    expect(withTenant.records[0]).toMatchObject({
      'wintergate.tenant': 'acme',
      'wintergate.notices': 'dropped=seed',
    });
    const without = gateway({ tenant: false }, end, [auth]);
    await (await without.post()).text();
    await without.written();
    expect(without.records[0]).not.toHaveProperty('wintergate.tenant');
  });

  it('bounds what callers and upstreams write', async () => {
    const self = gateway({}, (_request, context) => {
      for (let index = 0; index < 500; index += 1)
        context.emit({ type: 'background-error', message: 'x'.repeat(5000) });
      return jsonReply({ model: 'm'.repeat(5000) });
    });
    await (await self.post(chat({ model: 'n'.repeat(5000) }))).text();
    await self.written();
    expect(JSON.stringify(self.records[0]).length).toBeLessThan(16_000);
  });

  it('keeps errors, refusals and findings that sampling would leave out', async () => {
    const self = gateway({ sample: 0 }, (request, context) => {
      const kind = request.headers.get('x-kind');
      if (kind === 'flag')
        context.emit({
          type: 'guard-verdict',
          phase: 'request',
          verdict: 'flag',
          findings: [],
          durationMs: 0,
        });
      if (kind === 'error')
        return errorResponse({ status: 429, type: 'rate_limit_error', message: 'Wait' }, context);
      return jsonReply();
    });
    for (const kind of ['fine', 'flag', 'error', 'fine'])
      await (await self.post(chat(), { headers: { 'x-kind': kind } })).text();
    await self.written();
    expect(self.records.map((record) => record['http.response.status_code'])).toEqual([200, 429]);
    expect(self.records[0]!['wintergate.log.sample_rate']).toBe(0);
  });

  it('samples by the random numbers it is given', async () => {
    const numbers = [0.1, 0.9, 0.3, 0.25];
    const self = gateway({ sample: 0.3, random: () => numbers.shift()! }, () => jsonReply());
    for (const id of ['a', 'b', 'c', 'd'])
      await (await self.post(chat(), { headers: { 'x-request-id': id } })).text();
    await self.written();
    expect(self.records.map((record) => record['wintergate.request_id'])).toEqual(['a', 'd']);
  });

  it('does not fail an exchange whose sink throws, and counts what was lost', async () => {
    const written: unknown[] = [];
    let broken = true;
    const sink = {
      write(records: readonly unknown[]) {
        if (broken) throw new Error('disk full');
        written.push(...records);
      },
    };
    const self = gateway({ sink }, () => jsonReply());
    for (let index = 0; index < 3; index += 1)
      expect((await (await self.post()).text()).length).toBeGreaterThan(0);
    await self.written();
    broken = false;
    await (await self.post()).text();
    await self.written();
    expect(written).toMatchObject([{ 'wintergate.log.dropped': 3 }]);
  });

  it('knows how every choice of a stream ended, in whatever order', async () => {
    const chunk = (index: number, delta: object, finish: string | null = null): string => {
      const choices = [{ index, delta, finish_reason: finish }];
      return `data: ${JSON.stringify({ id: 'c', model: 'm', choices })}\n\n`;
    };
    const parts = [
      chunk(0, { content: 'a' }),
      chunk(1, { content: 'b' }),
      chunk(1, {}, 'length'),
      ...Array.from({ length: 20 }, () => chunk(0, { content: 'a' })),
      chunk(0, {}, 'stop'),
      done,
    ];
    const self = gateway({}, () => streamOf(parts));
    await (await self.post(chat({ stream: true, n: 2 }))).text();
    await self.written();
    expect(self.records[0]).toMatchObject({
      'gen_ai.response.finish_reasons': ['length', 'stop'],
      'wintergate.outcome.complete': true,
    });
  });

  it('writes together what ended together, where requests share a process', async () => {
    vi.useFakeTimers();
    const batches: number[] = [];
    const sink = { write: (records: readonly unknown[]) => void batches.push(records.length) };
    const handler = toHandler(compose(logger({ sink })), () => createReply({ body: 'ok' }));
    for (let index = 0; index < 5; index += 1) {
      await (await handler(new Request('http://localhost/'))).text();
    }
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(batches).toEqual([5]);
    vi.useRealTimers();
  });

  it('keeps the host awake until the record has left', async () => {
    let release: () => void = () => {};
    const sink = { write: () => new Promise<void>((resolve) => (release = resolve)) };
    const self = gateway({ sink }, () => jsonReply());
    await (await self.post()).text();
    let left = false;
    const leaving = self.written().then(() => (left = true));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(left).toBe(false);
    release();
    await leaving;
  });

  it('starts at the time of the request', async () => {
    const self = gateway({}, () => {
      self.clock.time += 5000;
      return jsonReply();
    });
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]!['timestamp']).toBe(new Date(start).toISOString());
  });
});

describe('logger() with content', () => {
  const redact = ({ text }: { text: string }) =>
    text.replace(/sk-[\w-]+/g, '[key]').replace(/secret/g, '[…]');

  it('writes messages in the form of OpenTelemetry, redacted', async () => {
    const self = gateway({ content: true, redact }, () => jsonReply());
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]).toMatchObject({
      'gen_ai.system_instructions': [{ type: 'text', content: 'Be brief' }],
      'gen_ai.input.messages': [
        { role: 'user', parts: [{ type: 'text', content: 'My key is [key]' }] },
      ],
      'gen_ai.output.messages': [
        { role: 'assistant', parts: [{ type: 'text', content: 'Completion […]' }] },
      ],
    });
  });

  it('joins the text of a stream before it redacts', async () => {
    const self = gateway({ content: true, redact }, () =>
      streamOf([...chunks('The key is s', 'k-ab', 'cd.'), done]),
    );
    await (await self.post(chat({ stream: true }))).text();
    await self.written();
    expect(self.records[0]!['gen_ai.output.messages']).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'The key is [key].' }] },
    ]);
  });

  it('cuts only after it has redacted', async () => {
    const content = `${'x'.repeat(15)}sk-${'a'.repeat(500)}`;
    const self = gateway({ content: true, redact, maxContentChars: 20 }, () => jsonReply());
    await (await self.post(chat({ messages: [{ role: 'user', content }] }))).text();
    await self.written();
    expect(self.records[0]!['gen_ai.input.messages']).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'xxxxxxxxxxxxxxx[key]' }] },
    ]);
    expect(JSON.stringify(self.records)).not.toContain('sk-');
  });

  it('keeps tool calls and results, and only the type of media', async () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'find', arguments: '{"q":"sk-1"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'found sk-2' },
    ];
    const self = gateway({ content: true, redact }, () => jsonReply());
    await (await self.post(chat({ messages }))).text();
    await self.written();
    expect(self.records[0]!['gen_ai.input.messages']).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Look' }, { type: 'image' }] },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c1', name: 'find', arguments: '{"q":"[key]"}' }],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', result: ['found [key]'] }] },
    ]);
  });

  it('leaves content out when redact throws, and says so without the text', async () => {
    const failing = ({ text }: { text: string }): string => {
      throw new Error(text);
    };
    const self = gateway({ content: true, redact: failing }, () => jsonReply());
    await (await self.post()).text();
    await self.written();
    expect(self.records[0]!['wintergate.errors']).toEqual(['Content left out: "redact" failed']);
    expect(JSON.stringify(self.records)).not.toMatch(/sk-|Be brief/);
  });
});
