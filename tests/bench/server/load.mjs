// The load: a process of its own that asks at a constant rate, whether answers come or not.
//
// It reads a job from its standard input and writes what happened to its standard output, both
// JSON. The job: { url, warm, secs, streams: [{ rate, connections, asks }] }, where an ask is
// { route, method, path, headers, body, expect } and a stream asks them in turn. What happened:
// { streams: [{ route: [ms, …] }], late: [ms, …], waited, unanswered, cpu }.
//
// A latency counts from the moment when the request was due. So an answer that is slow does not
// keep the next questions from being counted, nor does a moment in which this process was late.
// HTTP is written and read by hand over sockets that stay open: a client that does more would
// take the processor away from the server.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** How long answers are waited for after the last question. Then each that is missing took so long. */
const PATIENCE = 5_000;

const HEAD_END = Buffer.from('\r\n\r\n');

/** A connection that asks one question at a time. */
class Connection {
  #parts = [];
  #length = 0;
  #whole = 0;

  constructor(pool) {
    this.pool = pool;
    this.open();
  }

  open() {
    this.socket = connect({ host: this.pool.host, port: this.pool.port, noDelay: true });
    this.socket.on('data', (part) => this.#read(part));
    this.socket.on('error', (error) => this.#ended(error));
    // One that was idle for long is closed by the server, and opened again.
    this.socket.on('close', () => this.#ended(new Error('the connection was closed')));
  }

  #ended(error) {
    if (this.asked) fail(`${this.asked.route}: ${error.message}`);
    if (!this.pool.isOver && this.socket.destroyed) this.open();
  }

  ask(asked, due) {
    this.asked = asked;
    this.due = due;
    this.socket.write(asked.bytes);
  }

  #read(part) {
    const now = performance.now();
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#whole === 0) this.#head();
    if (this.#whole === 0 || this.#length < this.#whole) return;
    const { asked, due } = this;
    if (this.#length > this.#whole) fail(`${asked.route}: more than its answer`);
    [this.#parts, this.#length, this.#whole, this.asked] = [[], 0, 0, undefined];
    this.pool.answered(this, asked, now - due, due);
  }

  /** Finds the end of the head, and with it that of the answer. */
  #head() {
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [bytes];
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const head = bytes.latin1Slice(0, end);
    const status = Number(head.slice(9, 12));
    const length = head.match(/\r\ncontent-length: (\d+)/i)?.[1];
    if (status !== this.asked.expect || length === undefined) {
      fail(`${this.asked.route}: an answer that was not expected\n${bytes.toString()}`);
    }
    this.#whole = end + HEAD_END.length + Number(length);
  }
}

/** Asks at a rate over some connections. */
class Stream {
  #all = [];
  #idle = [];
  #waiting = [];
  #sent = 0;
  times = {};
  late = [];
  waited = 0;
  unanswered = 0;
  open = 0;

  constructor({ host, port, warm, secs }, { rate, connections, asks }) {
    Object.assign(this, { host, port, asks, isOver: false });
    this.step = 1000 / rate;
    this.count = Math.round(rate * (warm + secs));
    this.warm = Math.round(rate * warm);
    for (let at = 0; at < connections; at += 1) this.#all.push(new Connection(this));
    this.#idle = [...this.#all];
  }

  begin(at) {
    this.from = at;
    this.counted = at + this.warm * this.step;
    return new Promise((done) => {
      this.done = done;
      this.#tick();
    });
  }

  #tick() {
    const now = performance.now();
    for (; this.#sent < this.count; this.#sent += 1) {
      const due = this.from + this.#sent * this.step;
      if (due > now) return void setTimeout(() => this.#tick(), due - now);
      if (due >= this.counted) this.late.push(now - due);
      this.open += 1;
      const asked = this.asks[this.#sent % this.asks.length];
      // In turns, so that none is idle for so long that the server closes it.
      const connection = this.#idle.shift();
      if (connection) connection.ask(asked, due);
      else this.#waiting.push([asked, due]);
      if (!connection && due >= this.counted) this.waited += 1;
    }
    setTimeout(() => this.#giveUp(), PATIENCE).unref();
  }

  /** A server that is behind is not waited for until it has caught up. */
  #giveUp() {
    if (this.isOver) return;
    const now = performance.now();
    const asked = this.#all.filter((connection) => connection.asked).map(({ asked, due }) => [asked, due]);
    const missing = [...asked, ...this.#waiting].filter(([, due]) => due >= this.counted);
    for (const [{ route }, due] of missing) (this.times[route] ??= []).push(now - due);
    this.unanswered = missing.length;
    this.#end();
  }

  #end() {
    this.isOver = true;
    for (const connection of this.#all) {
      connection.asked = undefined;
      connection.socket.destroy();
    }
    this.done();
  }

  answered(connection, asked, ms, due) {
    if (due >= this.counted) (this.times[asked.route] ??= []).push(ms);
    this.open -= 1;
    const next = this.#waiting.shift();
    if (next) connection.ask(...next);
    else this.#idle.push(connection);
    if (this.open === 0 && this.#sent === this.count) this.#end();
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const job = JSON.parse(await text(process.stdin));
const { hostname: host, port } = new URL(job.url);
const bytes = ({ method = 'GET', path, headers = {}, body = '' }) => {
  const lines = Object.entries({ host: `${host}:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body ? `content-length: ${Buffer.byteLength(body)}\r\n` : '';
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`);
};
const streams = job.streams.map((stream) => {
  const asks = stream.asks.map((ask) => ({ route: ask.route, expect: ask.expect ?? 200, bytes: bytes(ask) }));
  return new Stream({ ...job, host, port }, { ...stream, asks });
});
// A moment for the connections to open; streams do not begin at the same instant.
await new Promise((done) => setTimeout(done, 200));
let cpu;
setTimeout(() => (cpu = process.cpuUsage()), job.warm * 1000);
const begin = performance.now();
await Promise.all(streams.map((stream, at) => stream.begin(begin + 1 + at)));
const used = process.cpuUsage(cpu);
const ms = (value) => Math.round(value * 1000) / 1000;
process.stdout.write(
  JSON.stringify({
    streams: streams.map(({ times }) => Object.fromEntries(Object.entries(times).map(([route, all]) => [route, all.map(ms)]))),
    late: streams.flatMap(({ late }) => late).map(ms),
    waited: streams.reduce((sum, { waited }) => sum + waited, 0),
    unanswered: streams.reduce((sum, { unanswered }) => sum + unanswered, 0),
    cpu: (used.user + used.system) / 1e6 / job.secs,
  }),
);
