import { describe, expect, it } from 'vitest';
import { type LoggerOptions, resolveOptions } from './options.ts';

describe('resolveOptions()', () => {
  it('fills in the defaults', () => {
    expect(resolveOptions({})).toMatchObject({
      redact: undefined,
      maxContentChars: 4000,
      headers: ['user-agent'],
      tenant: true,
      sample: 1,
      batchSize: 64,
      flushIntervalMs: 200,
      maxQueue: 1000,
      writeTimeoutMs: 10_000,
    });
  });

  it('logs no content only because it knows how to redact', () => {
    expect(resolveOptions({ redact: ({ text }) => text }).redact).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['a sink that can not write', { sink: {} }, 'Expected "sink" to have a write method'],
    [
      'content without redaction',
      { content: true },
      'Give "redact" with "content": a function that answers what may be logged of a text',
    ],
    ['a share over 1', { sample: 1.5 }, 'Expected "sample" to be from 0 to 1: 1.5'],
    ['no share', { sample: Number.NaN }, 'Expected "sample" to be from 0 to 1: NaN'],
    ['no header name', { headers: ['a b'] }, 'Expected "headers" to hold header names: "a b"'],
    [
      'a credential',
      { headers: ['Authorization'] },
      'Remove "authorization" from "headers": it carries a credential',
    ],
    [
      'a cookie',
      { headers: ['cookie'] },
      'Remove "cookie" from "headers": it carries a credential',
    ],
    [
      'a token of any name',
      { headers: ['x-amz-security-token'] },
      'Remove "x-amz-security-token" from "headers": it carries a credential',
    ],
    [
      'a header alone',
      { headers: 'x-team' },
      'Expected "headers" of logger() to be of type string[]',
    ],
    [
      'a slip in a name',
      { redactor: () => '' },
      'Remove "redactor" from the options of logger(): it knows sink',
    ],
    ['an empty batch', { batchSize: 0 }, 'Expected "batchSize" to be a positive whole number: 0'],
    [
      'an endless queue',
      { maxQueue: Number.POSITIVE_INFINITY },
      'Expected "maxQueue" to be a positive whole number: Infinity',
    ],
    [
      'no characters',
      { maxContentChars: -1 },
      'Expected "maxContentChars" to be a positive whole number: -1',
    ],
    [
      'an unknown interval',
      { flushInterval: 'soon' },
      'Expected "flushInterval" to be milliseconds or text such as "10 s" (ms, s, m, h, d): "soon"',
    ],
    [
      'an unknown timeout',
      { writeTimeout: -1 },
      'Expected "writeTimeout" to be finite and not negative: -1',
    ],
  ])('refuses %s', (_name, options, message) => {
    expect(() => resolveOptions(options as LoggerOptions)).toThrow(message);
  });

  it('waits for as many records as were asked for, else for sixteen', () => {
    const { batchSize, enough } = resolveOptions({ batchSize: 500 });
    expect([batchSize, enough]).toEqual([500, 500]);
    expect(resolveOptions({}).enough).toBe(16);
  });
});
