import {
  type Context,
  compose,
  defineMiddleware,
  type GatewayEvent,
  outcomeKey,
  toHandler,
} from '@wintergate/core';
import { callKey } from '@wintergate/wire';
import { describe, expect, it, vi } from 'vitest';
import { openai, openaiCompatible } from './openai-compatible.ts';
import { chatRequest, completion, fakeTransport, run, sentText } from './test-calls.ts';
import { planKey, type Target, targetKey } from './types.ts';
import { upstream } from './upstream.ts';

const own = openaiCompatible({ name: 'own', baseUrl: 'https://own.test/v1', apiKey: 'sk-own' });
const open = openaiCompatible({ name: 'open', baseUrl: 'https://open.test/v1' });

function setKeys(set: (context: Context) => void) {
  return defineMiddleware(undefined, (_request, next, context) => {
    set(context);
    return next();
  });
}

describe('upstream() sends', () => {
  it('the bytes as they came when nothing changes, to the base URL and the caller’s path', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const { handler } = run(upstream({ provider: open, transport }));
    const body = '{ "model":"m",  "messages":[{"role":"user","content":"Hi"}], "unknown": 1.0 }';
    const response = await handler(
      new Request('http://g.test/v1/chat/completions?x=1', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-mine': 'kept', te: 'trailers' },
        body,
      }),
    );
    expect(await response.json()).toEqual(completion);
    const [sent] = transport.requests;
    expect(sent?.url).toBe('https://open.test/v1/chat/completions?x=1');
    expect(sent?.method).toBe('POST');
    expect(await sentText(sent)).toBe(body);
    expect(sent?.headers.get('x-mine')).toBe('kept');
    for (const name of ['te', 'host', 'content-length', 'accept-encoding']) {
      expect(sent?.headers.has(name)).toBe(false);
    }
  });

  it('the target’s model, every other field as it was', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const { handler } = run(upstream({ target: open.target('other'), transport }));
    await handler(chatRequest({ unknown: { a: [1] }, temperature: 0 }));
    expect(JSON.parse(await sentText(transport.requests[0]))).toEqual({
      model: 'other',
      messages: [{ role: 'user', content: 'Hi' }],
      unknown: { a: [1] },
      temperature: 0,
    });
  });

  it('the target of the attempt before the plan’s, and the plan’s before its own', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const plan = { candidates: [open.target('planned')], rule: 'r', reason: 'r', cacheScope: 's' };
    const end = upstream({ target: own.target('configured'), transport });
    await run(
      end,
      setKeys((context) => context.set(planKey, plan)),
    ).handler(chatRequest());
    await run(
      end,
      setKeys((context) => {
        context.set(planKey, plan);
        context.set(targetKey, own.target('attempt'));
      }),
    ).handler(chatRequest());
    await run(end).handler(chatRequest());
    const models = await Promise.all(transport.requests.map(sentText));
    expect(models.map((text) => JSON.parse(text).model)).toEqual([
      'planned',
      'attempt',
      'configured',
    ]);
    expect(transport.requests.map(({ url }) => new URL(url).host)).toEqual([
      'open.test',
      'own.test',
      'own.test',
    ]);
  });

  it('a body that is not JSON as a stream, unread', async () => {
    const transport = fakeTransport(() => new Response('ok'));
    const { handler } = run(upstream({ provider: open, transport }));
    const form = new FormData();
    form.set('file', new Blob(['content']), 'a.txt');
    const response = await handler(
      new Request('http://g.test/v1/files', { method: 'POST', body: form }),
    );
    expect(await response.text()).toBe('ok');
    const [sent] = transport.requests;
    expect(sent?.body).toBeInstanceOf(ReadableStream);
    expect(sent?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/);
    expect(await sentText(sent)).toContain('content');
  });

  it('with fetch, following no redirect, when there is no transport', async () => {
    const calls: [unknown, RequestInit | undefined][] = [];
    const fake = async (input: unknown, init?: RequestInit): Promise<Response> => {
      calls.push([input, init]);
      return Response.json(completion);
    };
    const { handler } = run(upstream({ provider: own, fetch: fake as typeof fetch }));
    expect((await handler(chatRequest())).status).toBe(200);
    expect(calls[0]?.[0]).toBe('https://own.test/v1/chat/completions');
    expect(calls[0]?.[1]).toMatchObject({ method: 'POST', redirect: 'manual' });
    expect(new Headers(calls[0]?.[1]?.headers).get('authorization')).toBe('Bearer sk-own');
  });

  it('with the target’s transport before its own before the host’s', async () => {
    const host = fakeTransport(() => Response.json(completion));
    const configured = fakeTransport(() => Response.json(completion));
    const targets = fakeTransport(() => Response.json(completion));
    const target: Target = { ...open.target(), transport: targets };
    const platform = { platform: { transport: host } };
    await run(upstream({ target, transport: configured }), undefined, platform).handler(
      chatRequest(),
    );
    await run(upstream({ provider: open, transport: configured }), undefined, platform).handler(
      chatRequest(),
    );
    await run(upstream({ provider: open }), undefined, platform).handler(chatRequest());
    expect([targets, configured, host].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  it('and goes on with a reply when other calls do, where the host has them in step', async () => {
    const told: string[] = [];
    const steps: (() => void)[] = [];
    const handler = toHandler(
      compose(),
      upstream({
        provider: own,
        transport: async () => {
          told.push('reply');
          return Response.json(completion);
        },
      }),
      { platform: { nextStep: () => new Promise((resolve) => steps.push(resolve)) } },
    );
    const answer = handler(chatRequest()).then(() => told.push('answer'));
    expect(steps).toHaveLength(1);
    steps.pop()?.();
    await vi.waitUntil(() => steps.length > 0);
    expect(told).toEqual(['reply']);
    steps.pop()?.();
    await answer;
    expect(told).toEqual(['reply', 'answer']);
  });

  it('nothing without a target: 404, whatever the host header says', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const { handler } = run(upstream({ transport }));
    const response = await handler(
      chatRequest({}, { url: 'http://169.254.169.254/v1/chat/completions' }),
    );
    expect(response.status).toBe(404);
    expect((await response.json()).error.code).toBe('no_upstream');
    expect(transport.requests).toHaveLength(0);
  });

  it('to the request’s own URL with its own credential on the client side', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const { handler } = run(upstream({ transport }), undefined, {
      platform: { client: true },
    });
    const headers = { authorization: 'Bearer mine', cookie: 'a=b' };
    await handler(
      chatRequest({}, { url: 'https://api.any.test/v1/chat/completions?a=1', headers }),
    );
    expect(transport.requests[0]?.url).toBe('https://api.any.test/v1/chat/completions?a=1');
    expect(transport.requests[0]?.headers.get('authorization')).toBe('Bearer mine');
  });

  it('leaves the exchange’s call as the caller wrote it', async () => {
    const seen: unknown[] = [];
    const look = defineMiddleware(undefined, async (_request, next, context) => {
      const response = await next();
      seen.push(context.get(callKey)?.model);
      return response;
    });
    const transport = fakeTransport(() => Response.json(completion));
    await run(upstream({ target: open.target('other'), transport }), look).handler(chatRequest());
    expect(seen).toEqual(['m']);
  });
});

describe('upstream() keeps credentials apart', () => {
  const all = {
    authorization: 'Bearer caller',
    'x-api-key': 'caller',
    'api-key': 'caller',
    'x-goog-api-key': 'caller',
    'openai-organization': 'caller',
    cookie: 'session=caller',
    'x-auth-token': 'caller',
    'x-amz-security-token': 'caller',
    'ocp-apim-subscription-key': 'caller',
    'cf-access-jwt-assertion': 'caller',
    forwarded: 'for=caller',
    'x-forwarded-for': 'caller',
    'x-real-ip': 'caller',
    'sec-fetch-site': 'caller',
  };

  it('a target with credentials gets its own and nothing of the caller’s', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const { handler } = run(upstream({ provider: own, transport }));
    await handler(
      chatRequest({}, { headers: all, url: 'http://g.test/v1/chat/completions?key=caller&a=1' }),
    );
    const [sent] = transport.requests;
    expect(sent?.headers.get('authorization')).toBe('Bearer sk-own');
    expect(JSON.stringify([sent?.url, ...(sent?.headers.entries() ?? [])])).not.toContain('caller');
  });

  it('a target without gets the caller’s, but no cookie', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    await run(upstream({ provider: open, transport })).handler(chatRequest({}, { headers: all }));
    expect(transport.requests[0]?.headers.get('authorization')).toBe('Bearer caller');
    expect(transport.requests[0]?.headers.has('cookie')).toBe(false);
  });

  it('the caller’s goes to one host of a plan only', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const other = openaiCompatible({ baseUrl: 'https://elsewhere.test/v1' }).target('b');
    const plan = { candidates: [open.target('a'), other], rule: 'r', reason: 'r', cacheScope: 's' };
    const chain = setKeys((context) => {
      context.set(planKey, plan);
      context.set(targetKey, other);
    });
    const url = 'http://gateway.test/v1/chat/completions?key=caller&a=1';
    await run(upstream({ transport }), chain).handler(chatRequest({}, { headers: all, url }));
    expect(transport.requests[0]?.url).toBe('https://elsewhere.test/v1/chat/completions?a=1');
    expect(JSON.stringify([...(transport.requests[0]?.headers.entries() ?? [])])).not.toContain(
      'caller',
    );
  });

  it('the caller’s goes nowhere when the plan begins with a key of ours', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const second = open.target('b');
    const candidates = [own.target('a'), second];
    const chain = setKeys((context) => {
      context.set(planKey, { candidates, rule: 'r', reason: 'r', cacheScope: 's' });
      context.set(targetKey, second);
    });
    await run(upstream({ transport }), chain).handler(chatRequest({}, { headers: all }));
    expect(transport.requests[0]?.url).toContain('open.test');
    expect(JSON.stringify([...(transport.requests[0]?.headers.entries() ?? [])])).not.toContain(
      'caller',
    );
  });

  it.each([
    [429, 'rate_limit_exceeded', 'The upstream is limiting requests'],
    [500, 'upstream_error', 'The upstream failed'],
    [529, 'upstream_overloaded', 'The upstream is overloaded'],
  ])('a %i of a key of ours is told in our words', async (status, code, message) => {
    const said = 'Rate limit reached in organization org-SECRET123 on requests: Limit 500';
    const transport = fakeTransport(() =>
      Response.json({ error: { message: said } }, { status, headers: { 'retry-after': '7' } }),
    );
    const { handler } = run(upstream({ provider: own, transport }));
    for (const request of [chatRequest(), new Request('http://gateway.test/v1/files')]) {
      const answer = await handler(request);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '7']);
      expect((await answer.json()).error).toMatchObject({ code, message });
    }
    const theirs = await run(upstream({ provider: open, transport })).handler(chatRequest());
    expect(await theirs.text()).toContain(said);
  });

  it('keys and ids in other errors are masked', async () => {
    const said = 'No model for\norg-SECRET123, proj_SECRET456 and key sk-own***SECRET';
    const transport = fakeTransport(() =>
      Response.json({ error: { message: said, type: 'odd' } }, { status: 404 }),
    );
    const answer = await run(upstream({ provider: own, transport })).handler(chatRequest());
    expect(await answer.json()).toEqual({
      error: { message: 'No model for\n[hidden], [hidden] and key [hidden]', type: 'odd' },
    });
  });

  it('a redirect of what is no AI call is passed on and not followed', async () => {
    const location = 'https://files.test/abc?signature=1';
    const transport = fakeTransport(
      () =>
        new Response(null, { status: 302, headers: { location, 'x-debug': 'sk-own-0123456789' } }),
    );
    const provider = openaiCompatible({
      baseUrl: 'https://own.test/v1',
      apiKey: 'sk-own-0123456789',
    });
    const answer = await run(upstream({ provider, transport })).handler(
      new Request('http://gateway.test/v1/files/abc/content'),
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([302, location]);
    expect(answer.headers.has('x-debug')).toBe(false);
    expect(transport.requests).toHaveLength(1);
  });

  it('a key that can not be had is a 401 that names nothing', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    const failing = openai({ apiKey: () => Promise.reject(new Error('vault sk-secret')) });
    const { handler, events } = run(upstream({ provider: failing, transport }));
    const response = await handler(chatRequest());
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('sk-secret');
    expect(JSON.stringify(events)).not.toContain('sk-secret');
    expect(transport.requests).toHaveLength(0);
  });

  it('what an upstream says about a key of ours is not told, about the caller’s it is', async () => {
    const message = 'Incorrect API key provided: sk-own***';
    const transport = fakeTransport(() => Response.json({ error: { message } }, { status: 401 }));
    const ours = await run(upstream({ provider: own, transport })).handler(chatRequest());
    expect(ours.status).toBe(401);
    expect(await ours.text()).not.toContain('sk-own');
    const theirs = await run(upstream({ provider: open, transport })).handler(chatRequest());
    expect(await theirs.text()).toContain(message);
  });

  it('strips headers that belong to the upstream’s connection, site or account', async () => {
    const headers = {
      'set-cookie': 'a=b',
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
      connection: 'x-private',
      'x-private': '1',
      'openai-organization': 'org-ours',
      'strict-transport-security': 'max-age=1',
      'alt-svc': 'h3',
      server: 'envoy',
      'x-request-id': 'req-up',
      'x-ratelimit-remaining-tokens': '5',
    };
    const transport = fakeTransport(() => Response.json(completion, { headers }));
    const response = await run(upstream({ provider: own, transport })).handler(chatRequest());
    expect(response.headers.get('x-ratelimit-remaining-tokens')).toBeNull();
    const theirs = await run(upstream({ provider: open, transport })).handler(chatRequest());
    expect(theirs.headers.get('x-ratelimit-remaining-tokens')).toBe('5');
    expect(response.headers.get('x-upstream-request-id')).toBe('req-up');
    expect(response.headers.get('x-request-id')).not.toBe('req-up');
    for (const name of Object.keys(headers).slice(0, 9))
      expect(response.headers.has(name), name).toBe(false);
  });
});

describe('upstream() tells', () => {
  function ofType<T extends GatewayEvent['type']>(events: GatewayEvent[], type: T) {
    return events.filter(
      (event): event is Extract<GatewayEvent, { type: T }> => event.type === type,
    );
  }

  it('attempt, usage and outcome of a JSON answer', async () => {
    const transport = fakeTransport(() => Response.json(completion));
    let time = 0;
    const { handler, events } = run(upstream({ provider: own, transport, now: () => (time += 5) }));
    await (await handler(chatRequest())).text();
    const target = { provider: 'own', model: 'm', host: 'own.test' };
    const usage = { inputTokens: 9, outputTokens: 2 };
    expect(ofType(events, 'attempt-start')).toMatchObject([{ attempt: 1, target }]);
    expect(ofType(events, 'attempt-end')).toMatchObject([
      { attempt: 1, target, ok: true, status: 200, failure: undefined, durationMs: 5 },
    ]);
    expect(ofType(events, 'usage-report')).toMatchObject([{ usage, target }]);
    expect(ofType(events, 'response-end')).toMatchObject([
      {
        status: 200,
        outcome: { source: 'upstream', target, usage, complete: true, ended: 'completed' },
      },
    ]);
  });

  it('the class of a failure', async () => {
    const body = { error: { message: 'quota', code: 'insufficient_quota' } };
    const transport = fakeTransport(() => Response.json(body, { status: 429 }));
    const { handler, events } = run(upstream({ provider: own, transport }));
    const answer = await handler(chatRequest());
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, 'false']);
    expect((await answer.json()).error.code).toBe('upstream_quota');
    const theirs = run(upstream({ provider: open, transport })).handler;
    expect(await (await theirs(chatRequest())).json()).toEqual(body);
    expect(ofType(events, 'attempt-end')).toMatchObject([
      { ok: false, status: 503, failure: 'money' },
    ]);
    expect(ofType(events, 'response-end')[0]?.outcome).toMatchObject({
      source: 'upstream',
      complete: false,
    });
  });

  it('an answer that was cut at its limit as not incomplete, one without finish as incomplete', async () => {
    const outcomes: unknown[] = [];
    const look = defineMiddleware(undefined, async (_request, next, context) => {
      const response = await next();
      outcomes.push(context.get(outcomeKey)?.complete);
      return response;
    });
    for (const finish of ['length', null]) {
      const choices = [{ ...completion.choices[0], finish_reason: finish }];
      const transport = fakeTransport(() => Response.json({ ...completion, choices }));
      await run(upstream({ provider: own, transport }), look).handler(chatRequest());
    }
    expect(outcomes).toEqual([true, false]);
  });
});

it('upstream() refuses two ways to say whom to call', () => {
  expect(() => upstream({ provider: own, target: open.target() })).toThrow(
    'Give either "provider" or "target" to upstream(), not both',
  );
});

it.each([
  [{ providers: [own] }, 'Remove "providers" from the options of upstream(): it knows provider'],
  [{ provider: 'openai' }, 'Expected "provider" of upstream() to be one, such as openai()'],
  [{ target: openai() }, 'Expected "target" of upstream() to be one, such as openai().target'],
  [{ target: null }, 'Expected "target" of upstream() to be one, such as openai().target'],
  [{ provider: null }, 'Expected "provider" of upstream() to be one, such as openai()'],
])('upstream() refuses %j', (options, message) => {
  expect(() => upstream(options as never)).toThrow(message);
});
