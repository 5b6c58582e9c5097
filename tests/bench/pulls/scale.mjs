// What a registry with very many pulls would need: simulated from what was measured on one small
// machine (docs/PERFORMANCE.md) and from assumptions, each of which has a name.
//
//   node tests/bench/pulls/scale.mjs [--assume pulls=5e9,months=25] [--write docs/SCALE.md]

import { parseArgs } from 'node:util';
import { writeBetweenMarkers } from '../report.mjs';
import { MEASURED } from './measured.mjs';

/** What is assumed: its value, and what it says. */
const ASSUMED = {
  pulls: [20e9, 'pulls a month, version checks among them; each is a row'],
  requests: [2.5, 'events that the registry reports for one: HEAD of the tag, GET of the index, GET of a manifest'],
  peak: [3, 'the busiest hour, as a multiple of the mean'],
  bytes: [850, 'bytes of an event on its way in (JSON)'],
  single: [0.1, 'share of events that come one in a body; the others come a hundred at a time'],
  months: [13, 'months that rows are kept'],
  replicas: [2, 'copies of each row'],
  free: [0.4, 'share of a disk that stays free, for parts that are merged'],
  disk: [8, 'TB of disk of a ClickHouse server'],
  cores: [16, 'cores of a ClickHouse server'],
  away: [10, 'minutes that ClickHouse may be away in the busiest hour'],
  largest: [0.01, 'share of all pulls that the largest namespace has'],
  views: [50, 'views of insights a second in the busiest hour'],
  core: [22, 'dollars a month for a core with 4 GB of memory'],
  terabyte: [85, 'dollars a month for a TB of solid disk'],
};

const SECS_OF_A_MONTH = 30.44 * 86_400;
const MONTHS_OF_A_YEAR = 12;

/** What was measured at 10 and 100 million rows, at so many: by the same factor for each ten times. */
const grown = ([ten, hundred], rows) => hundred * Math.max(hundred / ten, 1) ** Math.log10(rows / 1e8);

/** What follows from assumptions. */
function simulate(of) {
  const { embedded, clickhouse } = MEASURED;
  const rows = of.pulls / SECS_OF_A_MONTH;
  const peakRows = rows * of.peak;
  const peakEvents = peakRows * of.requests;
  const taken = 1 / (of.single / embedded.single + (1 - of.single) / embedded.hundreds);
  const kept = of.pulls * of.months;
  const bytes = kept * (clickhouse.rowBytes + clickhouse.marginBytes);
  const byDisk = bytes / (of.disk * 1e12 * (1 - of.free));
  const byRate = peakRows / clickhouse.fed;
  const shards = Math.ceil(Math.max(byDisk, byRate));
  const servers = shards * of.replicas;
  const faster = of.cores / MEASURED.cores;
  const largest = of.pulls * of.largest * MONTHS_OF_A_YEAR;
  const view = grown(clickhouse.view, largest);
  const disks = (bytes * of.replicas) / (1 - of.free) / 1e12;
  return {
    rows,
    peakRows,
    peakEvents,
    gigabits: (peakEvents * of.bytes * 8) / 1e9,
    taken,
    feeders: peakEvents / taken,
    fed: peakRows / clickhouse.fed,
    spool: peakEvents * of.away * 60 * MEASURED.spoolBytes,
    kept,
    bytes,
    embedded: kept * embedded.rowBytes,
    byDisk,
    byRate,
    shards,
    servers,
    largest,
    view,
    filtered: grown(clickhouse.filtered, largest),
    filteredFaster: grown(clickhouse.filtered, largest) / faster,
    raw: largest / clickhouse.raw / 60,
    coldCores: (of.views * view * MEASURED.cores) / 1_000,
    heldCores: (of.views * clickhouse.held * MEASURED.cores) / 1_000,
    disks,
    compute: servers * of.cores * of.core * MONTHS_OF_A_YEAR,
    storage: disks * of.terabyte * MONTHS_OF_A_YEAR,
  };
}

const many = (number) => Math.round(number).toLocaleString('en-US');
const big = (number) => (number >= 1e12 ? `${(number / 1e12).toFixed(1)} trillion` : number >= 1e9 ? `${(number / 1e9).toFixed(1)} billion` : `${many(number / 1e6)} million`);
const size = (bytes) => (bytes >= 1e12 ? `${(bytes / 1e12).toFixed(1)} TB` : `${(bytes / 1e9).toFixed(1)} GB`);
const time = (ms) => (ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`);
const dollars = (amount) => `$${many(Math.round(amount / 100) * 100)}`;

const table = (head, lines) => [head, head.map((_, at) => (at ? '--:' : ':--')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** All of it as Markdown. */
function report(of) {
  const found = simulate(of);
  const { embedded, clickhouse } = MEASURED;
  const value = (number) => (number < 1 ? String(number) : number >= 1e6 ? big(number) : many(number * 10) === many(number) + '0' ? many(number) : String(number));
  const sections = [
    '### Assumed',
    table(
      ['', ''],
      Object.entries(ASSUMED).map(([name, [, words]]) => [`\`${name}\`: ${words}`, value(of[name])]),
    ),
    '### Measured',
    table(
      ['', ''],
      [
        ['Events taken in a second, one in a body (two cores, half of them the client’s)', many(embedded.single)],
        ['Events taken in a second, a hundred in a body', many(embedded.hundreds)],
        ['Bytes that an event takes while it waits', many(MEASURED.spoolBytes)],
        ['Bytes of a row in the embedded store', embedded.rowBytes.toFixed(1)],
        ['Bytes of a row in ClickHouse, and of the counts beside it', `${clickhouse.rowBytes.toFixed(1)} + ${clickhouse.marginBytes.toFixed(1)}`],
        ['Rows a second into ClickHouse, by one feeder', many(clickhouse.fed)],
        ['Rows a second out of ClickHouse, as a raw file', many(clickhouse.raw)],
        ['A view of a year, 10 and 100 million rows', clickhouse.view.map(time).join(', ')],
        ['A view with two filters, nothing held, 10 and 100 million rows', clickhouse.filtered.map(time).join(', ')],
      ],
    ),
    '### What comes in',
    table(
      ['', 'mean', 'busiest hour'],
      [
        ['Rows a second', many(found.rows), many(found.peakRows)],
        ['Events a second', many(found.rows * of.requests), many(found.peakEvents)],
        ['Into the network', `${(found.gigabits / of.peak).toFixed(2)} Gbit/s`, `${found.gigabits.toFixed(2)} Gbit/s`],
        ['Share of what one process takes in', `${Math.round((100 * found.feeders) / of.peak)} %`, `${Math.round(100 * found.feeders)} %`],
        ['Share of what one process feeds into ClickHouse', `${Math.round((100 * found.fed) / of.peak)} %`, `${Math.round(100 * found.fed)} %`],
        [`Spool, ClickHouse away for ${of.away} minutes`, size(found.spool / of.peak), size(found.spool)],
      ],
    ),
    '### What is kept',
    table(
      ['', ''],
      [
        ['Rows', big(found.kept)],
        ['In ClickHouse, one copy', size(found.bytes)],
        ['The same in the embedded store, were it one file', size(found.embedded)],
        ['Shards that the disks ask for', found.byDisk.toFixed(1)],
        ['Shards that the busiest hour asks for', found.byRate.toFixed(1)],
        ['Shards', many(found.shards)],
        [`Servers, with ${of.replicas} copies`, many(found.servers)],
        ['Disks, with what stays free', `${found.disks.toFixed(0)} TB`],
      ],
    ),
    '### A year’s cost',
    table(
      ['', ''],
      [
        [`${many(found.servers)} servers of ${of.cores} cores`, dollars(found.compute)],
        ['Disks', dollars(found.storage)],
        ['Together', dollars(found.compute + found.storage)],
        ['For a billion pulls', dollars(((found.compute + found.storage) / (of.pulls * MONTHS_OF_A_YEAR)) * 1e9)],
      ],
    ),
    '### Where the time of a question goes',
    `The largest namespace has ${big(found.largest)} rows a year, all on one shard.`,
    table(
      ['', 'two cores', `${of.cores} cores`],
      [
        ['A view without filters', time(found.view), time(found.view)],
        ['A view with filters: rows are read', time(found.filtered), time(found.filteredFaster)],
        ['The raw file of the year', `${found.raw.toFixed(0)} min`, `${found.raw.toFixed(0)} min`],
      ],
    ),
    `So many cores do ${of.views} views a second keep busy, were all of the largest namespace: ${many(found.coldCores)} if none is held, ${many(found.heldCores)} if all are.`,
  ];
  return sections.join('\n\n');
}

function main() {
  const { values } = parseArgs({ options: { assume: { type: 'string', default: '' }, write: { type: 'string' } } });
  const of = Object.fromEntries(Object.entries(ASSUMED).map(([name, [value]]) => [name, value]));
  for (const [name, value] of values.assume.split(',').filter(Boolean).map((one) => one.split('='))) {
    if (!(name in of) || !(Number(value) > 0)) throw new Error(`--assume ${name}: expected one of ${Object.keys(of).join(', ')}, and a number above 0`);
    of[name] = Number(value);
  }
  const text = report(of);
  if (!values.write) return console.log(text);
  return writeBetweenMarkers(values.write, 'scale', text);
}

main();
