import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upstreamUrl } from './upstream-url.ts';

const own = { provider: 'a', baseUrl: 'https://api.example/v1', authorize: () => {} };
const open = { provider: 'a', baseUrl: 'https://api.example/openai/v1' };

describe('upstreamUrl()', () => {
  it.each([
    ['http://gateway/v1/chat/completions', 'https://api.example/v1/chat/completions'],
    ['http://gateway/mounted/here/v1/embeddings', 'https://api.example/v1/embeddings'],
    [
      'http://gateway/v1beta/models/m:generateContent',
      'https://api.example/v1/models/m:generateContent',
    ],
    ['http://gateway/v1/files/v2', 'https://api.example/v1/files/v2'],
    ['http://gateway/chat/completions', 'https://api.example/v1/chat/completions'],
    ['http://gateway/v1', 'https://api.example/v1'],
    [
      'http://gateway/v1/files?limit=2&after=x%2Fy',
      'https://api.example/v1/files?limit=2&after=x%2Fy',
    ],
    ['http://gateway/v1/files?key=secret&limit=2', 'https://api.example/v1/files?limit=2'],
    ['http://gateway/v1/../../etc/passwd', 'https://api.example/v1/etc/passwd'],
    ['http://gateway/v1/%2e%2e/%2e%2e/admin', 'https://api.example/v1/admin'],
    ['http://gateway/v1//evil.example/x', 'https://api.example/v1//evil.example/x'],
    ['http://gateway/v1@evil.example/x', 'https://api.example/v1/v1@evil.example/x'],
  ])('%s goes to %s', (given, expected) => {
    expect(upstreamUrl(own, given)).toBe(expected);
  });

  it('keeps the key parameter for a target without credentials', () => {
    expect(upstreamUrl(open, 'http://g/v1/models?key=mine')).toBe(
      'https://api.example/openai/v1/models?key=mine',
    );
  });

  it('never leaves the host and the base path, whatever the caller writes', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, tail) => {
        const given = new URL(`http://gateway${path || '/'}`);
        given.pathname += `/${tail}`;
        const url = new URL(upstreamUrl(own, given.href));
        expect(url.origin).toBe('https://api.example');
        expect(url.pathname.startsWith('/v1')).toBe(true);
      }),
    );
  });
});
