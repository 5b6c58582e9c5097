// The server is killed at any moment, and nothing that it acknowledged is lost.
//
// Each client knows of every application what it may say now: one thing after an acknowledged
// change, one of two after a change whose answer never came. After each restart that is compared
// with what the server says.

import { LONG, SEED, assert, dice, sleep, test, until } from './harness.mjs';
import { amend, apply, form, outbox, read, send, withdraw } from './people.mjs';
import { canAsk, isWhole, sql } from './data.mjs';

const KILLS = LONG ? 100 : 12;
const CLIENTS = 4;

/** How long after the burst's begin the server is killed, at most. */
const LATEST_MS = 300;

/** Applications of earlier bursts that are looked at after each kill; at the end, all are. */
const SAMPLE = 40;

/** What an application says, as far as these clients change it. */
const words = (stage, remark, version) => `${stage}, ${remark}, version ${version}`;

/** One who sends, amends and takes back until the server is gone. */
async function client(server, random, all, mine) {
  for (let turn = 0; ; turn += 1) {
    const settled = mine.filter((one) => one.may.length === 1 && one.now.stage === 'received');
    const one = settled[Math.floor(random() * settled.length)];
    const chance = random();
    try {
      if (one && chance < 0.3) await change(server, one, turn);
      else if (one && chance < 0.4) await takeBack(server, one);
      else await begin(server, all, mine);
    } catch (error) {
      // The connection went with the server; what became of the request is not known.
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

async function begin(server, all, mine) {
  const one = { ...form(), may: [], now: { stage: 'received', remark: 'first', version: 1 } };
  all.push(one);
  mine.push(one);
  const answer = await send(server, one);
  assert.equal(answer.status, 201, answer.text);
  one.receipt = answer.value;
  one.may = [words('received', 'first', 1)];
}

async function change(server, one, turn) {
  const after = { stage: 'received', remark: `${one.now.remark} ${turn}`, version: one.now.version + 1 };
  one.may.push(words(after.stage, after.remark, after.version));
  acknowledged(one, after, await amend(server, one, { ...one.answers, money_remark: after.remark }, one.now.version));
}

async function takeBack(server, one) {
  const after = { ...one.now, stage: 'withdrawn', version: one.now.version + 1 };
  one.may.push(words(after.stage, after.remark, after.version));
  acknowledged(one, after, await withdraw(server, one));
}

function acknowledged(one, after, answer) {
  assert.equal(answer.status, 200, answer.text);
  one.now = after;
  one.may = [words(after.stage, after.remark, after.version)];
}

/** Looks at an application after a restart, and settles what was not known of it. */
async function compare(server, one) {
  const again = await send(server, one);
  assert.equal(again.status, 201, again.text);
  if (one.receipt) assert.deepEqual(again.value, one.receipt, 'sent again, it has another receipt');
  else one.may = [words('received', 'first', 1)];
  one.receipt = again.value;
  const found = await read(server, one);
  assert.equal(found.status, 200, `${one.receipt.number} is lost: ${found.text}`);
  const { stage, version, answers, history } = found.value;
  const now = { stage: stage.stage, remark: answers.money_remark, version };
  const said = words(now.stage, now.remark, now.version);
  assert.ok(one.may.includes(said), `${one.receipt.number} says “${said}”, not “${one.may.join('” or “')}”`);
  assert.equal(history.length, version, `${one.receipt.number}: every change is on record once`);
  one.now = now;
  one.may = [said];
}

/** Numbers are given one after the other, so a gap would be one that was lost. */
function areNumbersWhole(all) {
  const numbers = all.map((one) => one.receipt.number).sort();
  assert.equal(new Set(numbers).size, numbers.length, 'a number was given twice');
  for (const year of new Set(numbers.map((number) => number.split('-')[0]))) {
    const found = numbers.filter((number) => number.startsWith(year)).map((number) => Number(number.split('-')[1]));
    found.sort((a, b) => a - b).forEach((number, at) => assert.equal(number, at + 1, `there is a gap at ${year}-${at + 1}`));
  }
}

/** Each application and its receipt's mail were kept together, and so was each step on record. */
async function areKeptTogether(place, data, all) {
  if (!canAsk) return;
  const count = async (what) => Number(await sql(place, data, `SELECT count(*) FROM ${what}`));
  assert.equal(await count('application'), all.length, 'applications that nobody sent, or sent twice');
  assert.equal(await count("outbox WHERE purpose = 'receipt'"), all.length, 'one mail an application');
  assert.equal(await count("record WHERE kind = '\"received\"'"), all.length, 'one reception an application');
}

test(`${KILLS} kills in the middle of writing lose nothing that was acknowledged`, { timeout: 1_800_000 }, async (place) => {
  console.log(`    seed ${SEED}`);
  const random = dice(SEED);
  const all = [];
  const owned = Array.from({ length: CLIENTS }, () => []);
  let server = await place.start();
  let changes = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = all.length;
    const clients = Promise.allSettled(owned.map((mine) => client(server, random, all, mine)));
    await sleep(random() * LATEST_MS);
    await server.kill();
    for (const { reason } of await clients) if (reason) throw reason;
    server = await place.start();
    try {
      const due = all.filter((one, at) => at >= before || one.may.length !== 1 || random() < SAMPLE / before);
      // Those that were not acknowledged come last: only then is known how many were.
      due.sort((a, b) => Number(!a.receipt) - Number(!b.receipt));
      for (const one of due) await compare(server, one);
      changes += due.length;
      areNumbersWhole(all);
      await isWhole(place, server.data);
      await areKeptTogether(place, server.data, all);
    } catch (error) {
      error.message = `kill ${kill} of seed ${SEED}: ${error.message}`;
      throw error;
    }
  }
  for (const one of all) await compare(server, one);
  assert.ok(all.length > KILLS, `only ${all.length} applications were sent`);
  console.log(`    ${all.length} applications, ${changes} looked at after a kill`);
});

test('killed while it starts for the first time, it starts well the next time', async (place) => {
  const random = dice(SEED + 1);
  for (let kill = 0; kill < 10; kill += 1) {
    const data = `first-${kill}`;
    const early = await place.start({ data, is_ready: false });
    await sleep(random() * 40);
    await early.kill();
    const server = await place.start({ data });
    await apply(server);
    await isWhole(place, server.data);
    await server.kill();
  }
});

test('killed while it starts on data that is there, it loses nothing', async (place) => {
  const random = dice(SEED + 2);
  let server = await place.start();
  const all = [];
  for (let kill = 0; kill < 8; kill += 1) {
    // What is in the write-ahead log alone has to be read back by whoever starts next.
    for (let sent = 0; sent < 5; sent += 1) all.push(await apply(server));
    await server.kill();
    const early = await place.start({ is_ready: false });
    await sleep(random() * 40);
    await early.kill();
    server = await place.start();
    for (const one of all) {
      const found = await read(server, one);
      assert.equal(found.status, 200, `${one.receipt.number} is lost (seed ${SEED}): ${found.text}`);
    }
  }
  await isWhole(place, server.data);
});

test('evidence that was still being read when it was killed is read after the restart', async (place) => {
  let questions = 0;
  place.forgeAnswers = () => (questions += 1); // It never answers.
  let server = await place.start();
  const one = await apply(server);
  await until('the forge to be asked', () => questions > 0);
  const pending = (application) => application.findings.some((finding) => finding.reason.code === 'checking');
  assert.ok(pending((await read(server, one)).value), 'the check has ended already');
  await server.kill();
  place.forgeAnswers = (_, response) => response.writeHead(404).end('{}');
  server = await place.start();
  await until('the check to end', async () => !pending((await read(server, one)).value));
  assert.ok((await outbox(server)).includes(one.receipt.number), 'its mail still waits');
});
