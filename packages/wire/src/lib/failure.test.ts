import { describe, expect, it } from 'vitest';
import { classifyFailure, isRetryable } from './failure.ts';
import { openaiChat } from './openai-chat.ts';
import type { FailureClass } from './types.ts';

const classify = (status: number, body: unknown): FailureClass =>
  classifyFailure({ status, error: openaiChat.readError(status, body) });
const openai = (type: string, code: string | null, message = 'm'): unknown => ({
  error: { message, type, param: null, code },
});

describe('classifyFailure()', () => {
  it.each<[number, FailureClass]>([
    [400, 'bad-request'],
    [401, 'auth'],
    [402, 'money'],
    [403, 'auth'],
    [404, 'not-found'],
    [408, 'timeout'],
    [409, 'server'],
    [413, 'bad-request'],
    [422, 'bad-request'],
    [424, 'overload'],
    [425, 'server'],
    [429, 'rate-limit'],
    [498, 'overload'],
    [500, 'server'],
    [502, 'server'],
    [503, 'overload'],
    [504, 'timeout'],
    [520, 'server'],
    [524, 'timeout'],
    [529, 'overload'],
  ])('takes a bare %i for %s', (status, failure) => {
    expect(classifyFailure({ status })).toBe(failure);
    expect(classify(status, '<html>no</html>')).toBe(failure);
  });

  it.each<[string, number, unknown, FailureClass]>([
    ['a spent quota', 429, openai('insufficient_quota', 'insufficient_quota'), 'money'],
    ['an empty balance', 429, openai('rate_limit_error', 'credit_balance_exhausted'), 'money'],
    [
      'a balance told in words',
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'Your credit balance is too low' },
      },
      'money',
    ],
    ['growth that is too fast', 429, openai('rate_limit_error', 'slow_down'), 'overload'],
    ['a busy server', 503, openai('service_unavailable_error', 'server_is_overloaded'), 'overload'],
    [
      'Anthropic overload',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'm' } },
      'overload',
    ],
    [
      'a long prompt',
      400,
      openai('invalid_request_error', 'context_length_exceeded'),
      'context-length',
    ],
    [
      'a long prompt told in words',
      400,
      {
        error: {
          type: 'invalid_request_error',
          message: 'prompt is too long: 9 tokens > 8 maximum',
        },
      },
      'context-length',
    ],
    [
      'one request over the quota of a minute',
      413,
      openai('tokens', 'rate_limit_exceeded'),
      'context-length',
    ],
    [
      'a filtered prompt',
      400,
      { error: { message: 'm', code: 'content_filter', innererror: {} } },
      'content-policy',
    ],
    ['an unknown model', 400, openai('invalid_request_error', 'model_not_found'), 'not-found'],
    ['a bad key', 400, openai('invalid_request_error', 'invalid_api_key'), 'auth'],
    [
      'Google out of quota',
      429,
      {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'You exceeded your current quota, please check your plan and billing details',
        },
      },
      'rate-limit',
    ],
    [
      'an unsupported value',
      400,
      openai('invalid_request_error', 'unsupported_value'),
      'bad-request',
    ],
  ])('knows %s', (_, status, body, failure) => {
    expect(classify(status, body)).toBe(failure);
  });

  it('takes the status out of an error inside of a stream', () => {
    expect(classify(200, { error: { code: 502, message: 'upstream failed' } })).toBe('server');
    expect(
      classify(200, { error: { status_code: 400, code: 'tool_use_failed', message: 'm' } }),
    ).toBe('bad-request');
    expect(classify(200, { error: { type: 'invalid_request_error', message: 'm' } })).toBe(
      'bad-request',
    );
    expect(classify(200, { error: 'boom' })).toBe('server');
  });

  it('tells aborts, timeouts and broken networks apart', () => {
    expect(classifyFailure({ thrown: new DOMException('x', 'AbortError') })).toBe('cancelled');
    expect(classifyFailure({ thrown: new DOMException('x', 'TimeoutError') })).toBe('timeout');
    const cause = { code: 'UND_ERR_HEADERS_TIMEOUT' };
    expect(classifyFailure({ thrown: new TypeError('fetch failed', { cause }) })).toBe('timeout');
    expect(classifyFailure({ thrown: new TypeError('fetch failed') })).toBe('network');
    expect(classifyFailure({ thrown: null })).toBe('network');
    expect(classifyFailure({})).toBe('server');
  });
});

describe('isRetryable()', () => {
  it('is true for what may pass by itself', () => {
    const all: FailureClass[] = [
      'rate-limit',
      'overload',
      'server',
      'timeout',
      'network',
      'money',
      'auth',
      'not-found',
      'context-length',
      'content-policy',
      'bad-request',
      'cancelled',
    ];
    expect(all.filter(isRetryable)).toEqual([
      'rate-limit',
      'overload',
      'server',
      'timeout',
      'network',
    ]);
  });
});

describe('openaiChat.readError()', () => {
  it.each<[string, number, unknown, unknown]>([
    [
      'OpenAI',
      400,
      openai('invalid_request_error', 'c', 'No'),
      { message: 'No', type: 'invalid_request_error', code: 'c', status: 400 },
    ],
    [
      'a flat error',
      429,
      { object: 'error', message: 'No', type: 't', code: 429 },
      { message: 'No', type: 't', code: '429', status: 429 },
    ],
    ['FastAPI', 401, { detail: 'Unauthorized' }, { message: 'Unauthorized', status: 401 }],
    [
      'Mistral details',
      422,
      { object: 'error', message: { detail: [{ loc: ['x'] }] } },
      { message: '{"detail":[{"loc":["x"]}]}', status: 422 },
    ],
    [
      'Cloudflare',
      400,
      { success: false, errors: [{ code: 7505, message: 'No' }] },
      { message: 'No', code: '7505', status: 400 },
    ],
    [
      'a list of one',
      400,
      [{ error: { message: 'No', status: 'INVALID_ARGUMENT' } }],
      { message: 'No', code: 'INVALID_ARGUMENT', status: 400 },
    ],
    [
      'text',
      502,
      '<html>Bad gateway</html>',
      { message: 'The upstream answered 502', status: 502 },
    ],
    ['nothing', 500, undefined, { message: 'The upstream answered 500', status: 500 }],
    [
      'an error without a message',
      500,
      { error: {} },
      { message: 'The upstream answered 500', status: 500 },
    ],
  ])('reads %s', (_, status, body, error) => {
    expect(openaiChat.readError(status, body)).toEqual(error);
  });

  it('keeps a message within bounds', () => {
    expect(openaiChat.readError(500, { error: 'x'.repeat(100_000) }).message).toHaveLength(2000);
    expect(openaiChat.readError(200, { error: { code: 599.5, message: 'm' } }).status).toBe(
      undefined,
    );
  });
});
