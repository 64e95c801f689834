import { describe, expect, it } from 'vitest';
import { classifyFailure } from './failure.ts';
import { googleErrorFormat, readGoogleError } from './google-generate-error.ts';

describe('errors in Google’s form', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [499, 'CANCELLED'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('have for %i the status %s', (status, name) => {
    const { contentType, body } = googleErrorFormat.body({ status, type: 't', message: 'm' });
    expect(contentType).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({ error: { code: status, message: 'm', status: name } });
  });

  it('tell code, field and when to try again, and are read back', () => {
    const error = {
      status: 429,
      type: 'rate_limit_error',
      message: 'm',
      code: 'tokens_exhausted',
      param: 'contents[0]',
      headers: { 'retry-after': '30' },
    };
    const body = JSON.parse(googleErrorFormat.body(error).body);
    const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;
    expect(body.error.details).toEqual([
      { '@type': type('ErrorInfo'), reason: 'tokens_exhausted', domain: 'wintergate' },
      {
        '@type': type('BadRequest'),
        fieldViolations: [{ field: 'contents[0]', description: 'm' }],
      },
      { '@type': type('RetryInfo'), retryDelay: '30s' },
    ]);
    expect(readGoogleError(429, body)).toEqual({
      message: 'm',
      type: 'rate_limit_error',
      code: 'tokens_exhausted',
      param: 'contents[0]',
      status: 429,
      retryAfter: 30,
    });
    expect(googleErrorFormat.streamEvent(error)).toBe(`data: ${JSON.stringify(body)}\n\n`);
  });

  it.each([
    ['34.4s', 34.4],
    ['0s', 0],
    ['-1s', undefined],
    ['1e9s', undefined],
    ['soon', undefined],
    [5, undefined],
  ])('tell how long to wait: %s', (retryDelay, expected) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
    const { retryAfter } = readGoogleError(429, { error: { message: 'm', details } });
    expect(retryAfter).toBe(expected);
  });

  it.each<[number, unknown, object]>([
    [
      503,
      [{ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }],
      { message: 'm', type: 'overloaded_error', code: 'UNAVAILABLE', status: 503 },
    ],
    [0, { error: { code: 500, message: 'm' } }, { message: 'm', status: 500 }],
    [502, '<html>', { message: 'The upstream answered 502', status: 502 }],
    [0, null, { message: 'The upstream reported an error' }],
    [400, { error: 'text' }, { message: 'text', status: 400 }],
  ])('are read from %i %j', (status, body, expected) => {
    expect(readGoogleError(status, body)).toEqual(expected);
  });

  it('are told apart for retries', () => {
    const classOf = (code: number, status: string, message = 'm'): string => {
      const error = readGoogleError(code, { error: { code, message, status } });
      return classifyFailure({ status: code, error });
    };
    expect(classOf(429, 'RESOURCE_EXHAUSTED')).toBe('rate-limit');
    expect(classOf(503, 'UNAVAILABLE')).toBe('overload');
    expect(classOf(404, 'NOT_FOUND')).toBe('not-found');
    expect(classOf(400, 'INVALID_ARGUMENT')).toBe('bad-request');
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    ];
    const badKey = { error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT', details } };
    expect(classifyFailure({ status: 400, error: readGoogleError(400, badKey) })).toBe('auth');
    expect(classOf(504, 'DEADLINE_EXCEEDED')).toBe('timeout');
    const long = 'The input token count (1) exceeds the maximum number of tokens allowed';
    expect(classOf(400, 'INVALID_ARGUMENT', long)).toBe('context-length');
  });
});
