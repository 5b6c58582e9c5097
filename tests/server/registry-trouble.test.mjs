// Trouble with a part of a registry, or for a while: the rest is read, and what failed is asked for again.

import { readFile } from 'node:fs/promises';
import { assert, test } from './harness.mjs';
import { StandIn, config, details, head, isIn, json, listed, openRegistry, read, reads, serve, whole } from './registry.mjs';
import { copy, image } from './images.mjs';

const TOGETHER = { together: true };
const WEB = image({ text: 'web' });
const POOL = image({ text: 'pool', architecture: 'riscv64' });

const isTagsOf = (name) => (asked) => asked.url.startsWith(`/v2/${name}/tags/`);

/** What one repository of several does. */
const ONE = {
  'never answers': () => true,
  'breaks off': (asked) => asked.socket.destroy(),
  'says less often': (_, answer) => json(answer, {}, { 'retry-after': '1' }, 429),
};

test('one repository that does not answer is left, and those after it are read', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  for (const name of ['a', 'b', 'c']) standIn.put(`kelpworks/${name}`, '1.0', WEB);
  const server = await serve(place, standIn.origin);
  let tags = 1;
  for (const [what, does] of Object.entries(ONE)) {
    tags += 1;
    for (const name of ['a', 'b', 'c']) standIn.put(`kelpworks/${name}`, `${tags}.0`, WEB);
    const before = (await listed(server, 'kelpworks')).a;
    standIn.answers = (asked, answer) => isTagsOf('kelpworks/a')(asked) && does(asked, answer) !== false;
    await reads(place, standIn.origin, '3 repositories, 0 new manifests, 0 gone, 0 names set aside. 1 could not be read and stay as they were.', { patience: 30_000 });
    await isIn(server, null);
    assert.deepEqual(await listed(server, 'kelpworks'), { a: before, b: tags, c: tags }, what);
    standIn.answers = () => false;
    await reads(place, standIn.origin, '3 repositories, 0 new manifests, 0 gone, 0 names set aside.');
    assert.deepEqual(await listed(server, 'kelpworks'), { a: tags, b: tags, c: tags }, what);
  }
});

test('a question that is lost, or that comes too early, is asked once more', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  standIn.put('kelpworks/pool', '1.0', POOL);
  for (const does of [ONE['breaks off'], ONE['says less often']]) {
    const seen = new Set();
    standIn.answers = (asked, answer) => {
      if (seen.has(asked.url)) return false;
      seen.add(asked.url);
      return does(asked, answer) !== false;
    };
    await reads(place, standIn.origin, '2 repositories, 2 new manifests, 0 gone, 0 names set aside.', { data: `data-${does.name}` });
  }
});

test('a reading that was stopped goes on where it stopped', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  const names = Array.from({ length: 60 }, (_, at) => `kelpworks/image-${String(at).padStart(2, '0')}`);
  for (const name of names) standIn.put(name, '1.0', WEB);
  await reads(place, standIn.origin, '60 repositories, 1 new manifest, 0 gone, 0 names set aside.');
  // Enough for the first ones in the alphabet, and then it asks to be left alone.
  const budget = { left: 0 };
  const order = async () => {
    const found = new Set();
    standIn.answers = (asked, answer) => {
      const name = asked.url.match(/^\/v2\/(.+)\/tags\//)?.[1];
      if (!name) return false;
      if (budget.left <= 0) return ONE['says less often'](asked, answer) !== false;
      budget.left -= 1;
      found.add(name);
      return false;
    };
    budget.left = 30;
    const done = await read(place, standIn.origin);
    assert.equal(done.code, 2, done.stderr);
    return found;
  };
  const [first, second] = [await order(), await order()];
  assert.deepEqual([first.size, second.size], [30, 30]);
  // Some are read at the same time, so that a few come before their turn.
  const both = new Set([...first, ...second]).size;
  assert.ok(both > 50, `${both} of 60`);
});

test('what is kept elsewhere and cannot be had now is asked for again', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  // A name that nobody ever has (RFC 2606).
  standIn.answers = (asked, answer) => asked.url.includes('/blobs/') && Boolean(answer.writeHead(307, { location: 'https://blobs.invalid/' }).end());
  const server = await serve(place, standIn.origin);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  standIn.answers = () => false;
  standIn.asked.length = 0;
  await reads(place, standIn.origin, '1 repository, 1 new manifest, 0 gone, 0 names set aside.');
  assert.ok(standIn.asked.includes(head('kelpworks/web', '1.0')));
  assert.ok(standIn.asked.includes(whole('kelpworks/web', WEB)));
  assert.ok(standIn.asked.includes(config('kelpworks/web', WEB)));
  const [{ platforms, made_at }] = (await details(server, 'kelpworks', 'web')).tags;
  assert.deepEqual([platforms, made_at], [['linux/amd64'], '2026-05-04T03:02:01Z']);
});

test('a manifest that came garbled once is read once it comes whole', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', { ...image({ text: 'other' }), digest: WEB.digest });
  const server = await serve(place, standIn.origin);
  assert.deepEqual((await details(server, 'kelpworks', 'web')).tags[0].platforms, []);
  standIn.put('kelpworks/web', '1.0', WEB);
  await reads(place, standIn.origin, '1 repository, 1 new manifest, 0 gone, 0 names set aside.');
  const [{ platforms, unknown_kind }] = (await details(server, 'kelpworks', 'web')).tags;
  assert.deepEqual([platforms, unknown_kind], [['linux/amd64'], null]);
});

test('the registry that the README offers lists what is pushed to it', TOGETHER, async (place) => {
  const own = await readFile(new URL('../../deploy/registry.yml', import.meta.url), 'utf8');
  const text = own.replace('127.0.0.1:5055', '127.0.0.1:0').replace('level: warn', 'level: info');
  assert.notEqual(text, own);
  const registry = await openRegistry(place, { text });
  await copy(place, registry.origin, { 'lanternfs/lanternfs:latest': WEB });
  await reads(place, registry.origin, '1 repository, 1 new manifest, 0 gone, 0 names set aside.');
});
