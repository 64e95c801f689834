import { describe, expect, it } from 'vitest';
import { compileTimeWindow } from './time-window.ts';

/** 28 November 2026 is a Saturday. */
const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute);

describe('compileTimeWindow()', () => {
  it.each([
    [{ from: '08:00', to: '17:00' }, at(28, 8), true],
    [{ from: '08:00', to: '17:00' }, at(28, 16, 59), true],
    [{ from: '08:00', to: '17:00' }, at(28, 17), false],
    [{ from: '22:00', to: '06:00' }, at(28, 23), true],
    [{ from: '22:00', to: '06:00' }, at(28, 5, 59), true],
    [{ from: '22:00', to: '06:00' }, at(28, 6), false],
    [{ days: ['sat'] as const }, at(28, 0), true],
    [{ days: ['sat'] as const }, at(29, 0), false],
    // The window of Friday goes on into Saturday.
    [{ from: '22:00', to: '06:00', days: ['fri'] as const }, at(28, 3), true],
    [{ from: '22:00', to: '06:00', days: ['sat'] as const }, at(28, 3), false],
    [{ from: '00:00', to: '01:00', zone: 'Europe/Oslo' }, at(28, 23, 30), true],
    [{ days: ['sun'] as const, zone: 'Europe/Oslo' }, at(28, 23, 30), true],
    [{ from: '12:00' }, at(28, 23, 59), true],
    [{ to: '12:00' }, at(28, 12), false],
  ])('%j %i: %s', (window, now, expected) => {
    expect(compileTimeWindow(window, 'time')(now)).toBe(expected);
  });
});
