// The benchmark: the real page in headless Chromium, beside DuckDB-Wasm and uPlot on the same
// files in the same run. Every answer is checked against an independent count.
//
//   node run.mjs [--rows 1,5,10] [--runs 5] [--only dsos,duckdb,gzip,exports,redraw,load,form]
//                [--write docs/PERFORMANCE.md]
//
// DSOS_URL names the running server, DSOS_REDRAW the folder with our chart alone, CHROMIUM the
// browser, DSOS_CACHE the cache folder.

import { parseArgs } from 'node:util';
import { withBrowser } from './browser.mjs';
import { measureCompressed, measureExports, measureReading } from './dsos.mjs';
import { measureDecompression, measureDuckdb, measureDuckdbCompressed, servePeers } from './duckdb.mjs';
import { gzipped, rawExport } from './files.mjs';
import { measureForm } from './form.mjs';
import { measureLighthouse, measureShipped, measureSlowLine } from './page-load.mjs';
import { measureRedraws } from './redraw.mjs';
import { circumstances, kilobytes, megabytes, plain, rate, table, time, times, writeBetweenMarkers } from './report.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1,5,10' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'dsos,duckdb,gzip,exports,redraw,load,form' },
    write: { type: 'string' },
  },
});
const base = (process.env.DSOS_URL ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
const runs = Number(values.runs);
const only = new Set(values.only.split(','));
const millions = values.rows.split(',').map(Number);

const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const parts = [];
const peers = await servePeers();

const sizes = millions.map((million) => `${million} million rows`);
const grows = millions.length > 1;

/**
 * A line of a table with a column a size: `figure` finds a column's figure, `text` writes it. Where
 * there are several sizes, the last cell says how often the first figure goes into the last.
 */
function line(columns, what, aim, figure, text) {
  const figures = columns.map(figure);
  const [least, most] = [figures.at(0)?.median, figures.at(-1)?.median];
  const growth = least && most ? `${(most / least).toFixed(1)} ×` : '–';
  return [what, aim, ...figures.map(text), ...(grows ? [growth] : [])];
}

const bySize = (title, lines) =>
  table(title, ['', 'Aim', ...sizes, ...(grows ? [`${millions.at(-1)} against ${millions[0]}`] : [])], lines);

async function reading() {
  const columns = [];
  for (const million of millions) {
    const file = rawExport(Math.round(million * 1e6));
    const column = { file };
    if (only.has('dsos')) {
      say(`reading ${million} million rows in the workbench`);
      column.ours = await measureReading(base, file, runs);
    }
    if (only.has('duckdb')) {
      say(`reading ${million} million rows in DuckDB-Wasm`);
      try {
        column.duckdb = await measureDuckdb(peers.address, file, runs);
      } catch (error) {
        // A wrong answer ends the run; a peer that runs out of memory is a result too.
        if (error.code === 'ERR_ASSERTION') throw error;
        say(`DuckDB-Wasm did not manage: ${error.message.split('\n')[0]}`);
      }
    }
    columns.push(column);
  }
  const exact = (median) => ({ median, runs: 1 });
  const speed = ({ file, ours }) => exact(file.bytes / 1e3 / ours.read.median);
  const ratio = ({ ours, duckdb }) =>
    duckdb && exact((duckdb.start.median + duckdb.read.median) / (ours.opened.median + ours.read.median));
  const own = (name) => ({ ours }) => ours[name];
  const peer = (name) => ({ duckdb }) => duckdb?.[name];
  const lines = [['Size of the file', '', ({ file }) => exact(file.bytes / 1e6), megabytes]];
  if (only.has('dsos')) {
    lines.push(
      ['Page opened', '', own('opened'), time],
      ['File chosen to complete chart', '1.7 s at 5 million', own('read'), time],
      ['The same as a rate', '620 MB/s', speed, rate],
      ['First partial picture', '300 ms', own('first'), time],
      ['Longest main-thread task while reading (0: none over 50 ms)', '50 ms', own('longest'), time],
      ['Changed filter to answer', '10 ms at 1, 20 ms at 5', own('answer'), time],
      ['Changed filter to repainted page', '50 ms', own('paint'), time],
      ['Renderer memory, peak (proportional share)', '500 MB at 5, 900 MB at 10', own('peakPss'), megabytes],
      ['Renderer memory, peak (resident)', '', own('peakRss'), megabytes],
      ['Renderer memory afterwards', '', own('restPss'), megabytes],
    );
  }
  if (only.has('duckdb')) {
    lines.push(
      ['DuckDB-Wasm: start', '', peer('start'), time],
      ['DuckDB-Wasm: file to answer, nothing kept', '', peer('read'), time],
      ['DuckDB-Wasm: file to table to answer', '', peer('load'), time],
      ['DuckDB-Wasm: changed filter', '', peer('filter'), time],
      ['DuckDB-Wasm: renderer memory, peak (proportional share)', '', peer('peakPss'), megabytes],
      ['DuckDB-Wasm: renderer memory, peak (resident)', '', peer('peakRss'), megabytes],
    );
  }
  if (only.has('dsos') && only.has('duckdb')) lines.push(['Faster than DuckDB-Wasm, from opening the page', '3.5 ×', ratio, times]);
  parts.push(bySize('Raw exports, opened and asked', lines.map((words) => line(columns, ...words))));
}

async function compressed() {
  const file = await gzipped(rawExport(1e6));
  say('a compressed file of a million rows');
  const floor = await measureDecompression(peers.address, file, runs);
  const ours = await measureCompressed(base, file, runs);
  const duckdb = only.has('duckdb') ? await measureDuckdbCompressed(peers.address, file, runs) : undefined;
  parts.push(
    table('A gzip file of one member, 1 million rows', ['', 'Aim', 'Time'], [
      ['Decompression alone', '', time(floor)],
      ['File chosen to complete chart', `${time({ median: floor.median * 1.35, runs: 1 })}`, time(ours)],
      ['As a multiple of decompression', '1.35', (ours.median / floor.median).toFixed(2)],
      ['DuckDB-Wasm, file to answer', '', time(duckdb)],
    ]),
  );
}

async function exports() {
  const columns = [];
  for (const million of millions) {
    say(`exports from ${million} million rows`);
    columns.push(await measureExports(base, rawExport(Math.round(million * 1e6)), runs));
  }
  parts.push(
    bySize('Exports', [
      line(columns, 'Summary, click to file', '50 ms', ({ summary }) => summary, time),
      line(columns, 'Raw, a quarter of the rows, click to file', '', ({ raw }) => raw, time),
      line(columns, 'The same as a rate of input', '700 MB/s', (figures) => figures.rate, rate),
      line(columns, 'Raw, in a private window', '', ({ privately }) => privately, time),
    ]),
  );
}

async function redraw() {
  say('redrawing 20 series of 365 days');
  const figures = await measureRedraws(base, peers.address);
  const aims = { stacked: '8 ms', lines: '16 ms' };
  const lines = Object.entries(figures).map(([key, { ours, uplot, workbench }]) => {
    const [form, ratio] = key.split(' ');
    return [`${form}, pixel ratio ${ratio}`, aims[form], time(ours), time(uplot), time(workbench)];
  });
  const head = ['', 'Aim', 'Ours', 'uPlot, same page', 'Workbench, at most 11 series'];
  parts.push(table('Redraw of 20 series × 365 days, raster included', head, lines));
}

async function load() {
  const lines = [];
  const files = (sent) => `${kilobytes(sent.bytes)} in ${sent.files} files`;
  for (const [path, budget] of [['/', '130 KB'], ['/insights', '220 KB']]) {
    say(`loading ${path}`);
    const shipped = await measureShipped(base, path);
    const slow = await measureSlowLine(base, path, runs);
    const lighthouse = await measureLighthouse(base, path, runs);
    lines.push(
      [`\`${path}\`: shipped before interactive, brotli`, budget, files(shipped.before)],
      [`\`${path}\`: and by itself after that`, '', files(shipped.after)],
      [`\`${path}\`: first contentful paint, slow line`, path === '/' ? '400 ms' : '', time(slow.paint)],
      [`\`${path}\`: interactive, slow line`, path === '/' ? '1.2 s' : '', time(slow.mounted)],
      [`\`${path}\`: Lighthouse performance, mobile`, '95', plain(lighthouse)],
    );
  }
  if (only.has('duckdb')) lines.push(['DuckDB-Wasm: shipped, brotli', '', kilobytes(peers.shippedBytes())]);
  parts.push(table('Arriving (slow line: 1.6 Mbit/s, 150 ms, processor 4 times slower)', ['', 'Aim', 'Figure'], lines));
}

async function form() {
  say('filling in the application form');
  const figures = await measureForm(base, runs);
  const ratio = { median: figures.usual.median / figures.bareUsual.median, runs: 1 };
  const lines = [
    ['Interaction to next paint', '50 ms', time(figures.usual)],
    ['The same, 130 ms from key to key', '50 ms', time(figures.steady)],
    ['The slowest interaction', '', time(figures.worst)],
    ['Interactions', '', plain(figures.count)],
    ['A bare page: interaction to next paint', '', time(figures.bareUsual)],
    ['A bare page: the slowest interaction', '', time(figures.bareWorst)],
    ['The form against the bare page', '', times(ratio)],
    ['Longest script that a key waits for, processor not slowed', '16 ms', time(figures.key)],
    ['Longest script that follows a key in the next pause, processor not slowed', '16 ms', time(figures.after)],
  ];
  parts.push(table('The application form, filled in key by key (processor 4 times slower)', ['', 'Aim', 'Figure'], lines));
}

let failed = false;
const stages = [
  [only.has('dsos') || only.has('duckdb'), reading],
  [only.has('gzip'), compressed],
  [only.has('exports'), exports],
  [only.has('redraw'), redraw],
  [only.has('load'), load],
  [only.has('form'), form],
];
try {
  for (const [wanted, stage] of stages) if (wanted) await stage();
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  peers.close();
}

const version = await withBrowser((browser) => browser.version());
const words = process.argv.slice(2).filter((word, at, all) => word !== '--write' && all[at - 1] !== '--write');
const report = [circumstances(version, words), ...parts].join('\n');
console.log(report);
if (values.write && !failed) writeBetweenMarkers(values.write, 'figures', report);
process.exitCode = failed ? 1 : 0;
