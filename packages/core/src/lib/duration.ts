/** Milliseconds, or text such as `'250 ms'`, `'10 s'`, `'5 m'`, `'1 h'`, `'7 d'`. */
export type Duration =
  | number
  | `${number} ${'ms' | 's' | 'm' | 'h' | 'd'}`
  | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/**
 * A duration as milliseconds.
 *
 * @param name what it is for, used in the error.
 * @throws {TypeError} when it is neither a number nor such a text; {RangeError} when it is negative or not finite.
 * @example
 * parseDuration('10 s'); // 10000
 */
export function parseDuration(value: Duration, name = 'duration'): number {
  if (typeof value === 'number') return checkRange(value, name, value);
  const match =
    typeof value === 'string' ? /^(\d{1,15}(?:\.\d{1,9})?) ?(ms|s|m|h|d)$/.exec(value) : null;
  if (match === null) {
    throw new TypeError(
      `Expected "${name}" to be milliseconds or text such as "10 s" (ms, s, m, h, d): ${JSON.stringify(value)}`,
    );
  }
  return checkRange(Number(match[1]) * (units[match[2] ?? ''] ?? 1), name, value);
}

function checkRange(milliseconds: number, name: string, given: unknown): number {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) {
    throw new RangeError(`Expected "${name}" to be finite and not negative: ${String(given)}`);
  }
  return milliseconds;
}
