// The benchmark: the real page in headless Chromium, beside DuckDB-Wasm and uPlot on the same
// files in the same run. Every answer is checked against an independent count.
//
//   node run.mjs [--rows 1,5,10] [--runs 5] [--only dsos,duckdb,gzip,exports,redraw,load]
//                [--write docs/PERFORMANCE.md]
//
// DSOS_URL names the running server, CHROMIUM the browser, DSOS_CACHE the cache folder.

import { parseArgs } from 'node:util';
import { withBrowser } from './browser.mjs';
import { measureCompressed, measureExports, measureReading } from './dsos.mjs';
import { measureDecompression, measureDuckdb, measureDuckdbCompressed, servePeers } from './duckdb.mjs';
import { gzipped, rawExport } from './files.mjs';
import { measureLighthouse, measureShipped, measureSlowLine } from './page-load.mjs';
import { measureOurs, measureUplot } from './redraw.mjs';
import { circumstances, kilobytes, megabytes, plain, rate, table, time, writeBetweenMarkers } from './report.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1,5,10' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'dsos,duckdb,gzip,exports,redraw,load' },
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

async function reading() {
  const columns = [];
  for (const million of millions) {
    const file = rawExport(Math.round(million * 1e6));
    const column = { million, file };
    if (only.has('dsos')) {
      say(`reading ${million} million rows in the workbench`);
      column.ours = await measureReading(base, file, runs);
    }
    if (only.has('duckdb')) {
      say(`reading ${million} million rows in DuckDB-Wasm`);
      try {
        column.duckdb = await measureDuckdb(peers.address, file, runs);
      } catch (error) {
        // A peer that runs out of memory is a result too.
        say(`DuckDB-Wasm did not manage: ${error.message.split('\n')[0]}`);
      }
    }
    columns.push(column);
  }
  const line = (what, aim, figure) => [what, aim, ...columns.map((column) => figure(column) ?? '–')];
  const speed = ({ file, ours }) => (ours?.read ? `${(file.bytes / 1e3 / ours.read.median).toFixed(0)} MB/s` : undefined);
  const ratio = ({ ours, duckdb }) =>
    ours?.read && duckdb?.read
      ? `${((duckdb.start.median + duckdb.read.median) / (ours.opened.median + ours.read.median)).toFixed(1)} ×`
      : undefined;
  const lines = [line('Size of the file', '', ({ file }) => megabytes({ median: file.bytes / 1e6, runs: 1 }))];
  if (only.has('dsos')) {
    lines.push(
      line('Page opened', '', ({ ours }) => time(ours.opened)),
      line('File chosen to complete chart', '1.7 s at 5 million', ({ ours }) => time(ours.read)),
      line('The same as a rate', '620 MB/s', speed),
      line('First partial picture', '300 ms', ({ ours }) => time(ours.first)),
      line('Longest main-thread task while reading (0: none over 50 ms)', '50 ms', ({ ours }) => time(ours.longest)),
      line('Changed filter to answer', '10 ms at 1, 20 ms at 5', ({ ours }) => time(ours.answer)),
      line('Changed filter to repainted page', '50 ms', ({ ours }) => time(ours.paint)),
      line('Renderer memory, peak (proportional share)', '500 MB at 5, 900 MB at 10', ({ ours }) => megabytes(ours.peakPss)),
      line('Renderer memory, peak (resident)', '', ({ ours }) => megabytes(ours.peakRss)),
      line('Renderer memory afterwards', '', ({ ours }) => megabytes(ours.restPss)),
    );
  }
  if (only.has('duckdb')) {
    lines.push(
      line('DuckDB-Wasm: start', '', ({ duckdb }) => time(duckdb?.start)),
      line('DuckDB-Wasm: file to answer, nothing kept', '', ({ duckdb }) => time(duckdb?.read)),
      line('DuckDB-Wasm: file to table to answer', '', ({ duckdb }) => time(duckdb?.load)),
      line('DuckDB-Wasm: changed filter', '', ({ duckdb }) => time(duckdb?.filter)),
      line('DuckDB-Wasm: renderer memory, peak', '', ({ duckdb }) => megabytes(duckdb?.peakPss)),
    );
  }
  if (only.has('dsos') && only.has('duckdb')) lines.push(line('Faster than DuckDB-Wasm, from opening the page', '3.5 ×', ratio));
  parts.push(table('Raw exports, opened and asked', ['', 'Aim', ...millions.map((million) => `${million} million rows`)], lines));
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
  const million = millions.includes(5) ? 5 : millions.at(-1);
  say(`exports from ${million} million rows`);
  const figures = await measureExports(base, rawExport(million * 1e6), runs);
  parts.push(
    table(`Exports from ${million} million rows`, ['', 'Aim', 'Figure'], [
      ['Summary, click to file', '50 ms', time(figures.summary)],
      ['Raw, a quarter of the rows, click to file', '', time(figures.raw)],
      ['The same as a rate of input', '700 MB/s', rate(figures.rawRate)],
    ]),
  );
}

async function redraw() {
  say('redrawing 20 series of 365 days');
  const ours = await measureOurs(base);
  const uplot = await measureUplot(peers.address);
  const aims = { stacked: '8 ms', lines: '16 ms' };
  const lines = Object.keys(ours).map((key) => {
    const [form, ratio] = key.split(' ');
    return [`${form}, pixel ratio ${ratio}`, aims[form], time(ours[key]), time(uplot[key])];
  });
  parts.push(table('Redraw of 20 series × 365 days, raster included', ['', 'Aim', 'Ours', 'uPlot'], lines));
}

async function load() {
  const lines = [];
  for (const [path, budget] of [['/', '130 KB'], ['/insights', '220 KB']]) {
    say(`loading ${path}`);
    const shipped = await measureShipped(base, path);
    const slow = await measureSlowLine(base, path, runs);
    const lighthouse = await measureLighthouse(base, path, runs);
    lines.push(
      [`\`${path}\`: shipped before interactive, brotli`, budget, `${kilobytes(shipped.bytes)} in ${shipped.files} files`],
      [`\`${path}\`: first contentful paint, slow line`, path === '/' ? '400 ms' : '', time(slow.paint)],
      [`\`${path}\`: interactive, slow line`, path === '/' ? '1.2 s' : '', time(slow.mounted)],
      [`\`${path}\`: Lighthouse performance, mobile`, '95', plain(lighthouse)],
    );
  }
  if (only.has('duckdb')) lines.push(['DuckDB-Wasm: shipped, brotli', '', kilobytes(peers.shippedBytes())]);
  parts.push(table('Arriving (slow line: 1.6 Mbit/s, 150 ms, processor 4 times slower)', ['', 'Aim', 'Figure'], lines));
}

let failed = false;
const stages = [
  [only.has('dsos') || only.has('duckdb'), reading],
  [only.has('gzip'), compressed],
  [only.has('exports'), exports],
  [only.has('redraw'), redraw],
  [only.has('load'), load],
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
if (values.write && !failed) writeBetweenMarkers(values.write, report);
process.exitCode = failed ? 1 : 0;
