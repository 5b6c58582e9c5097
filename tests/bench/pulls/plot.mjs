// How what was measured grows with the pulls that are stored, drawn: both axes are powers of ten.

import { figure } from '../server/figures.mjs';

/** What is drawn: its words, its color, and milliseconds of a run. */
const LINES = [
  ['View, nothing held', '#1d63ed', false, (run) => run['view, cold'].ms],
  ['View, held', '#0b7a6f', false, (run) => run['view, warm'].ms],
  ['View, two filters', '#8a4dc9', false, (run) => run['view, filtered'].ms],
  ['Raw file', '#b4540a', false, (run) => run['raw file'].ms],
  ['Summary', '#5c6b7a', false, (run) => run['summary by reference'].ms],
  ['View in ClickHouse', '#1d63ed', true, (run) => run['view, cold'].ms],
  ['Filters in ClickHouse', '#8a4dc9', true, (run) => run['view, filtered'].ms],
  ['Raw file from ClickHouse', '#b4540a', true, (run) => run['raw file'].ms],
];

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [760, 420, 70, 20, 190, 50];

const words = (ms) => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);

/** A picture of all runs, as SVG. */
export function plot(ran) {
  const lines = LINES.map(([name, color, isFar, of]) => {
    const points = ran
      .map((one) => [one.millions, isFar ? one.clickhouse?.store : one.store])
      .filter(([, runs]) => runs?.length)
      .map(([millions, runs]) => [millions, figure(runs.map(of)).median]);
    return { name, color, isFar, points };
  }).filter(({ points }) => points.length);
  const all = lines.flatMap(({ points }) => points);
  const decades = (values) => [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const [[x0, x1], [y0, y1]] = [0, 1].map((at) => decades(all.map((point) => Math.max(point[at], 1e-3))));
  const x = (millions) => LEFT + ((Math.log10(millions) - x0) / Math.max(x1 - x0, 1)) * (WIDTH - LEFT - RIGHT);
  const y = (ms) => HEIGHT - BOTTOM - ((Math.log10(ms) - y0) / Math.max(y1 - y0, 1)) * (HEIGHT - TOP - BOTTOM);
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Time by stored pulls</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
  ];
  for (let at = y0; at <= y1; at += 1) {
    const level = y(10 ** at);
    out.push(`<path d="M${LEFT} ${level.toFixed(1)}H${WIDTH - RIGHT}" stroke="#d9dee4"/>`);
    out.push(`<text x="${LEFT - 8}" y="${(level + 4).toFixed(1)}" text-anchor="end" fill="#3c4652">${words(10 ** at)}</text>`);
  }
  for (let at = x0; at <= x1; at += 1) {
    const millions = 10 ** at;
    out.push(`<text x="${x(millions).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#3c4652">${millions} million</text>`);
  }
  out.push(`<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle" fill="#3c4652">pulls stored</text>`);
  // Names stand at the ends of their lines, one under the other.
  const ends = lines.map((line) => ({ ...line, end: y(line.points.at(-1)[1]) })).sort((a, b) => a.end - b.end);
  let below = -Infinity;
  for (const { name, color, isFar, points, end } of ends) {
    const path = points.map(([millions, ms], at) => `${at ? 'L' : 'M'}${x(millions).toFixed(1)} ${y(ms).toFixed(1)}`).join('');
    out.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${isFar ? ' stroke-dasharray="5 4"' : ''}/>`);
    for (const [millions, ms] of points) out.push(`<circle cx="${x(millions).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3" fill="${color}"/>`);
    below = Math.max(end, below + 15);
    out.push(`<text x="${WIDTH - RIGHT + 10}" y="${(below + 4).toFixed(1)}" fill="${color}">${name}</text>`);
  }
  return `${out.join('\n')}\n</svg>\n`;
}
