// The disk is full: what cannot be kept is refused with a sentence, what was kept stays, and
// when there is room again the server goes on by itself.

import { SmallDisk } from './disk.mjs';
import { assert, sleep, test, until } from './harness.mjs';
import { amend, apply, form, isThere, read, send } from './people.mjs';
import { isWhole } from './data.mjs';

/** A refusal for want of room, in the form of all refusals. */
function isNoRoom(answer) {
  assert.equal(answer.status, 503, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(answer.value.status, 503);
  assert.match(answer.value.detail, /no room/);
}

/** Sends until there is no room; those that were taken, and the first that was not. */
async function sendUntilRefused(server) {
  const taken = [];
  for (let tries = 0; tries < 500; tries += 1) {
    const one = form({ money_remark: 'x'.repeat(3000) });
    const answer = await send(server, one);
    if (answer.status !== 201) return { taken, refused: one, answer };
    taken.push({ ...one, receipt: answer.value });
  }
  return assert.fail('the disk is not full');
}

test('a full disk refuses with a sentence, loses nothing and is done with when there is room', async (place) => {
  const disk = await SmallDisk.mount(place);
  const server = await disk.start();
  const first = await apply(server);
  assert.ok((await disk.fill()) > 100_000, 'the file system is not the small one');

  const { taken, refused, answer } = await sendUntilRefused(server);
  isNoRoom(answer);
  const kept = [first, ...taken];
  for (let again = 0; again < 5; again += 1) isNoRoom(await send(server, form()));
  isNoRoom(await server.ask('POST', '/api/v1/sign-in', { body: { mail: 'marta@hub.example' } }));
  isNoRoom(await amend(server, first, { ...first.answers, money_remark: 'second' }, 1));

  // Reading goes on.
  for (const one of kept) await isThere(server, one);
  assert.equal((await read(server, first)).value.version, 1, 'what was refused is not kept');
  for (const path of ['/', '/api/v1/program', '/readyz']) {
    assert.equal((await server.ask('GET', path)).status, 200, path);
  }

  await disk.free();
  await until('sending to work again', async () => (await send(server, refused)).status === 201);
  const later = await apply(server);
  for (const one of [...kept, later]) await isThere(server, one);
  // What was refused took no number.
  assert.equal(Number(later.receipt.number.slice(5)), kept.length + 2);
  assert.equal((await amend(server, first, { ...first.answers, money_remark: 'second' }, 1)).status, 200);
  await isWhole(place, disk.data);
});

test('a server that was killed while the disk was full has all it acknowledged', async (place) => {
  const disk = await SmallDisk.mount(place);
  let server = await disk.start();
  const first = await apply(server);
  await disk.fill();
  const { taken } = await sendUntilRefused(server);
  await server.kill();
  await disk.free();
  server = await disk.start();
  for (const one of [first, ...taken]) await isThere(server, one);
  await apply(server);
  await isWhole(place, disk.data);
});

test('a full disk keeps no server that was killed from starting again: it answers whoever reads, and refuses whoever writes', async (place) => {
  const disk = await SmallDisk.mount(place);
  let server = await disk.start();
  const first = await apply(server);
  // One that ended in order has taken its log in, and needs a little room to begin another.
  await server.kill();
  await disk.fill();
  server = await disk.start();
  await isThere(server, first);
  isNoRoom((await sendUntilRefused(server)).answer);
  await disk.free();
  await apply(server);
});

test('evidence that found no room is read again when there is some, without a restart', { timeout: 60_000 }, async (place) => {
  const disk = await SmallDisk.mount(place);
  const waiting = [];
  place.forgeAnswers = (_, response) => waiting.push(response);
  const server = await disk.start();
  const one = await apply(server);
  await until('the forge to be asked', () => waiting.length > 0);
  await disk.fill();
  await sendUntilRefused(server);
  place.forgeAnswers = (_, response) => response.writeHead(404).end('{}');
  for (const response of waiting) response.writeHead(404).end('{}');
  // Long enough to read the answers, and to find that there is no room for them.
  await sleep(1500);
  await disk.free();
  const isPending = (application) => application.findings.some((finding) => finding.reason.code === 'checking');
  await until('the evidence', async () => !isPending((await read(server, one)).value), 30_000);
});
