// The directory: searches while somebody types, by themselves and while profiles change, and how
// soon a change is seen.

import { readFileSync } from 'node:fs';
import { load, sleep } from './processes.mjs';

/** Searches a second. */
const RATE = 100;

const DIRECTORY = '/api/v1/directory?order=best&skip=0&most=50';

/** A question as the page asks it. */
function path({ words, all, category }) {
  let path = `${DIRECTORY}&words=${encodeURIComponent(words)}`;
  if (all) path += '&all=true';
  if (category) path += `&category=${category}`;
  return path;
}

/** Asks once: the answer, and milliseconds until all of it was there. */
async function timed(server, path) {
  const begun = performance.now();
  const answer = await fetch(server.url + path);
  const text = await answer.text();
  const ms = performance.now() - begun;
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return { ms, value: JSON.parse(text) };
}

/** Somebody who maintains a namespace and gives it a name again and again. */
class Owner {
  #version;
  #count = 0;

  constructor(server, { owned, session }) {
    Object.assign(this, { server, path: `/api/v1/namespaces/${owned}/profile`, cookie: `dsos-session=${session}` });
  }

  async #ask(method, body) {
    const headers = { cookie: this.cookie, 'content-type': 'application/json' };
    const answer = await fetch(this.server.url + this.path, { method, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${method} ${this.path}: ${answer.status} ${text}`);
    const { version, profile } = JSON.parse(text);
    Object.assign(this, { profile });
    this.#version = version;
  }

  /** Changes the name; gives the new one, a word that nothing else has. */
  async change() {
    if (this.#version === undefined) await this.#ask('GET');
    this.#count += 1;
    const name = `zzyx${process.pid}q${this.#count}q${Math.round(performance.now())}`;
    await this.#ask('PUT', { profile: { ...this.profile, name }, version: this.#version });
    return name;
  }

  /** Milliseconds from a change being acknowledged until the directory finds it. */
  async untilSeen() {
    const name = await this.change();
    const begun = performance.now();
    for (;;) {
      const { value } = await timed(this.server, path({ words: name }));
      if (value.total === 1) return performance.now() - begun;
      if (performance.now() - begun > 20_000) throw new Error('a change is not seen');
      await sleep(20);
    }
  }
}

/** Threads that a server has now. */
const threads = (server) =>
  Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(/^Threads:\s+(\d+)$/m)[1]);

/** One run on a server that has just been started. */
export async function measureDirectory(server, asks, note) {
  const found = { idle: server.memory().now };
  const first = await timed(server, DIRECTORY);
  if (first.value.all !== 10_000) throw new Error(`the directory has ${first.value.all} namespaces`);
  found.first = first.ms;
  found.second = (await timed(server, DIRECTORY)).ms;
  const stream = { rate: RATE, connections: 32, asks: asks.questions.map((one) => ({ route: 'search', path: path(one) })) };
  note('searches');
  found.alone = await load(server, stream, { warm: 1, secs: asks.questions.length / RATE });
  found.memory = server.memory().now;
  note('changes');
  const owner = new Owner(server, asks);
  found.seen = [];
  found.again = [];
  for (let at = 0; at < 2; at += 1) {
    await sleep(2_500); // Longer than a directory rests.
    found.seen.push(await owner.untilSeen());
    found.again.push(await owner.untilSeen());
  }
  note('searches beside changes');
  const beside = load(server, stream, { warm: 1, secs: 10 });
  let isOver = false;
  found.threads = 0;
  const watching = setInterval(() => (found.threads = Math.max(found.threads, threads(server))), 10);
  const changing = (async () => {
    for (; !isOver; await sleep(1_000)) await owner.change();
  })();
  found.beside = await beside;
  isOver = true;
  await changing;
  clearInterval(watching);
  found.peak = server.memory().peak;
  return found;
}
