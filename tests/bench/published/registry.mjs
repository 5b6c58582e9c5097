// Reading a registry: Debian's `docker-registry` with 1,000 repositories of 20 tags each, read for
// the first time, again, and again when ten tags stand for other images.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fill, image, push } from '../../server/images.mjs';
import { startRegistry } from '../../server/registry.mjs';

const [REPOSITORIES, TAGS, CHANGED] = [1_000, 20, 10];

/** The line of the registry's log that a request leaves, if it was answered well. */
const ANSWERED = 'response completed';

/** A registry that is filled, and what it notes of requests. */
export class Registry {
  #log = [];

  /** Writes what it holds into a folder, and starts it there. */
  static async open(folder) {
    const registry = new Registry();
    registry.names = fill(folder, REPOSITORIES, TAGS);
    const start = (...words) => (registry.child = spawn(...words));
    Object.assign(registry, await startRegistry({ folder, start }));
    // Its log is taken apart when nothing is measured.
    for (const stream of [registry.child.stdout, registry.child.stderr]) {
      stream.removeAllListeners('data');
      stream.on('data', (part) => registry.#log.push(part));
    }
    process.on('exit', () => registry.child.kill('SIGKILL'));
    return registry;
  }

  /** How many requests it answered since this was last asked. */
  requests() {
    const said = Buffer.concat(this.#log.splice(0)).toString('latin1');
    return said.split(ANSWERED).length - 1;
  }

  /** Has ten tags stand for images that nobody has seen. */
  async change(run) {
    const step = this.names.length / CHANGED;
    for (let at = 0; at < CHANGED; at += 1) {
      await push(this.origin, this.names[at * step], ['v0'], image({ text: `changed in run ${run}, ${at}` }));
    }
  }
}

/** What a process has used so far: processor time in milliseconds, and at most so many MB of memory. */
function used(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, which may hold anything, stands in parentheses. 100 ticks a second.
  const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
  const peak = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m);
  return { cpu: (user + system) * 10, memory: peak ? (Number(peak[1]) * 1024) / 1e6 : 0 };
}

/**
 * Reads it into a data folder: milliseconds, requests, memory of the reader, and processor time of
 * both. It is to say what it came to.
 */
async function read(registry, data, expected) {
  registry.requests();
  const words = ['read-registry', '--data', data, '--registry', registry.origin];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DSOS_')));
  const before = used(registry.child.pid).cpu;
  const begun = performance.now();
  const child = spawn(process.env.DSOS_SERVER, words, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let last = { cpu: 0, memory: 0 };
  const watching = setInterval(() => {
    const now = child.exitCode === null ? used(child.pid) : last;
    // One that has just ended has no memory any more.
    if (now.memory) last = now;
  }, 20);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const ms = performance.now() - begun;
  clearInterval(watching);
  if (code !== 0 || !said.startsWith(expected)) throw new Error(`read-registry ended with ${code}: ${said}`);
  // What it has written arrives a moment later.
  await new Promise((done) => setTimeout(done, 100));
  return { ms, ...last, registryCpu: used(registry.child.pid).cpu - before, requests: registry.requests() };
}

/** One run, into data of its own. */
export async function measureReadings(registry, folder, run) {
  const data = join(folder, `read-${run}`);
  mkdirSync(data);
  const said = (fresh) => `${REPOSITORIES} repositories, ${fresh} new manifests, 0 gone`;
  const first = await read(registry, data, said(REPOSITORIES * TAGS));
  const same = await read(registry, data, said(0));
  await registry.change(run);
  return { first, same, changed: await read(registry, data, said(CHANGED)) };
}
