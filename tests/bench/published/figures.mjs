// What was counted, as tables beside their limits.

import { cpus, totalmem } from 'node:os';
import { kilobytes, megabytes, plain as counted, table, time } from '../report.mjs';
import { figure, ofAim, spread } from '../server/figures.mjs';

/** What is not to be missed: badges a second, milliseconds. */
const LIMITS = { badges: 5_000, search: 20, reading: 60_000, key: 50, page: 1_000 };

const HEAD = ['', 'Limit', 'Figure', 'Of the limit'];

/** A share of a core. */
const percent = (values) => {
  const { median, least, greatest } = figure(values.map((value) => Math.round(value * 100)));
  return `${median} % (${least} % to ${greatest} %)`;
};

function badges(ran) {
  const steady = spread(ran.map((one) => one.steady.routes.badge));
  const late = spread(ran.map((one) => one.steady.late));
  const lines = [
    ['At 2,000 a second, p50', '', time(steady.p50), ''],
    ['At 2,000 a second, p99', '', time(steady.p99), ''],
    ['The server’s share of a core, meanwhile', '', percent(ran.map((one) => one.steady.share)), ''],
    ['The generator was late, p99', '', time(late.p99), ''],
  ];
  if (ran[0].fresh) {
    const of = (name, part) => ran.map((one) => one[name][part]);
    const [fresh, known] = ['fresh', 'known'].map((name) => figure(of(name, 'rate')));
    lines.unshift(
      ['Badges a second', '5,000', counted(fresh), ofAim(fresh, LIMITS.badges)],
      ['The server’s share of a core, meanwhile', '', percent(of('fresh', 'share')), ''],
      ['Badges a second that are known (304)', '', counted(known), ''],
    );
  }
  return table('Badges', HEAD, lines);
}

function directory(ran) {
  const [alone, beside] = ['alone', 'beside'].map((name) => spread(ran.map((one) => one[name].routes.search)));
  const late = spread(ran.map((one) => one.alone.late));
  const all = (name) => figure(ran.flatMap((one) => one[name]));
  return table('The directory: 10,000 namespaces, 100,000 repositories', HEAD, [
    ['A search, p50', '', time(alone.p50), ''],
    ['A search, p99', '20 ms', time(alone.p99), ofAim(alone.p99, LIMITS.search)],
    ['The server’s share of a core, meanwhile', '', percent(ran.map((one) => one.alone.share)), ''],
    ['The generator was late, p99', '', time(late.p99), ''],
    ['A search while profiles change, p50', '', time(beside.p50), ''],
    ['A search while profiles change, p99', '', time(beside.p99), ''],
    ['Threads of the server, greatest, meanwhile', '', counted(all('threads')), ''],
    ['First directory after the start', '', time(all('first')), ''],
    ['A changed profile to the directory', '', time(all('seen')), ''],
    ['Resident memory before the first directory', '', megabytes(all('idle')), ''],
    ['Resident memory, greatest', '', megabytes(all('peak')), ''],
  ]);
}

function pages(ran) {
  const lines = [
    ['`/api/v1/namespaces/{name}/page`', 'api'],
    ['`/n/{name}`', 'html'],
  ].flatMap(([what, name]) => {
    const { p50, p99 } = spread(ran.map((one) => one[name].times));
    const [{ [name]: first }] = ran;
    const by = first.isPacked ? 'by the server' : 'by what stands before it';
    return [
      [`${what}, p50`, '', time(p50), ''],
      [`${what}, p99`, '', time(p99), ''],
      [`${what}, gzip ${by}`, '', kilobytes(first.packed), ''],
    ];
  });
  return table('The page of a namespace with 1,000 repositories', HEAD, lines);
}

function screens([ran]) {
  return table('In a browser', HEAD, [
    ['From a key to the painted list, the middle of a run', '50 ms', time(ran.key), ofAim(ran.key, LIMITS.key)],
    ['The same, slowest of a run', '', time(ran.slowestKey), ''],
    ['From the link to a page of 1,000 repositories that can be used', '', time(ran.fast), ''],
    ['The same on a phone', '1 s', time(ran.phone), ofAim(ran.phone, LIMITS.page)],
  ]);
}

function readings(ran) {
  const of = (name, part) => figure(ran.map((one) => one[name][part]));
  const lines = [
    ['First reading', 'first', LIMITS.reading],
    ['Reading again, nothing changed', 'same'],
    ['Reading again, 10 tags changed', 'changed'],
  ].flatMap(([what, name, limit]) => {
    const took = of(name, 'ms');
    return [
      [what, limit ? `${limit / 1000} s` : '', time(took), limit ? ofAim(took, limit) : ''],
      [`${what}: requests`, '', counted(of(name, 'requests')), ''],
      // What a later reading takes is the registry’s, too, and of a first one it is said.
      ...(limit
        ? [
            [`${what}: processor time of the registry`, '', time(of(name, 'registryCpu')), ''],
            [`${what}: memory of the reader, greatest`, '', megabytes(of(name, 'memory')), ''],
          ]
        : []),
    ];
  });
  return table('A registry with 1,000 repositories of 20 tags', HEAD, lines);
}

const PARTS = { badge: badges, explore: directory, page: pages, screen: screens, registry: readings };

/** All tables of what was measured, by the names of the parts. */
export function report(ran, { runs, readings, busy, words }) {
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GB. Medians of ${runs} runs and ${readings} readings of the registry, with the least and the greatest in parentheses. ` +
      `The system’s load before was ${busy.toFixed(1)}.`,
    '',
    `Reproduce with \`cargo xtask bench published${words.length ? ` ${words.join(' ')}` : ''}\`.`,
    '',
    ...Object.entries(PARTS).flatMap(([name, part]) => (ran[name]?.length ? [part(ran[name])] : [])),
  ].join('\n');
}
