import { describe, expect, it } from 'vitest';
import { checkNames } from './check-names.ts';

interface Options {
  quota?: number;
  window?: number;
}
const known: Record<keyof Options, 1> = { quota: 1, window: 1 };
const check = (options: unknown): void => checkNames(options as Options, known, 'limit()');

describe('checkNames()', () => {
  it('lets pass what is known, set or not', () => {
    for (const options of [{}, { quota: 1 }, { window: undefined, quota: 2 }]) check(options);
    check(Object.create({ inherited: 1 }));
  });

  it.each(['quotas', '__proto__', 'constructor', '0'])(
    'refuses %j, and says what there is',
    (name) => {
      const options = JSON.parse(`{"${name}":1}`);
      expect(() => check(options)).toThrow(
        new TypeError(`Remove "${name}" from the options of limit(): it knows quota, window`),
      );
    },
  );

  it.each([null, true, 5, 'text', [], [1]])('refuses %j for options', (options) => {
    expect(() => check(options)).toThrow(
      `Give limit() an object of options: got ${JSON.stringify(options)}`,
    );
  });
});
