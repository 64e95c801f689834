// Line charts as SVG, without a library: axes, grid, a line a series.
const width = 640;
const height = 400;
const margin = { left: 64, right: 200, top: 40, bottom: 52 };
const colours = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2'];

/**
 * @param options.series `{ label, points: [[x, y], …] }`
 * @param options.x,y `{ label, from, to, ticks, show }`; `show` writes a tick.
 */
export function lineChart({ title, x, y, series }) {
  const inner = { w: width - margin.left - margin.right, h: height - margin.top - margin.bottom };
  const at = (axis, value, size) => ((value - axis.from) / (axis.to - axis.from)) * size;
  const px = (value) => (margin.left + at(x, value, inner.w)).toFixed(1);
  const py = (value) => (margin.top + inner.h - at(y, value, inner.h)).toFixed(1);
  const ticks = (axis) =>
    Array.from(
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

function text(x, y, content, attributes = '') {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content) {
  return String(content).replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function line(x1, y1, x2, y2, colour) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}
