// The server's benchmark: the real program over a file with ten thousand namespaces in the program
// and a hundred thousand applications, asked at a constant rate.
//
//   node run.mjs [--starts 5] [--runs 3] [--secs 30] [--seed 1] [--write docs/PERFORMANCE.md]
//
// DSOS_SERVER names the program, DSOS_DIST the built site, DSOS_PYTHON a Python with sqlite3.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { megabytes, plain as counted, table, time } from '../report.mjs';
import { figure, ofAim, spread } from './figures.mjs';
import { FLOOR, ROUTES, SEND, applications, openers, reads } from './mix.mjs';
import { Server } from './server.mjs';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    secs: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    write: { type: 'string' },
  },
});
const [starts, runs, secs, seed] = ['starts', 'runs', 'secs', 'seed'].map((name) => Number(values[name]));

/** What is aimed at: milliseconds and megabytes. */
const AIMS = { read: 10, send: 50, idle: 60, ready: 1_000 };

/** Questions a second. */
const RATES = { read: 500, send: 20 };

/** Connections that stay open. More than are used at a time, unless the server is behind. */
const CONNECTIONS = { read: 64, send: 16 };

/** Seconds that are not counted, in which both sides get warm. */
const WARM = 3;

/** Seconds for which applications are sent, and the floor is measured. */
const SHORT = Math.min(20, secs);

/** How long an idle server is left alone before its memory is read: its first look is done then. */
const REST = 5_000;

/** Between two loads: what a server that was behind had begun is done then. */
const PAUSE = 3_000;

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const folder = mkdtempSync(join(tmpdir(), 'dsos-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const file = join(folder, 'data', 'dsos.sqlite');
const keys = join(folder, 'keys.json');

/** Has a process do a job; what it wrote. */
async function done(program, words, job) {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(job);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}`);
  return said;
}

/** Puts the load on a server: what the generator counted, and what the server used of a core. */
async function load(server, streams, secs) {
  const job = { url: server.url, warm: WARM, secs, streams };
  const [begun, used] = [performance.now(), server.cpu()];
  const counted = JSON.parse(await done(process.execPath, [script('load.mjs')], JSON.stringify(job)));
  return { ...counted, server: (server.cpu() - used) / (performance.now() - begun) };
}

/** Makes the data: the server takes some applications in, the rest is made of them. */
async function fill() {
  const server = await Server.start(folder);
  const patterns = applications(6, 'pattern');
  const stream = { rate: 10, connections: 1, asks: patterns };
  const job = { url: server.url, warm: 0, secs: patterns.length / 10, streams: [stream] };
  await done(process.execPath, [script('load.mjs')], JSON.stringify(job));
  await sleep(500); // Their evidence is read meanwhile.
  await server.stop();
  await done(process.env.DSOS_PYTHON ?? 'python3', [script('fill.py'), file, keys, `${Date.now()}`, `${seed}`]);
}

/** How long the disk takes for what a commit asks of it, at least. */
function disk() {
  const place = openSync(join(folder, 'disk'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    const begun = performance.now();
    writeSync(place, page);
    fdatasyncSync(place);
    return performance.now() - begun;
  });
  closeSync(place);
  return times;
}

async function measureStarts() {
  const found = [];
  for (let at = 0; at < starts; at += 1) {
    say(`start ${at + 1} of ${starts}`);
    const server = await Server.start(folder);
    await sleep(REST);
    found.push({ ready: server.ready, idle: server.memory().now });
    await server.stop();
  }
  return found;
}

/** One run: the floor, reads, applications, and both together. */
async function measureLoad(at) {
  const known = openers(keys);
  const count = { read: RATES.read * 20, send: RATES.send * (WARM + SHORT) };
  const stream = (kind, asks) => ({ rate: RATES[kind], connections: CONNECTIONS[kind], asks });
  const read = stream('read', reads(known, count.read, seed));
  const server = await Server.start(folder);
  await sleep(REST);
  const one = { disk: disk() };
  for (const [name, streams, length] of [
    ['floor', [stream('read', [{ route: FLOOR, path: '/healthz' }])], SHORT],
    ['reads', [read], secs],
    ['sends', [stream('send', applications(count.send, `${at}-alone`))], SHORT],
    ['both', [read, stream('send', applications(count.send, `${at}-both`))], SHORT],
  ]) {
    say(`run ${at + 1} of ${runs}: ${name}`);
    one[name] = await load(server, streams, length);
    await sleep(PAUSE);
  }
  one.memory = server.memory();
  await server.stop();
  return one;
}

/** A line of latencies with the aim for the 99th percentile. */
const latency = (what, { count, p50, p99, max }, aim) => [
  what, count, time(p50), time(p99), aim ? `${aim} ms` : '', aim ? ofAim(p99, aim) : '', time(max),
];

function report(started, ran) {
  const all = (part, at = 0) => ran.map((one) => Object.values(one[part].streams[at]).flat());
  const line = (what, times, aim) => latency(what, spread(times), aim);
  const route = (name) => line(`\`${name}\``, ran.map((one) => one.reads.streams[0][name]), AIMS.read);
  const latencies = [
    line(`\`${FLOOR}\`, the floor`, all('floor')),
    line('All reads', all('reads'), AIMS.read),
    ...ROUTES.map(route),
    line(`\`${SEND}\`, alone`, all('sends'), AIMS.send),
    line(`\`${SEND}\`, beside the reads`, all('both', 1), AIMS.send),
    line('All reads, beside these', all('both'), AIMS.read),
  ];
  const share = (values) => {
    const { median, least, greatest } = figure(values.map((value) => Math.round(value * 100)));
    return `${median} % (${least} % to ${greatest} %)`;
  };
  const parts = ['floor', 'reads', 'sends', 'both'];
  const [still, late] = ['floor', 'reads'].map((part) => spread(ran.map((one) => one[part].late)));
  const ready = figure(started.map((one) => one.ready));
  const idle = figure(started.map((one) => one.idle));
  const memory = (name) => megabytes(figure(ran.map((one) => one.memory[name])));
  const write = spread(ran.map((one) => one.disk));
  const sum = (name) => figure(ran.map((one) => parts.reduce((sum, part) => sum + one[part][name], 0)));
  const plain = [
    ['Start to the first `/readyz` that is well', '1 s', time(ready), ofAim(ready, AIMS.ready)],
    ['Resident memory, idle after the start', '60 MB', megabytes(idle), ofAim(idle, AIMS.idle)],
    ['Resident memory after the load', '', memory('now'), ''],
    ['Resident memory, greatest', '', memory('peak'), ''],
    ['Size of the file', '', megabytes({ median: bytes / 1e6, runs: 1 }), ''],
    ['The disk: 4 KiB written and synced, p50', '', time(write.p50), ''],
    ['The disk, p99', '', time(write.p99), ''],
    ['The server’s share of a core, at 500 reads a second', '', share(ran.map((one) => one.reads.server)), ''],
    ['The generator’s share of a core, at 500 reads a second', '', share(ran.map((one) => one.reads.cpu)), ''],
    ['The generator was late at the floor, p99', '', time(still.p99), ''],
    ['The generator was late at the reads, p50', '', time(late.p50), ''],
    ['The generator was late at the reads, p99', '', time(late.p99), ''],
    ['The generator was late at the reads, greatest', '', time(late.max), ''],
    ['Questions of a run that found no connection free', '', counted(sum('waited')), ''],
    ['Questions of a run that had no answer 5 s after the last', '', counted(sum('unanswered')), ''],
  ];
  const words = process.argv.slice(2).filter((word, at, list) => word !== '--write' && list[at - 1] !== '--write');
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GB. Medians of ${starts} starts and ${runs} runs, with the least and the greatest in parentheses. ` +
      `The system’s load before the first start was ${busy.toFixed(1)}.`,
    '',
    `Reproduce with \`cargo xtask bench server${words.length ? ` ${words.join(' ')}` : ''}\`.`,
    '',
    table('Latency', ['', 'Counted a run', 'p50', 'p99', 'Aim for p99', 'Of the aim', 'Greatest'], latencies),
    table('Start, memory and circumstances', ['', 'Aim', 'Figure', 'Of the aim'], plain),
  ].join('\n');
}

const [busy] = loadavg();
say('filling the data');
await fill();
const bytes = statSync(file).size;
const started = await measureStarts();
const ran = [];
for (let at = 0; at < runs; at += 1) ran.push(await measureLoad(at));
const figures = report(started, ran);
console.log(figures);
if (values.write) writeBetweenMarkers(values.write, 'server figures', figures);
