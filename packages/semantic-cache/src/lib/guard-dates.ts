import type { Guard } from './guard.ts';
import { extractGuard, findAll } from './guard-extracts.ts';

const units =
  'seconds?|minutes?|hours?|days?|weeks?|weekends?|fortnights?|months?|quarters?|years?|decades?|centur(?:y|ies)';
const weekdays = 'mon|tues?|wednes|thurs?|fri|satur|sun';
const months =
  'january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec';

/** Times by the calendar, and times that depend on when they are asked. */
const time = new RegExp(
  [
    // ISO and written with signs, and of the clock.
    '\\b\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}\\b',
    '\\b\\d{1,2}:\\d{2}(?::\\d{2})?\\b',
    '\\b\\d{1,2}\\s?(?:am|pm|o.clock)\\b',
    `\\b(?:${weekdays})days?\\b`,
    `\\b(?:${months})\\b`,
    '\\b(?:spring|summer|autumn|winter)\\b',
    '\\b(?:today|tonight|tomorrow|yesterday|now|currently|noon|midnight|morning|afternoon|evening|night)s?\\b',
    `\\b(?:this|next|last|past|previous|coming|every|each)\\s+(?:${units}|time)\\b`,
    '\\b(?:ago|from now|so far|ever|yet|already|still|recently|lately|soon|later|earlier|before|after|until|since)\\b',
    '\\b(?:daily|weekly|monthly|quarterly|yearly|annually|hourly)\\b',
  ].join('|'),
  'gi',
);

/** Other ways to say the same. */
const same: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['currently', 'now'],
  ['previous', 'last'],
  ['past', 'last'],
  ['coming', 'next'],
  ['each', 'every'],
  ['annually', 'yearly'],
  ['lately', 'recently'],
]);

/**
 * Refuses when dates, times of day, weekdays, months or relative times ("tomorrow", "next week", "ago")
 * differ. English; dates in digits in any language.
 */
export function dateGuard(): Guard {
  return extractGuard('dates', ({ text }) => findAll(time, text).map(normal));
}

function normal(found: string): string {
  const [first = '', ...rest] = found.split(/\s+/);
  return [same.get(first) ?? first, ...rest]
    .join(' ')
    .replace(/s$/, '')
    .replace(/^(\d+)(?=[ap]m$)/, '$1 ');
}
