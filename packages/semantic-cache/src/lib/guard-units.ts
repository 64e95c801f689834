/** Units of measure: how much of them is asked for, or in which the answer is to come. */
import type { Guard } from './guard.ts';
import { extractGuard } from './guard-extracts.ts';

/**
 * One unit each: its names, all with or without "s", and behind "|" what is written behind digits alone. "second" and
 * "meter" are other words as often, and so are named in the plural; "5k" and "5 in" are none.
 */
const table = [
  'seconds secs|s',
  'minute mins|min',
  'hour hrs|h hr',
  'days|d',
  'weeks',
  'months',
  'years',
  'decade',
  'kilometer kilometre|km',
  'mile|mi',
  'meters metres|m',
  'centimeter centimetre|cm',
  'millimeter millimetre|mm',
  'foot feet|ft',
  'inch inches',
  'yards|yd',
  'kilogram kilo|kg',
  'gram|g',
  'milligram|mg',
  'pound lbs|lb',
  'ounce|oz',
  'ton tonne|t',
  'liter litre|l',
  'milliliter millilitre|ml',
  'gallon|gal',
  'pint',
  'cups',
  'tablespoon tbsp',
  'teaspoon tsp',
  'celsius centigrade|c °c',
  'fahrenheit|f °f',
  'mph|mph',
  'kmh kph|km/h',
  'kilobyte|kb',
  'megabyte|mb',
  'gigabyte|gb',
  'terabyte|tb',
  'calories kcal|kcal',
  'joule',
  'watt|w',
  'kilowatt|kw',
  'volt|v',
  'percent|%',
].map((line) => line.split('|').map((names) => names.split(' ')));

const unitOf: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  table.flatMap(([names = [], short = []]) =>
    [...names, ...names.map((name) => `${name}s`), ...short].map((name) => [name, names[0] ?? '']),
  ),
);
const longestFirst = (names: readonly string[]): string =>
  [...names].sort((a, b) => b.length - a.length).join('|');
const shorts = /* @__PURE__ */ longestFirst(table.flatMap(([, short = []]) => short));
const unit = /* @__PURE__ */ new RegExp(
  `\\b(?:${longestFirst(table.flatMap(([names = []]) => names))})s?\\b|(?<=\\d\\s?)(?:${shorts})(?![\\p{L}\\p{N}])`,
  'giu',
);
const measured = /* @__PURE__ */ new RegExp(`^([-+]?\\d+(?:[.,]\\d+)*)(am|pm|${shorts})$`, 'i');

/**
 * Refuses when both texts name units of measure and not the same ("in feet", "in meters"; "2 days", "2 weeks").
 * English; what is written behind digits in any language.
 */
export function unitGuard(): Guard {
  return extractGuard('units', ({ text }) => unitsIn(text), { both: true });
}

/** The units that a text names, each once. */
function unitsIn(text: string): readonly string[] {
  const found = text.match(unit) ?? [];
  return [...new Set(found.map((name) => unitOf.get(name.toLowerCase()) ?? name))];
}

/** A number with the unit behind it, however they are written: "5kg", "5 kg" and "5 kilograms"; "7am" and "7 am". */
export function measureOf(words: readonly { readonly text: string }[], at: number): string {
  const text = words[at]?.text ?? '';
  const [, value = text, behind = words[at + 1]?.text ?? ''] = measured.exec(text) ?? [];
  return `${value} ${unitOf.get(behind.toLowerCase()) ?? behind}`;
}
