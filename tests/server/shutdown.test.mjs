// The server is asked to end (SIGTERM, SIGINT): what was begun is answered, nothing new is taken,
// and nobody can keep it from ending.

import { connect, createServer } from 'node:net';
import { assert, sleep, test, until, within } from './harness.mjs';
import { apply, form, isThere, send } from './people.mjs';
import { canAsk, sql } from './data.mjs';

/** Within this the server ends, whoever holds a connection; longer than it waits for them. */
const END_MS = 15_000;

/** A connection that a test writes to as it likes; `said` is what has come back. */
async function wire(server) {
  const socket = connect(server.port, '127.0.0.1');
  socket.said = '';
  socket.setEncoding('utf8');
  socket.on('data', (text) => (socket.said += text));
  socket.on('error', () => {});
  socket.gone = new Promise((done) => socket.on('close', done));
  await new Promise((done) => socket.on('connect', done));
  return socket;
}

/** The bytes of a request that sends a form, cut after some of its body. */
function request({ key, answers }) {
  const body = JSON.stringify({ answers });
  const head = `POST /api/v1/applications HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return [head + body.slice(0, 40), body.slice(40)];
}

async function isRefused(port) {
  const socket = connect(port, '127.0.0.1');
  const outcome = await new Promise((done) => {
    socket.on('connect', () => done('taken'));
    socket.on('error', (error) => done(error.code));
  });
  socket.destroy();
  return outcome === 'ECONNREFUSED';
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal}: requests that were begun are answered, new ones are refused, and it ends well`, async (place) => {
    let asked = 0;
    place.forgeAnswers = async (_, response) => {
      asked += 1;
      await sleep(1000);
      response.writeHead(404).end('{}');
    };
    const server = await place.start();
    const known = await apply(server);
    await until('the evidence to be asked for', () => asked > 0);
    const before = asked;
    const begun = [];
    for (let count = 0; count < 5; count += 1) {
      const one = form();
      const [first, rest] = request(one);
      const socket = await wire(server);
      socket.write(first);
      begun.push({ ...one, socket, rest });
    }
    // This one waits for the forge in the middle of its answer.
    const slow = server.ask('POST', `/api/v1/applications/${known.receipt.id}/control`, { headers: { 'dsos-key': known.receipt.key } });
    await until('the forge to be asked', () => asked > before);
    server.child.kill(signal);
    await until('new connections to be refused', () => isRefused(server.port));
    for (const one of begun) one.socket.write(one.rest);
    assert.equal((await slow).status, 200);
    for (const one of begun) {
      await within(END_MS, 'the answer', one.socket.gone);
      assert.match(one.socket.said, /^HTTP\/1\.1 201 /);
      one.receipt = JSON.parse(one.socket.said.slice(one.socket.said.indexOf('{')));
    }
    assert.deepEqual(await within(END_MS, 'the server to end', server.child.ended), { code: 0, signal: null });
    assert.doesNotMatch(server.child.output.stderr, /ERROR|WARN|panicked|dsos\S*: /, 'an orderly end has nothing to complain of');
    const again = await place.start();
    for (const one of begun) await isThere(again, one);
  });
}

test('many who send while it ends: each is answered or not begun, and what is acknowledged is there', async (place) => {
  for (const wait of [20, 60, 120]) {
    const data = `after-${wait}`;
    const server = await place.start({ data });
    const all = Array.from({ length: 60 }, () => form());
    const outcomes = Promise.all(all.map((one) => send(server, one).catch((error) => ({ error }))));
    await sleep(wait);
    assert.equal((await server.stop()).code, 0);
    const answered = (await outcomes).filter(({ status }) => status === 201).length;
    if (canAsk) {
      const kept = await sql(place, server.data, 'SELECT count(*) FROM application');
      assert.equal(Number(kept), answered, 'something was kept and not answered');
    }
    const again = await place.start({ data });
    for (const [at, { status, value, error }] of (await outcomes).entries()) {
      if (status === 201) await isThere(again, { ...all[at], receipt: value });
      else assert.ok(error || status === 503, `an answer of ${status}`);
      // Whoever had no answer sends it again, and has one application.
      await apply(again, all[at]);
    }
    assert.equal((await apply(again)).receipt.number.slice(5), '0061');
    await again.stop();
  }
});

const HOLDERS = {
  'says nothing': async (server) => {
    await wire(server);
  },
  'stays after an answer': async (server) => {
    const socket = await wire(server);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until('an answer', () => socket.said.includes('well'));
  },
  'stops in the middle of a head': async (server) => {
    (await wire(server)).write('GET /healthz HTTP/1.1\r\nHost: loc');
    await sleep(100);
  },
  'stops in the middle of a body': async (server) => {
    (await wire(server)).write(request(form())[0]);
    await sleep(100);
  },
  'reads nothing of a large answer': async (server) => {
    const socket = await wire(server);
    socket.pause();
    const page = (await server.ask('GET', '/')).text;
    const name = page.match(/[\w/-]+\.wasm/)?.[0] ?? '/';
    const path = name.startsWith('/') ? name : `/${name}`;
    // Often enough that no buffer in between holds it all.
    for (let count = 0; count < 200; count += 1) socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await sleep(300);
  },
};

for (const [what, hold] of Object.entries(HOLDERS)) {
  test(`a client that ${what} does not keep it from ending`, { together: true }, async (place) => {
    const server = await place.start();
    await hold(server);
    const end = await server.stop('SIGTERM', END_MS);
    assert.deepEqual(end, { code: 0, signal: null });
  });
}

test('a forge that does not answer does not keep it from ending, and the check is made after the restart', { together: true }, async (place) => {
  let asked = 0;
  place.forgeAnswers = () => (asked += 1);
  const server = await place.start();
  const one = await apply(server);
  await until('the forge to be asked', () => asked > 0);
  assert.deepEqual(await server.stop('SIGTERM', END_MS), { code: 0, signal: null });
  const before = asked;
  const again = await place.start();
  await isThere(again, one);
  await until('the forge to be asked again', () => asked > before);
});

test('a mail server that says nothing does not keep it from ending', { together: true }, async (place) => {
  let callers = 0;
  const silent = createServer(() => (callers += 1));
  await new Promise((done) => silent.listen(0, '127.0.0.1', done));
  try {
    const server = await place.start({ words: ['--smtp', `smtp://127.0.0.1:${silent.address().port}`] });
    const one = await apply(server);
    await until('the mail server to be called', () => callers > 0);
    assert.deepEqual(await server.stop('SIGTERM', END_MS), { code: 0, signal: null });
    const again = await place.start();
    await isThere(again, one);
  } finally {
    silent.close();
  }
});
