// The benchmark of pulls: events in, what insights of stored pulls take, and the insights tab in a
// browser, with more and more pulls stored.
//
//   node run.mjs [--runs 3] [--millions 1,10] [--only store,events,sustained,screen,clickhouse] [--keep FOLDER]
//     [--clickhouse 1,10] [--write docs/PERFORMANCE.md] [--plot docs/pictures/pulls-growth.svg]
//
// DSOS_SERVER names the program, DSOS_INSIGHTS_BENCH the crate’s example, CHROMIUM the browser,
// DSOS_DIST the built site, DSOS_PYTHON a Python with sqlite3, WRK the program of that name,
// DSOS_CLICKHOUSE_PROGRAM clickhouse-server. A folder that is named keeps the stores for the next time.

import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { done, say } from '../published/processes.mjs';
import { writeBetweenMarkers } from '../report.mjs';
import { Server } from '../server/server.mjs';
import { measureClickHouse } from './clickhouse.mjs';
import { dsos, measureEvents, measureSustained, reporter } from './events.mjs';
import { plot } from './plot.mjs';
import { report } from './figures.mjs';
import { measureStore } from './stores.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    millions: { type: 'string', default: '1,10' },
    only: { type: 'string', default: 'store,events,sustained,screen,clickhouse' },
    clickhouse: { type: 'string', default: '1,10' },
    keep: { type: 'string' },
    write: { type: 'string' },
    plot: { type: 'string' },
  },
});
const inClickHouse = values.clickhouse.split(',').map(Number);
/** How often a size is measured: what takes a quarter of an hour, once. */
const runsOf = (millions) => (millions < 100 ? Number(values.runs) : 1);
const sizes = values.millions.split(',').map(Number);
const parts = values.only.split(',');

// What cannot be measured is said before anything is.
if (parts.includes('clickhouse')) {
  if (!process.env.DSOS_CLICKHOUSE_PROGRAM) throw new Error('DSOS_CLICKHOUSE_PROGRAM names no clickhouse-server: leave clickhouse out of --only');
  if (!['store', 'screen', 'events'].some((part) => parts.includes(part))) {
    throw new Error('of ClickHouse, store, screen and events are measured: name one of them in --only, too');
  }
}
if (values.plot && !parts.includes('store')) throw new Error('--plot draws what store measures: name it in --only, too');

/** Whose pulls the stores hold, and who may see them: the sample’s. */
const [NAMESPACE, OWNER] = ['sandpiper', 'ines@sandpiper.example'];

/** Milliseconds in which ClickHouse hands over 10 million rows, before the first filter. */
const AHEAD = 30_000;

const made = values.keep ?? mkdtempSync(join(tmpdir(), 'dsos-bench-'));
mkdirSync(made, { recursive: true });
if (!values.keep) process.on('exit', () => rmSync(made, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** A session, as a cookie: a code that the program prints is good once. */
async function session(server, folder, mail) {
  const asked = await fetch(`${server.url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mail }),
  });
  const asking = asked.headers.getSetCookie().map((one) => one.split(';')[0]);
  const code = dsos(folder, 'code', mail).split(' ')[0];
  const signed = await fetch(`${server.url}/api/v1/sign-in/code`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: asking.join('; ') },
    body: JSON.stringify({ mail, code }),
  });
  if (!signed.ok) throw new Error(`no session: ${signed.status} ${await signed.text()}`);
  const given = signed.headers.getSetCookie().map((one) => one.split(';')[0]);
  const [name, value] = given.find((one) => one.includes('session')).split('=');
  return { name, value };
}

/** A server on a store, and what asks it. */
async function started(folder, more = [], sessions = ['--session-secs', '1']) {
  const server = await Server.start(folder, [...sessions, ...more]);
  dsos(folder, 'add-staff', 'ada@hub.example', 'Ada');
  const staff = await session(server, folder, 'ada@hub.example');
  server.staff = { cookie: `${staff.name}=${staff.value}` };
  return server;
}

/** A folder without any pull, and what starts a server on it with its pulls elsewhere. */
async function prepared(run, address) {
  const home = join(made, `front-${run}`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  await (await Server.start(home, ['--pulls', address])).stop();
  dsos(home, 'migrate', '--pulls', address);
  const token = reporter(home, `bench ${Date.now()}`, NAMESPACE);
  return { home, token, started: (folder) => started(folder, ['--pulls', address]) };
}

const ran = [];
const [busy] = loadavg();
for (const millions of sizes) {
  const runs = runsOf(millions);
  const folder = join(made, `${millions}`);
  const data = join(folder, 'data');
  const note = (what) => say(`${millions} million pulls: ${what}`);
  const found = { millions, store: [], events: [], sustained: [], screen: [] };
  ran.push(found);
  if (!existsSync(data)) {
    mkdirSync(folder, { recursive: true });
    note('filling the data');
    const filling = join(folder, 'filling');
    for (const half of [filling, join(folder, 'half')]) rmSync(half, { recursive: true, force: true });
    found.filled = await measureStore(filling, millions, NAMESPACE);
    // Made by the sample, its data would be put in place of these.
    await (await Server.start(folder, ['--sample'], 'half')).stop();
    // And the first block of a registry is the first.
    const change = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute("UPDATE appended SET number = 0"); c.commit()';
    await done(process.env.DSOS_PYTHON, ['-c', change, join(filling, 'pulls.sqlite')]);
    renameSync(join(filling, 'pulls.sqlite'), join(folder, 'half', 'pulls.sqlite'));
    rmSync(filling, { recursive: true });
    renameSync(join(folder, 'half'), data);
  }
  for (let run = 0; parts.includes('store') && run < runs; run += 1) {
    note(`the store, ${run + 1} of ${runs}`);
    found.store.push(await measureStore(data, millions, NAMESPACE));
  }
  if (parts.includes('clickhouse') && inClickHouse.includes(millions)) {
    const inBrowser = async (front, address) => {
      const { measureTwice } = await import('./screen.mjs');
      const server = await started(front, ['--pulls', address]);
      try {
        return await measureTwice(server, { namespace: NAMESPACE, cookie: await session(server, front, OWNER) }, AHEAD);
      } finally {
        await server.stop();
      }
    };
    found.clickhouse = await measureClickHouse(join(folder, 'clickhouse'), millions, NAMESPACE, { runs, parts, note, data, inBrowser, prepared });
  }
  if (!['events', 'sustained', 'screen'].some((part) => parts.includes(part))) continue;
  // What is reported now is none of what is kept for the next time.
  const used = join(folder, 'used');
  rmSync(used, { recursive: true, force: true });
  cpSync(data, join(used, 'data'), { recursive: true });
  let server = await started(used);
  const token = reporter(used, `bench ${Date.now()}`, NAMESPACE);
  for (let run = 0; parts.includes('screen') && run < runs; run += 1) {
    note(`the tab, ${run + 1} of ${runs}`);
    const { measureScreens } = await import('./screen.mjs');
    await server.stop();
    server = await started(used);
    const cookie = await session(server, used, OWNER);
    found.screen.push(await measureScreens(server, { namespace: NAMESPACE, cookie }, { token, namespace: NAMESPACE }));
  }
  for (let run = 0; parts.includes('events') && run < runs; run += 1) {
    note(`events in, ${run + 1} of ${runs}`);
    found.events.push({ ...(await measureEvents(server, token, NAMESPACE)), peak: server.memory().peak });
  }
  // Many minutes, in which what is stored makes no difference: once.
  if (parts.includes('sustained') && ran.length === 1) {
    note('events in, for longer');
    await server.stop();
    server = await started(used, [], []);
    found.sustained.push(await measureSustained(server, token, NAMESPACE));
  }
  await server.stop();
  rmSync(used, { recursive: true });
  // It takes an hour: what was found is not lost with what comes next.
  writeFileSync(join(made, 'found.json'), JSON.stringify(ran));
}
say('done');
const words = process.argv.slice(2).filter((word, at, list) => !['--write', '--keep', '--plot'].some((own) => word === own || list[at - 1] === own));
const figures = report(ran, { runs: Number(values.runs), busy, words });
console.log(figures);
if (values.write) writeBetweenMarkers(values.write, 'pulls figures', figures);
if (values.plot) writeFileSync(values.plot, plot(ran));
