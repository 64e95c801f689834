// The pictures of the end-to-end benchmark: throughput beside the peers, and how long calls take.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shares } from '../lib/samples.mjs';
import { barChart, lineChart } from '../lib/svg.mjs';
import { viewOf } from './report.mjs';
import { runtimeNames, versionOf } from './runtimes.mjs';

const folder = fileURLToPath(new URL('../plots/', import.meta.url));
const shown = ['pipe', 'js-pipe', 'hono-fetch', 'portkey', 'core', 'all'];

/** Writes the pictures. @returns the lines that show them */
export function writePlots({ runtime, subjects, results }) {
  if (!runtimeNames.includes(runtime)) return '';
  mkdirSync(folder, { recursive: true });
  const view = viewOf(results);
  const title = versionOf(runtime);
  const present = subjects.filter(({ id }) => shown.includes(id) && view(id, 'json') !== undefined);
  const bars = (name) =>
    present.map(({ id, label }) => ({ label: plain(label), value: view(id, name).perSecond }));
  const groups = [
    { label: '1 kB JSON, calls a second', bars: bars('json') },
    { label: 'streams of 64 events, a second', bars: bars('stream') },
  ];
  const show = (value) => Math.round(value).toLocaleString('en-US');
  writeFileSync(
    `${folder}e2e-${runtime}-throughput.svg`,
    barChart({ title: `Throughput of one core on ${title}`, groups, show }),
  );
  const series = present.flatMap(({ id, label }) => {
    const at = view(id, 'jsonAt');
    if (at === undefined) return [];
    return [
      {
        label: plain(label),
        points: at.quantiles.map((ms, index) => [1 / (1 - shares[index]), ms]),
      },
    ];
  });
  const most = Math.max(...series.flatMap(({ points }) => points.map(([, ms]) => ms)));
  writeFileSync(
    `${folder}e2e-${runtime}-latency.svg`,
    lineChart({
      title: `Latency at 200 calls a second on ${title}`,
      x: {
        label: 'slowest one in …',
        from: 1,
        to: 1000,
        log: true,
        ticks: [1, 2, 10, 100, 1000],
        show: String,
      },
      y: {
        label: 'milliseconds',
        from: 0.1,
        to: Math.max(10, most),
        log: true,
        ticks: [0.1, 0.3, 1, 3, 10, 30, 100].filter((ms) => ms <= Math.max(10, most)),
        show: String,
      },
      series,
    }),
  );
  return [
    `![throughput beside the peers](plots/e2e-${runtime}-throughput.svg)`,
    `![distribution of latency](plots/e2e-${runtime}-latency.svg)`,
  ].join('\n\n');
}

function plain(label) {
  return label
    .replaceAll('`', '')
    .replace('Portkey gateway ', 'Portkey ')
    .replace('bare fetch proxy, chunks passed on by JavaScript', 'bare fetch proxy in JavaScript');
}
