import type { Guard } from './guard.ts';
import { extractGuard, findAll } from './guard-extracts.ts';

/** Names and signs of money; the first of each line stands for all. */
const monies: readonly (readonly string[])[] = [
  ['usd', '$', 'us$', 'dollar', 'dollars', 'buck', 'bucks', 'cents'],
  ['eur', '€', 'euro', 'euros'],
  ['gbp', '£', 'pound sterling', 'sterling', 'quid'],
  ['jpy', '¥', 'yen'],
  ['cny', 'rmb', 'yuan', 'renminbi'],
  ['inr', '₹', 'rupee', 'rupees'],
  ['krw', '₩', 'won'],
  ['rub', '₽', 'ruble', 'rubles', 'rouble', 'roubles'],
  ['chf', 'francs', 'franc'],
  ['brl', 'r$', 'reais'],
  ['mxn', 'peso', 'pesos'],
  ['try', '₺', 'lira', 'liras'],
  ['ils', '₪', 'shekel', 'shekels'],
  ['ngn', '₦', 'naira'],
  ['vnd', '₫', 'dong'],
  ['aud', 'a$'],
  ['cad', 'c$'],
  ['nzd', 'nz$'],
  ['sek', 'kronor', 'krona'],
  ['nok', 'kroner', 'krone'],
  ['dkk'],
  ['pln', 'zloty', 'zlotys'],
  ['btc', '₿', 'bitcoin', 'bitcoins'],
  ['eth', 'ether', 'ethereum'],
];

const codes = /* @__PURE__ */ new Map(
  monies.flatMap((names) => names.map((name) => [name, names[0] as string] as const)),
);
const money = /* @__PURE__ */ new RegExp(
  [...codes.keys()]
    // "try" and "won" are common words: only in capitals, below.
    .filter((name) => name !== 'try' && name !== 'won')
    .sort((a, b) => b.length - a.length)
    .map((name) => (/^[a-z ]+$/.test(name) ? `\\b${name}\\b` : name.replace(/[$]/g, '\\$&')))
    .join('|'),
  'gi',
);

/** Refuses when the currencies that the texts name or write as signs differ. */
export function currencyGuard(): Guard {
  return extractGuard('currency', ({ text }) => [
    ...findAll(money, text).map((found) => codes.get(found) ?? found),
    ...(text.match(/\b(?:TRY|KRW)\b/g) ?? []).map((found) => found.toLowerCase()),
  ]);
}
