import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorKind, parseSimulatedFailure } from './simulated-failure.ts';

describe('parseSimulatedFailure()', () => {
  it.each([
    ['error=429; retry-after=2', { status: 429, retryAfter: 2 }],
    ['status=500', { status: 500 }],
    ['status=429;code=insufficient_quota', { status: 429, code: 'insufficient_quota' }],
    ['cut-after=5; half', { cutAfter: 5, half: true }],
    ['stall', { stall: true }],
    ['Stall-After = 3 ; delay=10', { stallAfter: 3, delay: 10 }],
    ['garbage', { garbage: true }],
    ['first-event-error; attempts=1', { firstEventError: true, attempts: 1 }],
    ['empty;', { empty: true }],
    ['', {}],
  ])('reads %j', (text, expected) => {
    expect(parseSimulatedFailure(text)).toEqual(expected);
  });

  it.each([
    'status',
    'status=abc',
    'stall=1',
    'explode',
    'constructor',
    '__proto__=1',
    'cut-after=-1',
    'code=A B',
  ])('refuses %j and names it', (text) => {
    expect(() => parseSimulatedFailure(text)).toThrow(`got "${text}"`);
  });

  it('refuses a status that is no error', () => {
    expect(() => parseSimulatedFailure('status=200')).toThrow(
      'Use a status of 400 to 599 in "x-simulate": got "200"',
    );
  });

  it('throws TypeError or answers, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSimulatedFailure(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});

describe('errorKind()', () => {
  it('falls back to the class of the status', () => {
    expect(errorKind(418).type).toBe('invalid_request_error');
    expect(errorKind(599).type).toBe('server_error');
  });
});
