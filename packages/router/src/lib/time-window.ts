/** Hours and days of the week, in a zone. */

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof days)[number];

export interface TimeWindow {
  /** `HH:MM`, this minute included. @default '00:00' */
  readonly from?: string | undefined;
  /** `HH:MM`, this minute not included; before `from` the window goes over midnight. @default '24:00' */
  readonly to?: string | undefined;
  /** Days on which the window begins. @default all */
  readonly days?: readonly Day[] | undefined;
  /** IANA name, such as `Europe/Oslo`. @default 'UTC' */
  readonly zone?: string | undefined;
}

const minutesOfDay = 24 * 60;

/** @throws {TypeError} naming the path of what is not usable. */
export function compileTimeWindow(given: TimeWindow, path: string): (now: number) => boolean {
  const from = minutesOf(given.from ?? '00:00', `${path}.from`);
  const to = minutesOf(given.to ?? '24:00', `${path}.to`);
  if (from === to) throw new TypeError(`Expected ${path} to hold a minute at least`);
  const allowed = given.days ?? days;
  if (
    !Array.isArray(allowed) ||
    allowed.length === 0 ||
    !allowed.every((day) => days.includes(day))
  )
    throw new TypeError(`Expected ${path}.days to be a list of "${days.join('", "')}"`);
  const clock = clockOf(given.zone ?? 'UTC', `${path}.zone`);
  return (now) => {
    const { day, minute } = clock(now);
    const begins = (offset: number) => allowed.includes(days[(day + offset + 7) % 7] as Day);
    if (from < to) return minute >= from && minute < to && begins(0);
    return (minute >= from && begins(0)) || (minute < to && begins(-1));
  };
}

function minutesOf(text: string, path: string): number {
  const found = /^(\d\d):([0-5]\d)$/.exec(text);
  const minutes = found === null ? Number.NaN : Number(found[1]) * 60 + Number(found[2]);
  if (!(minutes <= minutesOfDay))
    throw new TypeError(
      `Expected ${path} to be a time such as "08:30": got ${JSON.stringify(text)}`,
    );
  return minutes;
}

function clockOf(zone: string, path: string): (now: number) => { day: number; minute: number } {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    throw new TypeError(`Expected ${path} to be a zone such as "Europe/Oslo": got "${zone}"`);
  }
  return (now) => {
    const parts = format.formatToParts(now);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
    return {
      day: days.indexOf(part('weekday').toLowerCase() as Day),
      minute: Number(part('hour')) * 60 + Number(part('minute')),
    };
  };
}
