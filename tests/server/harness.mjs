// What the tests of the server share: registering a test, a place of its own for each, a server
// that is started, stopped and killed there.
//
// Every server listens on free ports and keeps its data below the test's own folder in the
// system's temporary one. Both are gone when the test has ended, however it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program under test. */
export const SERVER = process.env.DSOS_SERVER;

/** The site that it serves. */
export const DIST = process.env.DSOS_DIST;

/** A Python that has aiosmtpd; without one the tests of mail are left out. */
export const PYTHON = process.env.DSOS_PYTHON;

/** Whether the long level is asked for. */
export const LONG = Boolean(process.env.LONG) && process.env.LONG !== '0';

/** What a server may take to answer first, or to end. */
const PATIENCE = 15_000;

/** What a command may take that is to end by itself. */
const COMMAND = 8_000;

export { assert };

/** Thrown by a test that this machine has no means for; the message says which. */
export class LeftOut extends Error {}

const registered = [];

/**
 * Registers a test. Options: `long` (only at the long level), `timeout` in milliseconds, `together`
 * (beside the others of its file that say so).
 * @param {string} name what holds if it passes
 */
export function test(name, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options];
  registered.push({ name, body, ...options });
}

/** The tests registered since the last call. */
export function takeTests() {
  return registered.splice(0);
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks again and again until there is an answer; fails with `what` when there is none in time. */
export async function until(what, ask, patience = PATIENCE) {
  const end = performance.now() + patience;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (performance.now() > end) return assert.fail(`${what}: not within ${patience / 1000} s`);
    await sleep(25);
  }
}

/** `work`, unless it takes longer than that. */
export async function within(ms, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether what was refused says so in one sentence, on one line, for the person who asked. */
export function isOneSentence(done, pattern = /./) {
  const said = JSON.stringify(done.stderr);
  assert.match(done.stderr, /^[^\n]*[^.\n]\.\n$/, `not one sentence: ${said}`);
  assert.match(done.stderr, pattern, `it does not say what is wrong: ${said}`);
  assert.equal(done.code, 2, `it ended with ${done.code}`);
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run; SEED repeats another's. */
export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** The environment of a child: settings of this machine's own server do not reach it. */
function environment(more) {
  const own = ([name]) => !name.startsWith('DSOS_');
  return { ...Object.fromEntries(Object.entries(process.env).filter(own)), ...more };
}

/** What a test is given: a folder, and what it starts there. */
export class Place {
  #folder;
  #isOver = false;
  #children = new Set();
  #listeners = [];

  /** A program and words that run everything else here; nothing, unless the test says so. */
  through = [];

  /** The test's own folder. */
  async folder() {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'dsos-server-'));
    return this.#folder;
  }

  /** A path in the test's own folder. */
  async path(name) {
    return join(await this.folder(), name);
  }

  /** Starts a program; it ends with the test at the latest. */
  spawn(program, words, options = {}) {
    // A test that was too late goes on for a while: what it starts then would stay.
    assert.ok(!this.#isOver, 'the test is over');
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.#children.add(child);
    child.output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text) => (child.output[name] += text));
    }
    child.stdin.on('error', () => {}); // It may have ended before it read.
    child.ended = new Promise((done) => {
      child.on('error', (error) => done({ code: -1, signal: error.message }));
      child.on('close', (code, signal) => done({ code, signal }));
    }).then((end) => {
      this.#children.delete(child);
      return end;
    });
    return child;
  }

  /** Runs the program with these words to its end: `code`, `signal`, `stdout`, `stderr`. */
  async run(words, env = {}, patience = COMMAND) {
    const [program, ...line] = [...this.through, SERVER, ...words];
    const child = this.spawn(program, line, { env: environment(env), cwd: await this.folder() });
    const end = await within(patience, `dsos ${words.join(' ')} to end`, child.ended).finally(() => child.kill('SIGKILL'));
    return { ...end, ...child.output };
  }

  /** Runs any other program to its end. */
  async tool(program, words) {
    const [first, ...line] = [...this.through, program, ...words];
    const child = this.spawn(first, line);
    return { ...(await within(PATIENCE, `${program} to end`, child.ended)), ...child.output };
  }

  /**
   * Starts a server and waits until it answers.
   * @param {object} options `data` (the name of its folder), `words` (more of the command line),
   *   `env`, `is_ready` (false: do not wait)
   */
  async start(options = {}) {
    const data = await this.path(options.data ?? 'data');
    const line = [SERVER, '--dir', DIST, '--data', data, '--port', '0', '--outbox-port', '0'];
    // No test asks the world: every forge is the one that this test plays.
    line.push('--forge', `github,github.com,${await this.forge()}`, ...(options.words ?? []));
    const [program, ...words] = [...this.through, ...line];
    // Every client here has one address: what it may ask in a time is tested elsewhere.
    const env = environment({ DSOS_LIMITS: 'off', ...options.env });
    const child = this.spawn(program, words, { env, cwd: await this.folder() });
    const server = new Server(this, child, data);
    if (options.is_ready !== false) await server.isReady();
    return server;
  }

  #forge;

  /** The address of a forge that knows nothing; `forgeAnswers` changes that. */
  async forge() {
    this.#forge ??= await this.listen((request, response) => this.forgeAnswers(request, response));
    return this.#forge;
  }

  /** What the forge does with a question. */
  forgeAnswers(_request, response) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  }

  /** Listens on a free port for as long as the test lasts; gives the address. */
  async listen(handler) {
    const listener = createServer(handler);
    this.#listeners.push(listener);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return `http://127.0.0.1:${listener.address().port}`;
  }

  /** Ends what still runs and removes the folder. */
  async end() {
    this.#isOver = true;
    const children = [...this.#children];
    for (const child of children) child.kill('SIGKILL');
    await within(PATIENCE, 'what the test started to end', Promise.all(children.map((child) => child.ended)));
    for (const listener of this.#listeners) {
      listener.closeAllConnections();
      listener.close();
    }
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A server that runs, or did. */
export class Server {
  constructor(place, child, data) {
    Object.assign(this, { place, child, data });
  }

  /** Waits until it answers; fails with its own words when it ends instead. */
  async isReady() {
    let end;
    this.child.ended.then((value) => (end = value));
    const text = () => this.child.output.stdout;
    await until('the server to say where it listens', () => {
      assert.equal(end, undefined, `the server ended at its start: ${this.child.output.stderr}`);
      return /^http:\/\/\S+\/$/m.test(text());
    });
    this.url = text().match(/^(http:\/\/\S+)\/$/m)[1];
    await until('the server to be ready', async () => {
      const answer = await this.ask('GET', '/readyz').catch(() => undefined);
      return answer?.status === 200;
    });
    this.outbox = this.said.match(/outbox\D*(http:\/\/[\d.]+:\d+)/i)?.[1];
  }

  /** All that it has said so far. */
  get said() {
    return this.child.output.stdout + this.child.output.stderr;
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** Asks; `status`, `headers`, `text` and, where it is JSON, `value`. `body` is sent as JSON. */
  async ask(method, path, { headers = {}, body, patience = PATIENCE } = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: typeof body === 'object' ? JSON.stringify(body) : body,
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type'));
    return { status: response.status, headers: response.headers, text, value: isJson ? JSON.parse(text) : undefined };
  }

  /** Asks it to end and waits; `code` and `signal`. */
  async stop(signal = 'SIGTERM', patience = PATIENCE) {
    this.child.kill(signal);
    return within(patience, 'the server to end', this.child.ended);
  }

  /** Ends it as a power cut would: at once, in the middle of anything. */
  async kill() {
    this.child.kill('SIGKILL');
    return this.child.ended;
  }
}
