// What was counted, as tables beside their limits.

import { cpus, totalmem } from 'node:os';
import { megabytes, plain, table, time } from '../report.mjs';
import { figure } from '../server/figures.mjs';

/** What is not to be missed. */
const LIMITS = {
  'Single events a second, durable': 5_000,
  'Events a second in bodies of a hundred': 50_000,
  'A report of one event, p99': 50,
  'From the link to the drawn chart': 300,
  'From a filter to the repainted page': 50,
  'Raw file: million rows a second': 1,
  'Raw file: memory': 64,
};

/** What is not to be missed where pulls are in ClickHouse; there, raw rows have no limit of their own. */
const CLICKHOUSE_LIMITS = {
  'From the link to the drawn chart': 500,
};

const unit = (what) => (what.endsWith('memory') ? ' MB' : /second/.test(what) ? '' : ' ms');
const rounded = (values) => figure(values.map((value) => Math.round(value * 100) / 100));
const decimals = (values) => {
  const { median, least, greatest } = rounded(values);
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})`;
};

/** Each line: what is said, how it is shown, and where it is found in a run. */
const LINES = {
  events: [
    ['Single events a second, durable', plain, (run) => run.single.rate],
    ['A report of one event, p99', time, (run) => run.single.p99],
    ['Events a second in bodies of a hundred', plain, (run) => run.hundreds.rate],
    ['A report of a hundred, p99', time, (run) => run.hundreds.p99],
    ['Until all of those were counted', time, (run) => run.hundreds.behind],
    ['Resident memory, greatest', megabytes, (run) => run.peak],
  ],
  sustained: [
    ['Single events a second, durable', plain, (run) => run.single.rate],
    ['A report of one event, p99', time, (run) => run.single.p99],
    ['Until all of those were counted', time, (run) => run.single.behind],
    ['Events a second in bodies of a hundred', plain, (run) => run.hundreds.rate],
    ['Until all of those were counted', time, (run) => run.hundreds.behind],
    ['Resident memory, greatest', megabytes, (run) => run.peak],
  ],
  screen: [
    ['From the link to the drawn chart', time, (run) => run.again.drawn],
    ['The same, the first since the server’s start', time, (run) => run.first.drawn],
    ['The same while events pour in', time, (run) => run.beside.drawn],
    ['From a filter to the repainted page', time, (run) => run.again.filtered],
  ],
  store: [
    ['A view, nothing held', time, (run) => run['view, cold'].ms],
    ['A view, held', time, (run) => run['view, warm'].ms],
    ['Reading its rows ahead', time, (run) => run['read ahead'].ms],
    ['A view with two filters', time, (run) => run['view, filtered'].ms],
    ['Rows, newest first', time, (run) => run['rows, newest first'].ms],
    ['Raw file: million rows a second', decimals, (run, millions) => millions / (run['raw file'].ms / 1_000)],
    ['Raw file: memory', megabytes, (run) => run['raw file'].peak],
    ['Raw file, packed', time, (run) => run['raw file, packed'].ms],
    ['Summary by tag and digest', time, (run) => run['summary by reference'].ms],
  ],
};

const TITLES = {
  events: 'Events in, durable before they are acknowledged',
  sustained: 'Events in, for 90 s and 20 s, with sessions of a minute (one run)',
  screen: 'The insights tab in a browser',
  store: 'What insights take, without a network',
};

function part(ran, name, title = TITLES[name], limits = LIMITS, chosen = LINES[name]) {
  const measured = ran.filter((one) => one[name]?.length);
  if (!measured.length) return [];
  const lines = chosen.map(([what, shown, of]) => {
    const limit = limits[what];
    const cells = measured.map(({ millions, [name]: all }) => {
      const values = all.map((run) => of(run, millions));
      return shown === decimals ? decimals(values) : shown(figure(values));
    });
    return [what, limit ? `${limit.toLocaleString('en-US')}${unit(what)}` : '', ...cells];
  });
  return [table(title, ['', 'Limit', ...measured.map(({ millions }) => `${millions} million stored`)], lines)];
}

function clickhouse(ran) {
  const measured = ran.filter((one) => one.clickhouse).map((one) => ({ ...one.clickhouse, millions: one.millions }));
  if (!measured.length) return [];
  const bytes = measured.map(({ millions, kept }) => {
    const tables = Object.entries(kept).filter(([, { bytes }]) => bytes / millions / 1e6 >= 0.05);
    return `${millions} million: ${tables.map(([name, { bytes }]) => `${name} ${(bytes / millions / 1e6).toFixed(1)}`).join(', ')}`;
  });
  const alone = LINES.screen.filter(([what]) => what !== 'The same while events pour in');
  return [
    ...part(measured, 'screen', 'The insights tab in a browser, pulls in ClickHouse', CLICKHOUSE_LIMITS, alone),
    ...part(measured, 'store', 'What insights take in ClickHouse', CLICKHOUSE_LIMITS),
    `Bytes on the disk for each pull, by table; ${bytes.join('; ')}.`,
    '',
    ...part(measured, 'events', 'Events in, with ClickHouse behind the spool, nothing stored before'),
  ];
}

/** All tables of what was measured. */
export function report(ran, { runs, busy, words }) {
  const bytes = ran.filter((one) => one.filled).map(({ millions, filled }) => {
    return `${millions} million pulls took ${(filled.fill.bytes / millions / 1e6).toFixed(1)} bytes each`;
  });
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GB. Medians of ${runs} runs, with the least and the greatest in parentheses; of 100 million and more, one run. ` +
      `The system’s load before was ${busy.toFixed(1)}.${bytes.length ? ` Stored, ${bytes.join(', ')}.` : ''}`,
    '',
    `Reproduce with \`cargo xtask bench pulls${words.length ? ` ${words.join(' ')}` : ''}\`.`,
    '',
    ...Object.keys(LINES).flatMap((name) => part(ran, name)),
    ...clickhouse(ran),
  ].join('\n');
}
