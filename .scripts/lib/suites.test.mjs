import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../testing/fixture.mjs';
import { countReport, findSuites, withExitCode } from './suites.mjs';

const test = (status, fullName = 'a test') => ({ status, fullName });

describe('findSuites()', () => {
  it('has unit tests first, then the expected suites, then whatever else has a configuration', () => {
    const root = createWorkspace({
      'test/hosts/vitest.config.ts': '',
      'test/docs/vitest.config.mjs': '',
      'test/fixtures/a.json': '{}',
    });
    const found = findSuites(root).map(({ name, config }) => [name, config !== undefined]);
    expect(found).toEqual([
      ['unit', true],
      ['helpers', false],
      ['conformance', false],
      ['hosts', true],
      ['e2e', false],
      ['packaging', false],
      ['docs', true],
    ]);
  });
});

describe('countReport()', () => {
  it('counts tests, and a file that did not load as one failure', () => {
    const testResults = [
      {
        name: '/a',
        status: 'passed',
        assertionResults: [test('passed'), test('skipped'), test('todo')],
      },
      { name: '/b', status: 'failed', assertionResults: [test('failed', 'x y'), test('passed')] },
      { name: '/c', status: 'failed', message: 'Cannot find module\n at x', assertionResults: [] },
    ];
    expect(countReport({ testResults })).toEqual({
      passed: 2,
      failed: 2,
      skipped: 2,
      failures: ['/b: x y', '/c: Cannot find module'],
    });
  });
});

describe('withExitCode()', () => {
  const counts = { passed: 3, failed: 0, skipped: 0, failures: [] };

  it('leaves a good run, and one whose failure is counted', () => {
    expect(withExitCode(counts, 0)).toBe(counts);
    const failing = { ...counts, failed: 1, failures: ['x'] };
    expect(withExitCode(failing, 1)).toBe(failing);
  });

  it.each([
    [counts, 1, 'ended with code 1'],
    [counts, 124, 'took too long'],
    [{ ...counts, passed: 0 }, 0, 'ran no test'],
  ])('counts one failure more for %j ended with %i', (given, code, why) => {
    expect(withExitCode(given, code)).toMatchObject({ failed: 1, failures: [why] });
  });
});
