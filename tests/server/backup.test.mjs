// A backup is taken while others write, and put back elsewhere; what is no backup is refused, and
// the data that is there stays.

import { copyFile, mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LeftOut, assert, isOneSentence, sleep, test } from './harness.mjs';
import { apply, hire, isThere, read, send, signIn } from './people.mjs';
import { FILE, canAsk, isWhole, sql } from './data.mjs';

/** Sends until it is told to stop; what was acknowledged. */
function writer(server) {
  const all = [];
  let goes = true;
  const work = (async () => {
    while (goes) all.push(await apply(server));
  })();
  return {
    all,
    stop: () => {
      goes = false;
      return work;
    },
  };
}

test('a backup that is taken while others write has everything that was acknowledged before', async (place) => {
  const server = await place.start();
  const mail = 'marta@hub.example';
  await hire(server, mail);
  const writers = Array.from({ length: 3 }, () => writer(server));
  await sleep(300);
  const before = writers.flatMap(({ all }) => [...all]);
  const file = await place.path('copy.sqlite');
  const done = await place.run(['backup', file, '--data', server.data]);
  assert.equal(done.code, 0, done.stderr);
  assert.ok(done.stdout.includes(file));
  const during = writers.flatMap(({ all }) => all).length - before.length;
  await Promise.all(writers.map(({ stop }) => stop()));
  assert.ok(before.length > 0 && during > 0, `${before.length} before, ${during} during the backup`);

  const put = await place.run(['restore', file, '--data', await place.path('elsewhere')]);
  assert.equal(put.code, 0, put.stderr);
  const other = await place.start({ data: 'elsewhere' });
  for (const one of before) {
    await isThere(other, one);
    assert.deepEqual((await send(other, one)).value, one.receipt, 'sent again, it has another receipt');
  }
  // It is a server like any other: people of staff can sign in, and numbers go on.
  await signIn(other, mail);
  const next = await apply(other);
  assert.ok(!before.some((one) => one.receipt.number === next.receipt.number));
  await isWhole(place, other.data);
  // The first one never stopped.
  await apply(server);
});

test('a backup is one file, whole, and as private as the data', async (place) => {
  const server = await place.start();
  await apply(server);
  const folder = await place.path('copies');
  await mkdir(folder);
  const file = join(folder, 'copy.sqlite');
  assert.equal((await place.run(['backup', file, '--data', server.data])).code, 0);
  assert.deepEqual(await readdir(folder), ['copy.sqlite']);
  const mode = async (path) => ((await stat(path)).mode & 0o777).toString(8);
  assert.equal(await mode(file), await mode(join(server.data, FILE)));
});

test('a backup never writes over a file', async (place) => {
  const server = await place.start();
  await apply(server);
  const file = await place.path('letter.txt');
  await writeFile(file, 'Dear Marta');
  const backup = async (target) => place.run(['backup', await place.path(target), '--data', server.data]);
  const earlier = await place.path('earlier');
  assert.equal((await backup('earlier')).code, 0);
  const bytes = await readFile(earlier);
  await writeFile(await place.path('empty'), '');
  for (const name of ['letter.txt', 'earlier', 'empty']) isOneSentence(await backup(name), /exists/);
  assert.equal(await readFile(file, 'utf8'), 'Dear Marta');
  assert.ok(bytes.equals(await readFile(earlier)));
  assert.equal((await stat(await place.path('empty'))).size, 0);
});

test('a backup that cannot be written, or of data that is not there, is refused', async (place) => {
  const server = await place.start();
  const nowhere = await place.path('no/such/folder/copy');
  isOneSentence(await place.run(['backup', nowhere, '--data', server.data]), /no\/such\/folder/);
  const [copy, nothing] = [await place.path('copy'), await place.path('nothing')];
  isOneSentence(await place.run(['backup', copy, '--data', nothing]), /nothing/);
  await assert.rejects(stat(copy), 'it left something behind');
  await assert.rejects(stat(nothing), 'it made a data folder');
});

/** Files that are no backups, by what they are. */
const OTHERS = {
  'a text': async (file) => writeFile(file, 'Dear Marta\n'.repeat(1000)),
  'an empty file': async (file) => writeFile(file, ''),
  'a backup that was cut short': async (file) => truncate(file, Math.floor((await stat(file)).size * 0.6)),
  'a backup with a page overwritten': async (file) => {
    const bytes = await readFile(file);
    bytes.fill(0xa5, 4096, 3 * 4096);
    await writeFile(file, bytes);
  },
  'another program’s SQLite database': async (file, place) => {
    if (!canAsk) throw new LeftOut('neither sqlite3 nor a Python with sqlite3 is here');
    await writeFile(file, '');
    // Here the statement goes to that file, whatever its folder is called.
    const folder = await place.path('other');
    await mkdir(folder);
    await sql(place, folder, 'CREATE TABLE tide (at INTEGER)');
    await copyFile(join(folder, FILE), file);
  },
  'a database of a newer program': async (file, place) => {
    if (!canAsk) throw new LeftOut('neither sqlite3 nor a Python with sqlite3 is here');
    const folder = await place.path('newer');
    await mkdir(folder);
    await copyFile(file, join(folder, FILE));
    await sql(place, folder, 'PRAGMA user_version = 999');
    await copyFile(join(folder, FILE), file);
  },
  'a file that is not there': async (file) => rm(file),
};

for (const [what, make] of Object.entries(OTHERS)) {
  test(`${what} is not restored, and the data that is there stays`, async (place) => {
    const server = await place.start();
    const one = await apply(server);
    const file = await place.path('given');
    assert.equal((await place.run(['backup', file, '--data', server.data])).code, 0);
    await make(file, place);
    assert.equal((await server.stop()).code, 0);
    const before = await readdir(server.data);
    // It names the file: the data is not what is wrong.
    isOneSentence(await place.run(['restore', file, '--data', server.data]), /given/);
    assert.deepEqual(await readdir(server.data), before, 'it left something behind');
    const again = await place.start();
    await isThere(again, one);
    await apply(again);
  });
}

test('restoring keeps the data that was there beside it', async (place) => {
  const server = await place.start();
  const old = await apply(server);
  const file = await place.path('copy');
  assert.equal((await place.run(['backup', file, '--data', server.data])).code, 0);
  const late = await apply(server);
  // Killed, so that what is in the write-ahead log alone has to be kept, too.
  await server.kill();
  const done = await place.run(['restore', file, '--data', server.data]);
  assert.equal(done.code, 0, done.stderr);
  const kept = done.stdout.match(/kept in (\S+\.sqlite)/)?.[1];
  assert.ok(kept, done.stdout);
  const again = await place.start();
  await isThere(again, old);
  assert.equal((await read(again, late)).status, 404);
  await again.stop();
  // And what was kept can be put back.
  assert.equal((await place.run(['restore', kept, '--data', server.data])).code, 0);
  const back = await place.start();
  await isThere(back, old);
  await isThere(back, late);
});

test('under a server that runs, restoring is refused, or done as a whole', async (place) => {
  const server = await place.start();
  const one = await apply(server);
  const file = await place.path('copy');
  assert.equal((await place.run(['backup', file, '--data', server.data])).code, 0);
  const two = await apply(server);
  const done = await place.run(['restore', file, '--data', server.data]);
  // Refused, nothing of it is done; done, the server goes on with the backup by itself.
  const isRefused = done.code !== 0;
  if (isRefused) isOneSentence(done, /in use|runs|running|stop/i);
  const isRight = async (running) => {
    await isThere(running, one);
    assert.equal((await read(running, two)).status, isRefused ? 200 : 404);
  };
  await isRight(server);
  const three = await apply(server);
  await server.kill();
  const again = await place.start();
  await isRight(again);
  await isThere(again, three);
  await isWhole(place, again.data);
});
