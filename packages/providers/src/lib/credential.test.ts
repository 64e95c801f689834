import { forwardedRequestHeaders } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { callerAuthentication, removeKeyParameter, rotating, setCredential } from './credential.ts';

describe('callerAuthentication', () => {
  it('names every way in which a caller says who they are', () => {
    const headers = new Headers({
      authorization: 'Bearer a',
      'x-api-key': 'b',
      'api-key': 'c',
      'x-goog-api-key': 'd',
      cookie: 'e=f',
      'openai-organization': 'org',
      'openai-project': 'proj',
      'proxy-authorization': 'g',
      'content-type': 'application/json',
    });
    expect([...forwardedRequestHeaders(headers, callerAuthentication).keys()]).toEqual([
      'content-type',
    ]);
  });
});

describe('removeKeyParameter()', () => {
  it.each([
    ['', ''],
    ['?alt=sse', '?alt=sse'],
    ['?key=abc', ''],
    ['?key=abc&alt=sse', '?alt=sse'],
    ['?alt=sse&key=abc&key=def', '?alt=sse'],
    ['?%6bey=abc', ''],
    ['?k%65y=abc', ''],
    ['?ke%79=abc&a=1', '?a=1'],
    ['?monkey=1&keys=2', '?monkey=1&keys=2'],
    ['?after=%2Fx%20y', '?after=%2Fx%20y'],
  ])('%s becomes %s', (given, expected) => {
    expect(removeKeyParameter(given)).toBe(expected);
  });
});

describe('setCredential()', () => {
  it('sets a value at once', () => {
    const headers = new Headers();
    expect(setCredential(headers, 'authorization', 'k', 'Bearer ')).toBeUndefined();
    expect(headers.get('authorization')).toBe('Bearer k');
  });

  it('asks a function each time', async () => {
    let asked = 0;
    const headers = new Headers();
    await setCredential(headers, 'api-key', async () => `k${++asked}`);
    await setCredential(headers, 'api-key', async () => `k${++asked}`);
    expect(headers.get('api-key')).toBe('k2');
  });
});

describe('rotating()', () => {
  it('takes turns, and leaves a single one as it is', async () => {
    const one = rotating(['a', async () => 'b']);
    const seen: string[] = [];
    for (let at = 0; at < 4; at++) seen.push(await (one as () => Promise<string>)());
    expect(seen).toEqual(['a', 'b', 'a', 'b']);
    expect(rotating('a')).toBe('a');
  });

  it('refuses none and an empty one', () => {
    expect(() => rotating([])).toThrow('Give at least one "apiKey"');
    expect(() => rotating(['a', ''])).toThrow('Expected "apiKey" to be not empty');
    expect(() => rotating([], 'accessToken')).toThrow('Give at least one "accessToken"');
  });

  it.each([null, 5, {}, [null]])('refuses %j', (given) => {
    expect(() => rotating(given as never)).toThrow(
      /^Expected "apiKey" to be a string or a function: got (?:null|number|object)$/,
    );
  });
});
