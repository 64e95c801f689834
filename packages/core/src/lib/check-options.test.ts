import { describe, expect, it } from 'vitest';
import { checkOptions, type OptionKind } from './check-options.ts';

interface Options {
  quota?: number;
  window?: number;
  on?: boolean;
  now?: () => number;
  name?: string;
  names?: readonly string[];
  headers?: object;
}
const known: Record<keyof Options, OptionKind> = {
  quota: 1,
  window: 1,
  on: 'boolean',
  now: 'function',
  name: 'string',
  names: 'string[]',
  headers: 'object',
};
const check = (options: unknown): void => checkOptions(options as Options, known, 'limit()');

describe('checkOptions()', () => {
  it('lets pass what is known, set or not', () => {
    for (const options of [{}, { quota: 1 }, { window: undefined, quota: 2 }]) check(options);
    check(Object.create({ inherited: 1 }));
  });

  it.each(['quotas', '__proto__', 'constructor', '0'])(
    'refuses %j, and says what there is',
    (name) => {
      const options = JSON.parse(`{"${name}":1}`);
      expect(() => check(options)).toThrow(
        new TypeError(
          `Remove "${name}" from the options of limit(): it knows ${Object.keys(known).join(', ')}`,
        ),
      );
    },
  );

  it('tells what to do where the function was handed over in place of what it makes', () => {
    expect(() => check(new Request('http://a.test/'))).toThrow(
      new TypeError('Call limit() when the chain is made, not with a request'),
    );
  });

  it.each([
    [null, 'null'],
    [true, 'boolean'],
    [5, 'number'],
    ['text', 'string'],
    [[], 'string[]'],
    [[1], 'array'],
  ])('refuses %j for options', (options, got) => {
    expect(() => check(options)).toThrow(`Give limit() an object of options: got ${got}`);
  });

  it.each([
    ['on', 'false', 'boolean', 'string'],
    ['on', null, 'boolean', 'null'],
    ['now', 5, 'function', 'number'],
    ['name', ['a'], 'string', 'string[]'],
    ['names', 'ab', 'string[]', 'string'],
    ['names', ['a', 1], 'string[]', 'array'],
    ['headers', null, 'object', 'null'],
    ['headers', ['a: b'], 'object', 'string[]'],
    ['headers', 'a: b', 'object', 'string'],
  ])('refuses "%s": %j', (name, value, kind, got) => {
    expect(() => check({ [name]: value })).toThrow(
      new TypeError(`Expected "${name}" of limit() to be of type ${kind}: got ${got}`),
    );
  });

  it('lets pass values of their kind, and those that it is told nothing of', () => {
    check({ quota: 'many', on: false, now: Date.now, name: '', names: [], headers: {} });
    check({ names: ['a'], headers: new Headers(), now: undefined });
  });
});
