import { describe, expect, it } from 'vitest';
import { ietfFields, type LimitReport, openaiFields, shortDuration } from './fields.ts';
import { resolveOptions } from './options.ts';

const [rpm, daily] = resolveOptions({
  limits: [
    { name: 'rpm', quota: 60, window: '1 m' },
    { name: 'daily', quota: 5000, window: '1 d' },
  ],
}).limits;

function report(limit = rpm!, change: Partial<LimitReport['result']> = {}): LimitReport {
  return {
    limit,
    result: { allowed: true, remaining: 59, resetMs: 59_001, retryMs: 0, at: 0, ...change },
  };
}

describe('ietfFields()', () => {
  it('lists every limit, seconds rounded up', () => {
    expect(ietfFields([report(), report(daily, { remaining: 12, resetMs: 3_600_000 })])).toEqual({
      'ratelimit-policy': '"rpm";q=60;w=60, "daily";q=5000;w=86400',
      ratelimit: '"rpm";r=59;t=60, "daily";r=12;t=3600',
    });
  });

  it('names the wait of a refused limit, not its reset', () => {
    const refused = report(rpm, { allowed: false, remaining: 0, resetMs: 1000, retryMs: 7500 });
    expect(ietfFields([report(daily), refused], [refused])['ratelimit']).toBe('"rpm";r=0;t=8');
  });

  it('goes by the quota that the store went by', () => {
    expect(ietfFields([report(rpm, { quota: 90 })])['ratelimit-policy']).toBe('"rpm";q=90;w=60');
  });
});

describe('openaiFields()', () => {
  it('shows the limit that is closest to its end', () => {
    const fields = openaiFields([report(), report(daily, { remaining: 12, resetMs: 83_000 })]);
    expect(fields).toEqual({
      'x-ratelimit-limit-requests': '5000',
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '1m23s',
    });
  });

  it('shows nothing when there is no limit', () => {
    expect(openaiFields([])).toEqual({});
  });
});

describe('shortDuration()', () => {
  it.each([
    [0, '0ms'],
    [0.2, '1ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1001, '2s'],
    [59_001, '1m'],
    [61_000, '1m1s'],
    [3_600_000, '1h'],
    [3_661_000, '1h1m1s'],
    [86_400_000, '24h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(shortDuration(milliseconds)).toBe(text);
  });
});
