// Line charts as SVG, without a library: axes, grid, a line a series.
const width = 640;
const height = 400;
const margin = { left: 64, right: 200, top: 40, bottom: 52 };
const colours = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2'];

/**
 * @param options.series `{ label, points: [[x, y], …] }`
 * @param options.x,y `{ label, from, to, ticks, show, log }`; `ticks` is a number of equal steps or a list of places,
 *   `show` writes one, `log` gives every factor the same room.
 */
export function lineChart({ title, x, y, series }) {
  const inner = { w: width - margin.left - margin.right, h: height - margin.top - margin.bottom };
  const scaled = (axis, value) => (axis.log ? Math.log(value) : value);
  const at = (axis, value, size) =>
    ((scaled(axis, value) - scaled(axis, axis.from)) /
      (scaled(axis, axis.to) - scaled(axis, axis.from))) *
    size;
  const px = (value) => (margin.left + at(x, value, inner.w)).toFixed(1);
  const py = (value) => (margin.top + inner.h - at(y, value, inner.h)).toFixed(1);
  const ticks = (axis) =>
    Array.isArray(axis.ticks)
      ? axis.ticks
      : Array.from(
          { length: axis.ticks + 1 },
          (_, step) => axis.from + (step * (axis.to - axis.from)) / axis.ticks,
        );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(margin.left, 22, title, 'font-size="14" font-weight="bold"'),
  ];
  for (const value of ticks(x)) {
    parts.push(line(px(value), py(y.from), px(value), py(y.to), '#e5e7eb'));
    parts.push(text(px(value), height - margin.bottom + 18, x.show(value), 'text-anchor="middle"'));
  }
  for (const value of ticks(y)) {
    parts.push(line(px(x.from), py(value), px(x.to), py(value), '#e5e7eb'));
    parts.push(text(margin.left - 8, Number(py(value)) + 4, y.show(value), 'text-anchor="end"'));
  }
  parts.push(text(margin.left + inner.w / 2, height - 12, x.label, 'text-anchor="middle"'));
  const middle = margin.top + inner.h / 2;
  parts.push(
    text(16, middle, y.label, `text-anchor="middle" transform="rotate(-90 16 ${middle})"`),
  );
  for (const [index, { label, points }] of series.entries()) {
    const colour = colours[index % colours.length];
    const inside = points.filter(([a, b]) => a >= x.from && a <= x.to && b >= y.from && b <= y.to);
    const path = inside.map(([a, b]) => `${px(a)},${py(b)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    const top = margin.top + 14 + index * 20;
    const left = width - margin.right + 12;
    parts.push(line(left, top - 4, left + 18, top - 4, colour));
    parts.push(text(left + 24, top, label));
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

/**
 * Bars from left to right, in groups.
 *
 * @param options.groups `{ label, bars: [{ label, value }, …] }`; `show` writes a value.
 */
export function barChart({ title, groups, show }) {
  const bar = 18;
  const left = 250;
  const rows = groups.flatMap(({ label, bars }) => [{ heading: label }, ...bars]);
  const tall = margin.top + rows.length * (bar + 6) + 12;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${tall}" fill="#fff"/>`,
    text(12, 22, title, 'font-size="14" font-weight="bold"'),
  ];
  let y = margin.top;
  for (const { label, bars } of groups) {
    const most = Math.max(...bars.map(({ value }) => value));
    parts.push(text(12, y + 14, label, 'font-weight="bold"'));
    y += bar + 6;
    for (const [index, { label: name, value }] of bars.entries()) {
      const size = ((width - left - 90) * value) / most;
      parts.push(text(left - 8, y + 13, name, 'text-anchor="end"'));
      const colour = colours[index % colours.length];
      parts.push(
        `<rect x="${left}" y="${y}" width="${size.toFixed(1)}" height="${bar}" fill="${colour}"/>`,
      );
      parts.push(text(left + size + 6, y + 13, show(value)));
      y += bar + 6;
    }
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

function text(x, y, content, attributes = '') {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content) {
  return String(content).replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function line(x1, y1, x2, y2, colour) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}
