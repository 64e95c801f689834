// Precision against hit rate: what each threshold would have been worth on one stream.
import { lineChart } from '../lib/svg.mjs';

/**
 * @param heard `{ similarity, right }` of the candidate of each request that had one.
 * @param requests all of them, those without a candidate too.
 * @returns `[hit rate, precision]`, from the strictest threshold on.
 */
export function curveOf(heard, requests) {
  const sorted = [...heard].sort((a, b) => b.similarity - a.similarity);
  const points = [];
  let right = 0;
  for (const [at, one] of sorted.entries()) {
    if (one.right) right++;
    const isLast = sorted[at + 1]?.similarity !== one.similarity;
    // The first few say nothing yet.
    if (isLast && at >= 20) points.push([(at + 1) / requests, right / (at + 1)]);
  }
  const step = Math.max(1, Math.floor(points.length / 200));
  return points.filter((_, at) => at % step === 0);
}

/** The largest hit rate at which so many of the hits are right. */
export function rateAt(points, precision) {
  return points.reduce((most, [rate, one]) => (one >= precision ? Math.max(most, rate) : most), 0);
}

export function chartOf(name, curves) {
  const percent = (value) => `${Math.round(value * 100)} %`;
  return lineChart({
    title: `${name}: precision against hit rate`,
    x: { label: 'hits, of all requests', from: 0, to: 0.6, ticks: 6, show: percent },
    y: { label: 'right, of the hits', from: 0.8, to: 1, ticks: 4, show: percent },
    series: curves.map(({ label, points }) => ({ label, points })),
  });
}
