import { describe, expect, it } from 'vitest';
import { parseUrl } from './parse-url.ts';

describe('parseUrl()', () => {
  it.each([
    'http://localhost:8787/v1/chat/completions',
    'https://Example.COM:443/a/../b/%2e%2e/c',
    'https://a.test/v1?key=abc',
    `https://a.test/${'x'.repeat(300)}`,
  ])('takes %s apart as new URL does, time and again', (text) => {
    const url = new URL(text);
    const { origin, host, pathname, search, href } = url;
    for (let turn = 0; turn < 3; turn++) {
      expect(parseUrl(text)).toEqual({ origin, host, pathname, search, url });
      expect(parseUrl(text).url.href).toBe(href);
    }
  });

  it('remembers a URL for a while, but none with a query', () => {
    const first = parseUrl('https://a.test/once');
    expect(parseUrl('https://a.test/once')).toBe(first);
    expect(parseUrl('https://a.test/?a')).not.toBe(parseUrl('https://a.test/?a'));
    for (let at = 0; at < 100; at++) parseUrl(`https://a.test/${at}`);
    expect(parseUrl('https://a.test/once')).not.toBe(first);
  });

  it('refuses what is no absolute URL', () => {
    expect(() => parseUrl('/v1')).toThrow(TypeError);
  });
});
