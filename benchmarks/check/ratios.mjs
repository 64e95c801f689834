// What was measured as costs over the cost of something that is not ours: machines differ, these little.
import { median } from '../lib/samples.mjs';

const bases = { all: 'pipe', core: 'pipe', 'all-hit': 'hono-constant' };
const tolerated = 1.15;

/** @param results of the end-to-end benchmark: rounds by subject. */
export function ratiosOfSubjects(results) {
  const ratios = {};
  for (const [id, base] of Object.entries(bases)) {
    for (const name of ['json', 'long', 'stream', 'hit', 'streamHit']) {
      const [own, other] = [costOf(results[id], name), costOf(results[base], name)];
      if (own > 0 && other > 0) ratios[`${id} ÷ ${base}, ${name}`] = rounded(own / other);
    }
  }
  return ratios;
}

/** @param groups of a benchmark within one process: each subject over the first of its group. */
export function ratiosOfGroups(name, groups) {
  const ratios = {};
  for (const { title, names, times } of groups) {
    const base = median(times[0]);
    for (const [at, label] of names.entries())
      if (at > 0) ratios[`${name}: ${title}, ${label}`] = rounded(median(times[at]) / base);
  }
  return ratios;
}

/** Of two measurements the lower ratios. */
export function lower(one, other) {
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, Math.min(value, other[name] ?? value)]),
  );
}

/** Rows of a table, and the names of those that have become more than 15 % worse. */
export function compare(before, now) {
  const worse = [];
  const rows = Object.entries(now).map(([name, is]) => {
    const was = before[name];
    if (was === undefined) return [name, '–', String(is), '', 'new'];
    const change = is / was;
    if (change > tolerated) worse.push(name);
    const verdict = change > tolerated ? 'WORSE' : change < 1 / tolerated ? 'better' : '';
    return [name, String(was), String(is), `${((change - 1) * 100).toFixed(0)} %`, verdict];
  });
  for (const name of Object.keys(before))
    if (!(name in now)) rows.push([name, String(before[name]), '–', '', 'gone']);
  return { rows, worse };
}

function costOf(rounds = [], name) {
  const costs = rounds.map((round) => round[name]?.microseconds).filter((it) => it > 0);
  return costs.length === 0 ? undefined : median(costs);
}

function rounded(value) {
  return Number(value.toPrecision(3));
}
