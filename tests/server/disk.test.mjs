// The disk is full: what cannot be kept is refused with a sentence, what was kept stays, and
// when there is room again the server goes on by itself.
//
// The data folder lies on a small file system of its own, in memory. It is mounted in a mount
// namespace that only the server is in (`unshare`), so it is gone with the server, whatever
// happens to this program.

import { mkdir, open, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { LeftOut, assert, sleep, test, until } from './harness.mjs';
import { amend, apply, form, isThere, read, send } from './people.mjs';
import { isWhole } from './data.mjs';

/** How much the file system holds. */
const SIZE = '6m';

const MOUNT = `mount -t tmpfs -o size=${SIZE} tmpfs "$1"`;

/** As root it can be mounted at once; others are root in a user namespace of their own. */
const WAYS = [
  { unshare: ['-m'], enter: ['-m'] },
  { unshare: ['-rm'], enter: ['-U', '--preserve-credentials', '-m'] },
].slice(userInfo().uid === 0 ? 0 : 1);

/** A small file system at a data folder, seen by what runs in it alone. */
class SmallDisk {
  static async mount(place) {
    const data = await place.path('data');
    await mkdir(data);
    for (const { unshare, enter } of WAYS) {
      // It lasts as long as this shell, so that servers can end and start in it.
      const script = `${MOUNT} && echo mounted && exec cat`;
      const keeper = place.spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', data]);
      let end;
      keeper.ended.then((value) => (end = value));
      await until('the file system', () => end || keeper.output.stdout.includes('mounted'));
      if (!end) return new SmallDisk(place, keeper, enter, data);
    }
    throw new LeftOut('no small file system can be mounted here: `unshare -rm` and `mount -t tmpfs` have to work');
  }

  constructor(place, keeper, enter, data) {
    Object.assign(this, { place, keeper, enter });
    /** The data folder, seen from outside. */
    this.data = `/proc/${keeper.pid}/root${data}`;
    this.filler = join(this.data, 'filler');
  }

  /** Starts a server in it. */
  start() {
    return this.place.start({ through: ['nsenter', '-t', `${this.keeper.pid}`, ...this.enter] });
  }

  /** Takes up what is left; gives how much that was. */
  async fill() {
    const file = await open(this.filler, 'a');
    let bytes = 0;
    try {
      // First in large pieces, then to the last byte.
      for (const piece of [64 * 1024, 4096, 1]) {
        try {
          for (;;) bytes += (await file.write(Buffer.alloc(piece, 1))).bytesWritten;
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      await file.close();
    }
    return bytes;
  }

  /** Makes room again. */
  free() {
    return rm(this.filler);
  }
}

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
