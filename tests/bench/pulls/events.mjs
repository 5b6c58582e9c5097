// Events in: how many a second are durable, one and a hundred a body, and how long until they are
// counted.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { done, script, sleep } from '../published/processes.mjs';

/** Connections that report without a pause. */
const CONNECTIONS = 64;

/** Seconds of each. */
const SECS = 10;

/** Seconds of single events, and of bodies of a hundred, where it is looked at how that goes on. */
const LONG_SECS = { single: 90, hundreds: 20 };

/** How long what waits may take to be counted, in milliseconds. */
const PATIENCE = 900_000;

/** Has the program do something with the data. */
export function dsos(folder, ...words) {
  const { status, stdout, stderr } = spawnSync(process.env.DSOS_SERVER, [...words, '--data', join(folder, 'data')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`dsos ${words[0]}: ${stderr}`);
  return stdout;
}

/** Lets a registry report a namespace; gives its token. */
export const reporter = (folder, name, namespace) =>
  dsos(folder, 'add-registry', name, '--namespace', namespace).match(/dsos_reg_[\w-]+/)[0];

let reports = 0;

/** Reports for so many seconds; what was taken, and how fast. */
export async function reported(server, { token, namespace, events, secs = SECS, connections = CONNECTIONS }) {
  reports += 1;
  const words = [
    ...['-t1', `-c${connections}`, `-d${secs}s`, '-s', script('../pulls/events.lua'), server.url, '--'],
    ...[token, namespace, `${events}`, `${Date.now()}-${reports}`, new Date().toISOString()],
  ];
  const [begun, used] = [performance.now(), server.cpu()];
  const said = await done(process.env.WRK, words);
  const share = (server.cpu() - used) / (performance.now() - begun);
  const { count, us, failed, p50, p99, max } = JSON.parse(said.trim().split('\n').at(-1));
  if (failed) throw new Error(`${failed} of ${count} reports were not taken`);
  return { rate: (count * events * 1e6) / us, share, p50: p50 / 1000, p99: p99 / 1000, max: max / 1000, events: count * events };
}

/** Milliseconds until nothing waits any more. */
async function drained(server) {
  const begun = performance.now();
  for (;;) {
    const answer = await fetch(`${server.url}/api/v1/registries`, { headers: server.staff });
    if (!answer.ok) throw new Error(`/api/v1/registries answers ${answer.status}`);
    const { registries } = await answer.json();
    if (registries.every((one) => !one.waits_since)) return performance.now() - begun;
    if (performance.now() - begun > PATIENCE) throw new Error('what was reported is still not counted');
    await sleep(200);
  }
}

/**
 * The same for longer, on a server whose sessions close after a minute, as they do unless somebody
 * says otherwise: what is open is in memory, and what is beyond that waits on the disk.
 */
export async function measureSustained(server, token, namespace) {
  const found = {};
  for (const [name, events] of [
    ['single', 1],
    ['hundreds', 100],
  ]) {
    const taken = await reported(server, { token, namespace, events, secs: LONG_SECS[name] });
    found[name] = { ...taken, behind: await drained(server) };
  }
  return { ...found, peak: server.memory().peak };
}

/** One run on a server: single events, then bodies of a hundred, each until all is counted. */
export async function measureEvents(server, token, namespace) {
  const found = {};
  for (const [name, events] of [
    ['single', 1],
    ['hundreds', 100],
  ]) {
    const taken = await reported(server, { token, namespace, events });
    // A session closes a while after its last request; that is no work.
    found[name] = { ...taken, behind: await drained(server) };
  }
  return found;
}
