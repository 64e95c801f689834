import { describe, expect, it } from 'vitest';
import { groq } from './hosts.ts';
import { openai, openaiCompatible } from './openai-compatible.ts';
import { targetName } from './types.ts';

describe('openaiCompatible()', () => {
  it('makes targets of a model', () => {
    const provider = openaiCompatible({ baseUrl: 'http://127.0.0.1:11434/v1/', models: ['a'] });
    expect(provider).toMatchObject({
      name: '127.0.0.1:11434',
      baseUrl: 'http://127.0.0.1:11434/v1',
      models: ['a'],
    });
    expect(provider.target('a', { weight: 2 })).toMatchObject({
      model: 'a',
      weight: 2,
      baseUrl: provider.baseUrl,
    });
    expect(targetName(provider.target(), 'asked')).toEqual({
      provider: '127.0.0.1:11434',
      model: 'asked',
      host: '127.0.0.1:11434',
    });
  });

  it('leaves the caller’s credential alone without a key of its own', () => {
    expect(
      openaiCompatible({ baseUrl: 'https://a.example/v1' }).target().authorize,
    ).toBeUndefined();
  });

  it.each([
    ['nonsense', 'Expected "baseUrl" to be an absolute URL: got "nonsense"'],
    ['ftp://a/v1', 'Expected "baseUrl" to start with "https://" or "http://": got "ftp:"'],
    ['https://u:p@a/v1', 'Remove the credentials from "baseUrl" and pass them as "apiKey"'],
    ['https://a/v1?x=1', 'Remove the query and fragment from "baseUrl": got "https://a/v1?x=1"'],
    [
      'https://a/v1/chat/completions',
      'Remove "/chat/completions" from "baseUrl": the paths of calls are added to it',
    ],
    ['https://a/v1/responses/', 'Remove "/responses/" from "baseUrl"'],
  ])('refuses the base URL %s', (baseUrl, message) => {
    expect(() => openaiCompatible({ baseUrl })).toThrow(message);
  });

  it('refuses an empty key and a header that could forge others', () => {
    const baseUrl = 'https://a.example/v1';
    expect(() => openaiCompatible({ baseUrl, apiKey: '' })).toThrow(
      'Expected "apiKey" to be left out or not empty',
    );
    expect(() => openaiCompatible({ baseUrl, headers: { 'x-a': 'b\nc: d' } })).toThrow(
      'Expected header "x-a" in "headers" to have a valid name and value',
    );
  });

  it.each([['openai'], [{}], [null], [['openai']], [[null]], [[{}]]])(
    'refuses %j for dialects',
    (wrong) => {
      const message = 'Expected "dialects" to be a list of dialects, such as [anthropicMessages]';
      const dialects = wrong as never;
      const baseUrl = 'https://a.example/v1';
      expect(() => openaiCompatible({ baseUrl, dialects })).toThrow(new TypeError(message));
      expect(() => openai({ dialects })).toThrow(new TypeError(message));
      expect(() => groq({ dialects })).toThrow(new TypeError(message));
    },
  );

  it('refuses a header without a value, and takes them as Headers', () => {
    const baseUrl = 'https://a.example/v1';
    const headers = { 'x-a': undefined as never };
    expect(() => openaiCompatible({ baseUrl, headers })).toThrow(
      'Expected header "x-a" in "headers" to have a valid name and value',
    );
    const given = new Headers({ 'X-B': 'c' });
    expect(openaiCompatible({ baseUrl, headers: given as never }).target('m').headers).toEqual({
      'x-b': 'c',
    });
  });
});

describe('openai()', () => {
  it('sets key, organization and project', async () => {
    const target = openai({ apiKey: 'sk-x', organization: 'o', project: 'p' }).target('m');
    const headers = new Headers();
    await target.authorize?.(headers);
    expect(headers.get('authorization')).toBe('Bearer sk-x');
    expect(target.headers).toEqual({ 'openai-organization': 'o', 'openai-project': 'p' });
    expect(target.baseUrl).toBe('https://api.openai.com/v1');
  });
});
