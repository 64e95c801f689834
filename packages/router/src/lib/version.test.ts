import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRange, versionOf } from './version.ts';

describe('versionOf()', () => {
  it.each([
    ['gpt-4.1-mini', [4, 1]],
    ['gpt-4o', [4, 0]],
    ['gpt-4o-2024-08-06', [4, 0]],
    ['gpt-4-0613', [4, 0]],
    ['gpt-5', [5, 0]],
    ['gpt-3.5-turbo', [3, 5]],
    ['o3-mini', [3, 0]],
    ['claude-3-5-sonnet-20241022', [3, 5]],
    ['claude-opus-4-20250514', [4, 0]],
    ['claude-opus-4-5-20251101', [4, 5]],
    ['gemini-2.5-flash', [2, 5]],
    ['gemini-1.5-pro-002', [1, 5]],
    ['llama-3.3-70b', [3, 3]],
    ['llama3-70b-8192', [3, 0]],
    ['meta-llama/Llama-3.1-8B-Instruct', [3, 1]],
    ['qwen2.5-72b', [2, 5]],
    ['command-r', undefined],
    ['', undefined],
  ])('%s is %j', (model, expected) => {
    expect(versionOf(model)).toEqual(expected);
  });
});

describe('compileRange()', () => {
  it.each([
    ['>=4 <5', '4.1', true],
    ['>=4 <5', '5', false],
    ['4', '4.9', true],
    ['4.1', '4.10', false],
    ['>4.9', '4.10', true],
    ['<=4', '4', true],
    ['<=4', '4.1', false],
    ['=4.1', '4.1', true],
  ])('%s and %s: %s', (range, version, expected) => {
    expect(compileRange(range, 'r')(`model-${version}`)).toBe(expected);
  });

  it('never throws for a name, whatever it is', () => {
    const holds = compileRange('>=1', 'r');
    fc.assert(fc.property(fc.string(), (name) => typeof holds(name) === 'boolean'));
    expect(holds('1-'.repeat(100_000))).toBe(true);
  });
});
