import { expect, it } from 'vitest';
import { createSamples, median, shares, spread } from './samples.mjs';

it('gives exact percentiles of more values than it had room for', () => {
  const samples = createSamples();
  for (let value = 100_000; value >= 1; value--) samples.add(value);
  const { quantiles, ...rest } = samples.summary();
  expect(rest).toEqual({ count: 100_000, p50: 50_000, p99: 99_000, max: 100_000 });
  expect(quantiles).toEqual(shares.map((share) => Math.ceil(share * 100_000)));
});

it('has no summary without values', () => {
  expect(createSamples().summary()).toBeUndefined();
});

it('takes the middle of odd and even counts, and the spread around it', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 4, 9])).toBe(3);
  expect(spread([8, 10, 12])).toBe(0.4);
  expect(spread([8])).toBe(0);
});
