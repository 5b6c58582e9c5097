// The benchmark of what the server publishes: badges, the directory, the page of a large
// namespace, and the reading of a registry.
//
//   node run.mjs [--runs 3] [--readings 2] [--seed 1] [--only badge,explore,page,screen,registry]
//     [--write docs/PERFORMANCE.md]
//
// DSOS_SERVER names the program, CHROMIUM the browser, DSOS_DIST the built site, DSOS_PYTHON a Python with sqlite3,
// DOCKER_REGISTRY the registry, WRK the program of that name; if it is empty, what only wrk
// measures is left out.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applications } from '../server/mix.mjs';
import { Server } from '../server/server.mjs';
import { measureBadges } from './badge.mjs';
import { measureDirectory } from './explore.mjs';
import { report } from './figures.mjs';
import { measurePages } from './page.mjs';
import { done, say, script, sleep } from './processes.mjs';
import { Registry, measureReadings } from './registry.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    readings: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'badge,explore,page,screen,registry' },
    write: { type: 'string' },
  },
});
const [runs, readings] = ['runs', 'readings'].map((name) => Number(values[name]));
const parts = values.only.split(',');

/** A folder that Linux keeps in memory. */
const MEMORY = '/dev/shm';

/** A folder that is gone when this has ended. */
function made(parent) {
  const folder = mkdtempSync(join(parent, 'dsos-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

const folder = made(tmpdir());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Makes the data: the server takes an application in, the rest is made of it. Gives what to ask. */
async function fill() {
  say('filling the data');
  const server = await Server.start(folder);
  const [{ method, path, headers, body }] = applications(1, 'pattern');
  const answer = await fetch(server.url + path, { method, headers, body });
  if (answer.status !== 201) throw new Error(`an application: ${answer.status} ${await answer.text()}`);
  await sleep(500); // Its evidence is read meanwhile.
  await server.stop();
  const [file, asked] = [join(folder, 'data', 'dsos.sqlite'), join(folder, 'asked.json')];
  await done(process.env.DSOS_PYTHON ?? 'python3', [script('fill.py'), file, asked, `${Date.now()}`, values.seed]);
  return JSON.parse(readFileSync(asked, 'utf8'));
}

const ran = { badge: [], explore: [], page: [], screen: [], registry: [] };

/** What a server answers; each run has a server of its own. */
async function measureServer() {
  const asks = await fill();
  for (let at = 0; at < runs; at += 1) {
    const note = (what) => say(`run ${at + 1} of ${runs}: ${what}`);
    const server = await Server.start(folder);
    await sleep(1_000); // It looks once at everything.
    if (parts.includes('explore')) ran.explore.push(await measureDirectory(server, asks, note));
    if (parts.includes('page')) {
      note('pages');
      ran.page.push(await measurePages(server, asks));
    }
    if (parts.includes('badge')) {
      note('badges');
      ran.badge.push(await measureBadges(server, asks, folder));
    }
    await server.stop();
  }
  if (!parts.includes('screen')) return;
  say('screens');
  const server = await Server.start(folder);
  // The browser’s packages are there only if it is measured.
  const { measureScreens } = await import('./screen.mjs');
  ran.screen.push(await measureScreens(server, asks, runs));
  await server.stop();
}

async function measureRegistry() {
  say('filling the registry');
  // In memory, where there is some: what a registry waits for its disk is not ours to measure, and
  // its quarter of a million small files are made and removed in seconds there.
  const registry = await Registry.open(made(existsSync(MEMORY) ? MEMORY : tmpdir()));
  for (let at = 0; at < readings; at += 1) {
    say(`reading ${at + 1} of ${readings}`);
    ran.registry.push(await measureReadings(registry, folder, at));
  }
  await registry.stop();
}

const [busy] = loadavg();
if (parts.some((part) => part !== 'registry')) await measureServer();
if (parts.includes('registry')) await measureRegistry();
say('done');
const words = process.argv.slice(2).filter((word, at, list) => word !== '--write' && list[at - 1] !== '--write');
const figures = report(ran, { runs, readings, busy, words });
console.log(figures);
if (values.write) writeBetweenMarkers(values.write, 'published figures', figures);
