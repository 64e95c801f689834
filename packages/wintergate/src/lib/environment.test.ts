import { describe, expect, it } from 'vitest';
import { EnvironmentError, isLoopback, readEnvironment } from './environment.ts';

describe('readEnvironment()', () => {
  it('has defaults for everything, and takes an empty variable for none', () => {
    expect(readEnvironment({ PORT: ' ', OPENAI_API_KEY: '' })).toEqual({
      port: 8787,
      host: '127.0.0.1',
      apiKey: undefined,
      baseUrl: undefined,
      gatewayKey: undefined,
      requestsPerMinute: 60,
      passThrough: false,
      similar: 'spelling',
      log: 'text',
      firstTokenDelay: 150,
      tokensPerSecond: 60,
    });
  });

  it('reads what is set', () => {
    const settings = readEnvironment({
      PORT: '0',
      HOST: '::1',
      OPENAI_BASE_URL: 'http://127.0.0.1:1234/v1//',
      WINTERGATE_RATE_LIMIT: '0',
      WINTERGATE_SIMILAR: 'words',
      WINTERGATE_LOG: 'json',
      WINTERGATE_SIMULATED_DELAY: '1 s',
      WINTERGATE_SIMULATED_RATE: '5',
    });
    expect(settings).toMatchObject({
      port: 0,
      host: '::1',
      baseUrl: 'http://127.0.0.1:1234/v1',
      requestsPerMinute: 0,
      similar: 'words',
      log: 'json',
      firstTokenDelay: 1000,
      tokensPerSecond: 5,
    });
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a port number'],
    [{ PORT: '70000' }, 'PORT must be 0 to 65535'],
    [{ PORT: '80.5' }, 'PORT must be a whole number'],
    [{ HOST: 'a b' }, 'HOST must be an address'],
    [{ OPENAI_BASE_URL: 'localhost:1234' }, 'OPENAI_BASE_URL must be a URL'],
    [{ OPENAI_BASE_URL: 'ftp://x/v1' }, 'OPENAI_BASE_URL must be a URL'],
    [{ OPENAI_BASE_URL: 'http://127.0.0.1/v1?key=1' }, 'OPENAI_BASE_URL must hold no user'],
    [{ OPENAI_BASE_URL: 'http://user:word@127.0.0.1/v1' }, 'OPENAI_BASE_URL must hold no user'],
    [{ WINTERGATE_PASS_THROUGH: 'yes' }, 'WINTERGATE_PASS_THROUGH must be 0 or 1'],
    [{ WINTERGATE_KEY: 'short' }, 'WINTERGATE_KEY must have at least 16 characters'],
    [{ WINTERGATE_SIMILAR: 'yes' }, 'WINTERGATE_SIMILAR must be "spelling", "words" or "off"'],
    [{ WINTERGATE_LOG: 'loud' }, 'WINTERGATE_LOG must be "text", "json" or "off"'],
    [{ WINTERGATE_SIMULATED_DELAY: 'soon' }, 'WINTERGATE_SIMULATED_DELAY must be milliseconds'],
    [{ WINTERGATE_RATE_LIMIT: '-1' }, 'WINTERGATE_RATE_LIMIT must not be negative'],
    [{ OPENAI_API_KEY: 'with space' }, 'OPENAI_API_KEY must be a key without spaces'],
  ])('says in one line what is wrong with %j', (environment, message) => {
    expect(() => readEnvironment(environment as Record<string, string>)).toThrow(EnvironmentError);
    expect(() => readEnvironment(environment as Record<string, string>)).toThrow(message);
    expect(() => readEnvironment(environment as Record<string, string>)).toThrow(/^[^\n]+$/);
  });

  it('does not show a key in its message', () => {
    expect(() =>
      readEnvironment({ OPENAI_API_KEY: 'sk hidden', WINTERGATE_KEY: 'tiny-hidden' }),
    ).toThrow(/^(?!.*hidden)/);
  });

  it('opens a real key to other machines only behind a key of its own', () => {
    expect(() => readEnvironment({ HOST: '0.0.0.0', OPENAI_API_KEY: 'sk-1' })).toThrow(
      'unless WINTERGATE_KEY is set',
    );
    expect(
      readEnvironment({ HOST: '0.0.0.0', OPENAI_API_KEY: 'sk-1', WINTERGATE_KEY: 'k'.repeat(16) })
        .host,
    ).toBe('0.0.0.0');
    expect(() =>
      readEnvironment({ HOST: '0.0.0.0', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }),
    ).toThrow('unless WINTERGATE_KEY is set');
    expect(readEnvironment({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });
});

describe('isLoopback()', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['127.0.0.1.evil.test', false],
    ['10.0.0.1', false],
    ['::', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
