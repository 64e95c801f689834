import { expect, it } from 'vitest';
import { compare, lower, ratiosOfGroups, ratiosOfSubjects } from './ratios.mjs';

it('takes the processor time of a call over that of its baseline, medians of the rounds', () => {
  const rounds = (...costs) => costs.map((microseconds) => ({ json: { microseconds } }));
  const results = { pipe: rounds(100, 80, 90), all: rounds(400, 360, 900), core: [] };
  expect(ratiosOfSubjects(results)).toEqual({ 'all ÷ pipe, json': 4.44 });
});

it('takes each subject of a group over the first', () => {
  const group = { title: 'T', names: ['a', 'b'], times: [[2, 1, 3], [5]] };
  expect(ratiosOfGroups('wire', [group])).toEqual({ 'wire: T, b': 2.5 });
});

it('keeps the lower of two measurements', () => {
  expect(lower({ a: 1, b: 2, c: 3 }, { a: 2, b: 1 })).toEqual({ a: 1, b: 1, c: 3 });
});

it('says what has become more than 15 % worse, what is new and what is gone', () => {
  const { rows, worse } = compare({ a: 1, b: 1, c: 2, d: 1 }, { a: 1.14, b: 1.2, c: 1, e: 3 });
  expect(worse).toEqual(['b']);
  expect(rows.map(([name, , , , verdict]) => [name, verdict])).toEqual([
    ['a', ''],
    ['b', 'WORSE'],
    ['c', 'better'],
    ['e', 'new'],
    ['d', 'gone'],
  ]);
});
