// Registries go on reporting whatever happens: the server is killed, its disk is full, its clock
// jumps. What was acknowledged is counted, each event once.

import { SmallDisk } from './disk.mjs';
import { LONG, SEED, assert, dice, sleep, test, until } from './harness.mjs';
import { SOON, counted, pull, registry, report, staff } from './reports.mjs';

const KILLS = LONG ? 100 : 10;
const CLIENTS = 4;

/** How long after the burst's begin the server is killed, at most. */
const LATEST_MS = 400;

/** How long the last of what was reported may take to be counted. */
const PATIENCE = 60_000;

const tagsOf = (events) => events.map((event) => event.target.tag);

/** Fails unless these tags were counted once, and nothing else was; once they all were. */
async function areCountedOnce(server, headers, tags) {
  const expected = [...tags].sort();
  let found = new Map();
  await until(
    'everything to be counted',
    async () => {
      found = await counted(server, headers);
      return found.size >= expected.length;
    },
    PATIENCE,
  );
  // What is counted twice comes a moment later.
  await sleep(1_500);
  found = await counted(server, headers);
  assert.deepEqual([...found.keys()].sort(), expected, `seed ${SEED}`);
  const often = [...found].filter(([, count]) => count !== 1);
  assert.deepEqual(often, [], `counted more than once (seed ${SEED})`);
}

/**
 * One registry: it sends a body until that is taken, and then the next; now and then it has not
 * heard that it was, and sends it again. It stops when the server is gone.
 */
async function client(server, token, random, mine) {
  for (;;) {
    mine.due ??= Array.from({ length: 1 + Math.floor(random() * 20) }, () => pull());
    try {
      const answer = await report(server, token, mine.due);
      assert.equal(answer.status, 202, answer.text);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
    mine.taken.push(...mine.due);
    if (random() < 0.8) mine.due = undefined;
  }
}

test(`${KILLS} kills while registries report lose no pull and count none twice`, { timeout: 1_800_000 }, async (place) => {
  console.log(`    seed ${SEED}`);
  const random = dice(SEED);
  let server = await place.start({ words: SOON });
  const token = await registry(place, server.data);
  const all = Array.from({ length: CLIENTS }, () => ({ taken: [], due: undefined }));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const clients = Promise.allSettled(all.map((mine) => client(server, token, random, mine)));
    await sleep(random() * LATEST_MS);
    await server.kill();
    for (const { reason } of await clients) if (reason) throw reason;
    server = await place.start({ words: SOON });
  }
  // What was not acknowledged may have been kept; sent again, it is there for certain.
  for (const mine of all) {
    if (mine.due) assert.equal((await report(server, token, mine.due)).status, 202);
    mine.taken.push(...(mine.due ?? []));
  }
  const tags = new Set(all.flatMap((mine) => tagsOf(mine.taken)));
  assert.ok(tags.size > KILLS * 10, `only ${tags.size} events were sent`);
  await areCountedOnce(server, await staff(server), tags);
  console.log(`    ${tags.size} pulls`);
});

test('a full disk refuses reports, loses nothing that it took, and goes on when there is room', { timeout: 120_000 }, async (place) => {
  const disk = await SmallDisk.mount(place);
  const server = await disk.start(SOON);
  const token = await registry(place, disk.data);
  const headers = await staff(server);
  const first = [pull(), pull()];
  assert.equal((await report(server, token, first)).status, 202);
  await areCountedOnce(server, headers, tagsOf(first));
  await disk.fill();
  const taken = [...first];
  let refused;
  for (let tries = 0; tries < 2_000 && !refused; tries += 1) {
    const events = Array.from({ length: 20 }, () => pull());
    const answer = await report(server, token, events);
    if (answer.status === 202) taken.push(...events);
    else refused = { events, answer };
  }
  assert.equal(refused?.answer.status, 503, refused?.answer.text);
  assert.ok(Number(refused.answer.headers.get('retry-after')) > 0, 'the registry is told when to come again');
  // Whoever looks at pulls is answered all the same.
  assert.ok((await counted(server, headers)).size >= first.length);
  await disk.free();
  await until('reports to be taken again', async () => (await report(server, token, refused.events)).status === 202);
  await areCountedOnce(server, headers, tagsOf([...taken, ...refused.events]));
});

test('killed while the disk is full, it has every pull that it acknowledged', { timeout: 120_000 }, async (place) => {
  const disk = await SmallDisk.mount(place);
  let server = await disk.start(SOON);
  const token = await registry(place, disk.data);
  await disk.fill();
  const taken = [];
  for (let tries = 0; tries < 2_000; tries += 1) {
    const events = Array.from({ length: 20 }, () => pull());
    if ((await report(server, token, events)).status !== 202) break;
    taken.push(...events);
  }
  await server.kill();
  await disk.free();
  server = await disk.start(SOON);
  const more = [pull()];
  assert.equal((await report(server, token, more)).status, 202);
  await areCountedOnce(server, await staff(server), tagsOf([...taken, ...more]));
});

test('a clock that jumps ahead and back counts nothing twice and loses nothing', { timeout: 120_000 }, async (place) => {
  const DAY = 86_400_000;
  const ahead = (days) => [...SOON, '--days-ahead', `${days}`];
  let server = await place.start({ words: SOON });
  const token = await registry(place, server.data);
  const [before, after] = [[pull(), pull()], [pull(new Date(Date.now() + 20 * DAY)), pull(new Date(Date.now() + 20 * DAY))]];
  const last = [pull()];
  for (const [days, reports] of [
    [0, [before]],
    [20, [before, after]],
    // What was of now is of the future here: it was counted then, and is not again.
    [0, [before, after, last]],
    [20, [last, after]],
  ]) {
    await server.stop();
    server = await place.start({ words: ahead(days) });
    for (const events of reports) assert.equal((await report(server, token, events)).status, 202);
    // So long that sessions close, or are found open by the next clock.
    await sleep(days ? 2_500 : 500);
  }
  await areCountedOnce(server, await staff(server), tagsOf([...before, ...after, ...last]));
});
