/** When an upstream asks to be called again, in all the ways in which it may say so. */

/** Non-standard, in milliseconds with fractions; the more exact one wins over `retry-after`. */
const millisecondHeaders = ['retry-after-ms', 'x-ms-retry-after-ms'];
const number = /^\s*(\d{1,12}(?:\.\d{1,9})?)\s*$/;
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** IMF-fixdate, RFC 850 and asctime, the three forms of an HTTP-date (RFC 9110 section 5.6.7). */
const dates = [
  /^[A-Za-z]{3}, (?<day>\d\d) (?<month>[A-Za-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Za-z]{6,9}, (?<day>\d\d)-(?<month>[A-Za-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Za-z]{3} (?<month>[A-Za-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/**
 * Milliseconds to wait, 0 for a date in the past, `undefined` when nothing valid is said: a
 * malformed value is ignored.
 *
 * @param now milliseconds since the epoch.
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  for (const name of millisecondHeaders) {
    const match = number.exec(headers.get(name) ?? '');
    if (match !== null) return Number(match[1]);
  }
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = number.exec(value);
  if (seconds !== null) return Number(seconds[1]) * 1000;
  const date = parseHttpDate(value.trim(), now);
  return date === undefined ? undefined : Math.max(0, date - now);
}

/** Milliseconds since the epoch; parsed by hand, because engines differ in what `Date.parse` takes. */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const pattern of dates) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    const { day = '', month = '', year = '', time = '' } = groups;
    const at = months.indexOf(month);
    if (at < 0 || at % 3 !== 0) return undefined;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
    const date = Date.UTC(fullYear(year, now), at / 3, Number(day), hours, minutes, seconds);
    // `Date.UTC` rolls a day over that its month does not have.
    return new Date(date).getUTCMonth() === at / 3 || seconds === 60 ? date : undefined;
  }
  return undefined;
}

/** Two digits more than 50 years ahead mean the past century (RFC 9110 section 5.6.7). */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const current = new Date(now).getUTCFullYear();
  const guess = Math.floor(current / 100) * 100 + Number(year);
  return guess > current + 50 ? guess - 100 : guess;
}
