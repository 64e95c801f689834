import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anySignal,
  createReply,
  forwardedReplyHeaders,
  forwardedRequestHeaders,
  parseDuration,
} from '../index.ts';
import { followSignals } from './any-signal.ts';
import { copyHeaders, LightHeaders, toNativeHeaders } from './light-headers.ts';

describe('LightHeaders', () => {
  it('behaves as the native Headers, whatever is done to both', () => {
    const name = fc.constantFrom('a', 'B', 'b', 'Set-Cookie', 'x-y', 'bad name', '');
    const value = fc.constantFrom('1', ' 2 ', 'a, b', 'x\r\ny', 'ü', '€', '\t', '');
    const step = fc.oneof(
      fc.tuple(fc.constantFrom('set' as const, 'append' as const), name, value),
      fc.tuple(fc.constant('delete' as const), name, fc.constant('')),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const native = new Headers();
        const light = new LightHeaders({}) as unknown as Headers;
        for (const [method, key, text] of steps) {
          const did = [native, light].map((headers) => {
            try {
              if (method === 'delete') headers.delete(key);
              else headers[method](key, text);
              return 'done';
            } catch (error) {
              return (error as Error).name;
            }
          });
          expect(did[1]).toBe(did[0]);
        }
        expect([...light]).toEqual([...native]);
        expect(light.getSetCookie()).toEqual(native.getSetCookie());
        // Native headers trim what they are given, so an empty last value loses its separator's space.
        const trimmed = [...native].map(([key, text]) => [key, text.trim()]);
        expect([...new Headers(light)]).toEqual(trimmed);
        expect([...toNativeHeaders(light)]).toEqual(trimmed);
        for (const key of ['a', 'B', 'set-cookie', '__proto__', 'constructor']) {
          expect([light.get(key), light.has(key)]).toEqual([native.get(key), native.has(key)]);
        }
      }),
    );
  });

  it('copies without sharing', () => {
    const headers = copyHeaders({ a: '1' });
    copyHeaders(headers as unknown as Headers).set('a', '2');
    expect(headers.get('a')).toBe('1');
    expect(createReply({ headers: new Headers({ 'x-a': '1' }) }).headers.get('x-a')).toBe('1');
  });
});

describe('forwarded headers', () => {
  it('lose what belongs to one hop', () => {
    const headers = new Headers({
      connection: 'x-hop, keep-alive',
      'x-hop': '1',
      te: 'trailers',
      host: 'h',
      'content-length': '3',
      'accept-encoding': 'br',
      'x-kept': '1',
    });
    expect([...forwardedRequestHeaders(headers)]).toEqual([['x-kept', '1']]);
    expect(headers.has('te')).toBe(true);
  });

  it('lose what any of several Connection headers names', () => {
    const headers = createReply({ headers: { 'x-hop': '1', 'x-kept': '1' } }).headers;
    (headers as unknown as { record: Record<string, string[]> }).record['connection'] = [
      'x-hop',
      'close',
    ];
    expect([...forwardedReplyHeaders(headers)]).toEqual([['x-kept', '1']]);
  });

  it("lose encoding, length and cookies on the way back, and keep the upstream's id apart", () => {
    const headers = new Headers({
      'content-encoding': 'gzip',
      'content-length': '3',
      'set-cookie': 'a=1',
      'transfer-encoding': 'chunked',
      'x-request-id': 'up',
      'x-kept': '1',
    });
    expect([...forwardedReplyHeaders(headers)]).toEqual([
      ['x-kept', '1'],
      ['x-upstream-request-id', 'up'],
    ]);
  });
});

describe('a content coding on the way back', () => {
  it.each([
    ['gzip', null],
    ['gzip, br', null],
    ['DEFLATE', null],
    ['zstd', 'zstd'],
    ['gzip, zstd', 'gzip, zstd'],
  ])('%s becomes %s', (given, expected) => {
    const headers = forwardedReplyHeaders(new Headers({ 'content-encoding': given }));
    expect(headers.get('content-encoding')).toBe(expected);
  });
});

describe('parseDuration()', () => {
  it.each([
    [0, 0],
    [250, 250],
    ['250 ms', 250],
    ['10 s', 10_000],
    ['1.5s', 1500],
    ['5 m', 300_000],
    ['1 h', 3_600_000],
    ['7 d', 604_800_000],
  ] as const)('reads %j', (value, expected) => {
    expect(parseDuration(value)).toBe(expected);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '10', 's', '-1 s', '10 years', '', undefined])(
    'refuses %j and names it',
    (value) => {
      expect(() => parseDuration(value as number, 'ttl')).toThrow('"ttl"');
    },
  );
});

describe.each([
  ['anySignal()', anySignal],
  ['its portable form', (signals: AbortSignal[]) => followSignals(signals)],
])('%s', (_name, any) => {
  it('aborts with the first reason', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const signal = any([a.signal, b.signal]);
    expect(signal.aborted).toBe(false);
    b.abort('b');
    a.abort('a');
    expect(signal.reason).toBe('b');
  });

  it('is aborted from the start when one is', () => {
    expect(any([new AbortController().signal, AbortSignal.abort('x')]).reason).toBe('x');
  });
});
