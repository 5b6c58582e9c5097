// What the server prints is for whoever runs it, and may be kept by others: nothing personal and
// no secret is in it, whatever happens.

import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { LeftOut, PYTHON, assert, sleep, test, until } from './harness.mjs';
import { codeInOutbox, form, read, send } from './people.mjs';
import { leave } from './traces.mjs';
import { FILE } from './data.mjs';
import { LOOK_MS, Post, header } from './post.mjs';

/** What of these words is in a text, by what it is. */
const found = (text, words) =>
  Object.entries(words).filter(([, word]) => text.toLowerCase().includes(word.toLowerCase())).map(([what]) => what);

function isClean(server, { secrets, personal }) {
  const all = found(server.said, { ...secrets, ...personal });
  assert.deepEqual(all, [], `the output holds it:\n${server.said}`);
}

for (const form of ['text', 'json']) {
  test(`the output holds nothing personal and no secret (log as ${form})`, { together: true }, async (place) => {
    const words = ['--trusted-proxy', '127.0.0.1', '--public-url', 'https://hub.example'];
    const server = await place.start({ words, env: { DSOS_LOG: form } });
    const traces = await leave(server, codeInOutbox);
    await server.stop();
    isClean(server, traces);
  });
}

test('nor does it when the forge answers nonsense that repeats them', { together: true }, async (place) => {
  place.forgeAnswers = (asked, response) => {
    const text = JSON.stringify({ full_name: 'Xanthippe Vandersloot', error: asked.url, mail: 'xanthippe@vandersloot.example' });
    response.writeHead(asked.url.length % 2 ? 200 : 500, { 'content-type': 'application/json' }).end(text);
  };
  const server = await place.start();
  const traces = await leave(server, codeInOutbox);
  await server.stop();
  isClean(server, traces);
});

/** Holds the data, as another program might, until its input ends. */
const HOLD = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
`;

test('nor does it when the data cannot be written', { together: true }, async (place) => {
  const python = [PYTHON, 'python3'].find((name) => name && spawnSync(name, ['-c', 'import sqlite3']).status === 0);
  if (!python) throw new LeftOut('no Python with sqlite3 is here to hold the data');
  const server = await place.start();
  const traces = await leave(server, codeInOutbox);
  const holder = place.spawn(python, ['-c', HOLD, join(server.data, FILE)]);
  await until('the data to be held', () => holder.output.stdout.includes('held'));
  // The server waits for some seconds before it gives up.
  const more = { name: 'Xanthippe Vandersloot', mail: 'xanthippe@vandersloot.example' };
  const refused = await send(server, form(more), { headers: { cookie: traces.headers.cookie } });
  assert.ok(refused.status >= 500, `${refused.status}: ${refused.text}`);
  assert.deepEqual(found(refused.text, traces.personal), [], refused.text);
  await server.ask('POST', '/api/v1/sign-in', { body: { mail: 'third@vandersloot.example' } });
  holder.stdin.end();
  await holder.ended;
  assert.equal((await read(server, traces.first)).status, 200);
  await server.stop();
  // A test of silence has to hear something.
  assert.match(server.child.output.stderr, /dsos\S*: |ERROR|WARN/);
  isClean(server, traces);
});

test('nor does it when the mail server repeats them in its refusals', { together: true }, async (place) => {
  const post = await Post.open(place);
  const server = await place.start({ words: post.words });
  const traces = await leave(server, async (_, mail) => header((await post.mails(mail)).at(-1), 'subject')[0].match(/^\d{6}/)[0]);
  await post.tell('refuse 550');
  const late = form({ name: 'Xanthippe Vandersloot', mail: 'late@vandersloot.example' });
  await send(server, late);
  await post.mails(late.answers.mail, 'refused');
  await post.close();
  await send(server, form({ mail: 'later@vandersloot.example' }));
  await sleep(LOOK_MS + 1000);
  await server.stop('SIGTERM', 30_000);
  isClean(server, traces);
});
