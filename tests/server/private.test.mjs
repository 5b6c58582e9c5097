// What the data folder holds: no secret in plain, neither in a row nor in what a row left behind
// in a free page or in the write-ahead log.

import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, sleep, test } from './harness.mjs';
import { isThere } from './people.mjs';
import { leave } from './traces.mjs';
import { LOOK_MS, Post, header, settled } from './post.mjs';

/** Where in the files of a folder these words are, with what stands around them. */
async function found(folder, words) {
  const places = [];
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    for (const [what, word] of Object.entries(words)) {
      const at = bytes.indexOf(word);
      if (at < 0) continue;
      const around = bytes.subarray(Math.max(0, at - 24), at + word.length + 24).toString('latin1');
      places.push(`${what} in ${name} at ${at}: ${JSON.stringify(around)}`);
    }
  }
  return places;
}

async function isClean(server, words, when, patience = 0) {
  const end = performance.now() + patience;
  let places = await found(server.data, words);
  while (places.length && performance.now() < end) {
    await sleep(250);
    places = await found(server.data, words);
  }
  if (places.length) assert.fail(`${when}, the data folder holds\n${places.join('\n')}`);
}

const codeIn = (post) => async (_, mail) =>
  header((await post.mails(mail)).at(-1), 'subject')[0].match(/^\d{6}/)[0];

/** A run with a mail server that takes everything; all mails are out. */
async function run(place) {
  const post = await Post.open(place);
  const server = await place.start({ words: post.words });
  const traces = await leave(server, codeIn(post));
  await settled(place, server, 'sent_at IS NOT NULL');
  // What is looked for is looked for rightly: what is kept on purpose is found.
  assert.ok((await found(server.data, { name: traces.personal['a name'] })).length > 0, 'nothing is found at all');
  return { server, traces };
}

test('once mails are out, no secret is in the data folder of a server that runs', { together: true }, async (place) => {
  const { server, traces } = await run(place);
  await isClean(server, traces.secrets, 'while it runs', 2 * LOOK_MS);
});

test('nor is one there after it has ended', { together: true }, async (place) => {
  const { server, traces } = await run(place);
  assert.equal((await server.stop('SIGTERM', 30_000)).code, 0);
  await isClean(server, traces.secrets, 'after its end');
  const left = (await readdir(server.data)).filter((name) => name.endsWith('-wal'));
  assert.deepEqual(left, [], 'the write-ahead log is not taken in');
});

test('nor is one there after it was killed and started again', { together: true }, async (place) => {
  const { server, traces } = await run(place);
  await server.kill();
  const again = await place.start();
  await isThere(again, traces.first);
  assert.equal((await again.stop()).code, 0);
  await isClean(again, traces.secrets, 'after a kill');
});

test('nor is one in a backup', { together: true }, async (place) => {
  const { server, traces } = await run(place);
  const folder = await place.path('copies');
  await mkdir(folder);
  assert.equal((await place.run(['backup', join(folder, 'copy'), '--data', server.data])).code, 0);
  await isClean({ data: folder }, traces.secrets, 'as a backup');
});
