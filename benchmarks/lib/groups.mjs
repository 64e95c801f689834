// Groups of subjects that are measured in one process, interleaved, and told as tables.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sseEvents } from './messages.mjs';
import { table } from './results.mjs';
import { median, spread } from './samples.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const scale = { ns: 1e9, µs: 1e6 };

/**
 * Measures the groups that `subjects` (a staged file) creates, in a fresh process of a runtime.
 *
 * @param options.name of the file in `.cache` that keeps what was measured.
 */
export function measureGroups(command, subjects, { rounds, ms, name }) {
  const events = path('../.cache/events.json');
  mkdirSync(path('../.cache'), { recursive: true });
  writeFileSync(events, JSON.stringify(sseEvents));
  const args = [path('measure-groups.mjs'), subjects, events, String(rounds), String(ms)];
  const text = execFileSync(command, args, { encoding: 'utf8' });
  writeFileSync(path(`../.cache/${name}.json`), text);
  return JSON.parse(text);
}

export function renderGroup({ title, unit, bytes, events, names, times }) {
  const base = median(times[0]);
  const rows = names.map((name, index) => {
    const value = median(times[index]);
    const cells = [
      name,
      `${(value * scale[unit]).toFixed(unit === 'ns' ? 0 : 1)} ±${Math.round(spread(times[index]) * 100)} %`,
      (value / base).toFixed(2),
    ];
    if (bytes !== undefined) cells.push((bytes / value / 1e6).toFixed(0));
    if (events !== undefined) cells.push(((value / events) * 1e9).toFixed(0));
    return cells;
  });
  const more = [bytes !== undefined && 'MB/s', events !== undefined && 'ns an event'];
  const columns = ['', unit, '÷ first line', ...more.filter(Boolean)];
  return `**${title}**\n\n${table(columns, rows)}`;
}
