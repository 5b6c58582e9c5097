// Mail through a real mail server: what arrives, and what happens when it does not want it.

import { LeftOut, assert, sleep, test, until } from './harness.mjs';
import { apply, form, hire, isThere, outbox, send, signIn } from './people.mjs';
import { LOOK_MS, Post, header, makeDue, settled } from './post.mjs';
import { canAsk } from './data.mjs';

/** Each waits for the server to look at what is due. */
const TOGETHER = { together: true };

/** The code in the mail that was taken for an address. */
const codeIn = (post) => async (_, mail) => {
  const mails = await post.mails(mail);
  return header(mails.at(-1), 'subject')[0].match(/^\d{6}/)[0];
};

/** Mails are looked at in the data, too; without means for that a test is left out. */
function needsData() {
  if (!canAsk) throw new LeftOut('neither sqlite3 nor a Python with sqlite3 is here');
}

test('the receipt arrives: to whom, about what, with a link that opens the application', TOGETHER, async (place) => {
  const post = await Post.open(place);
  const server = await place.start({ words: [...post.words, '--public-url', 'https://hub.example'] });
  const one = await apply(server);
  const [mail] = await post.mails(one.answers.mail);
  assert.deepEqual(mail.to, [one.answers.mail]);
  assert.equal(mail.from, 'program@hub.example');
  assert.deepEqual(header(mail, 'to'), [one.answers.mail]);
  assert.deepEqual(header(mail, 'from'), ['Program <program@hub.example>']);
  assert.deepEqual(header(mail, 'subject'), [`Received: application ${one.receipt.number}`]);
  for (const name of ['date', 'message-id', 'mime-version']) assert.equal(header(mail, name).length, 1, name);
  assert.deepEqual(mail.defects, []);
  assert.ok(mail.text.includes('Hello Inês Caldeira,'), mail.text);
  const link = mail.text.match(/https:\/\/hub\.example\/applications\/(\w+)#(\S+)/);
  assert.ok(link, mail.text);
  await isThere(server, { ...one, receipt: { ...one.receipt, id: link[1], key: link[2] } });
});

test('a code to sign in arrives and works, once', TOGETHER, async (place) => {
  const post = await Post.open(place);
  const server = await place.start({ words: post.words });
  const mail = 'marta@hub.example';
  await hire(server, mail);
  const { cookie, code, asking } = await signIn(server, mail, codeIn(post));
  const me = await server.ask('GET', '/api/v1/me', { headers: { cookie } });
  assert.equal(me.status, 200);
  assert.ok(me.text.includes(mail), me.text);
  const again = await server.ask('POST', '/api/v1/sign-in/code', { headers: { cookie: asking }, body: { mail, code } });
  assert.equal(again.status, 401, 'the code is good twice');
  // Nobody else is written to.
  const stranger = 'stranger@tidal.example';
  assert.equal((await server.ask('POST', '/api/v1/sign-in', { body: { mail: stranger } })).status, 202);
  await sleep(LOOK_MS + 500);
  assert.deepEqual(post.events('taken').flatMap(({ to }) => to), [mail]);
});

test('each mail is given once, also when the server is started again', TOGETHER, async (place) => {
  needsData();
  const post = await Post.open(place);
  let server = await place.start({ words: post.words });
  const all = [];
  for (let count = 0; count < 8; count += 1) all.push(await apply(server));
  // Sent again, it is no second mail either.
  await send(server, all[0]);
  await settled(place, server, 'sent_at IS NOT NULL');
  assert.equal((await server.stop('SIGTERM', 30_000)).code, 0);
  server = await place.start({ words: post.words });
  await makeDue(place, server);
  await sleep(LOOK_MS + 1000);
  const given = post.events('taken').flatMap(({ to }) => to).sort();
  assert.deepEqual(given, all.map(({ answers }) => answers.mail).sort());
  const names = new Set(post.events('taken').map((mail) => header(mail, 'message-id')[0]));
  assert.equal(names.size, all.length, 'mails share a Message-ID');
});

for (const code of [451, 550]) {
  test(`refused with ${code}, a mail waits with the reason and goes out later`, TOGETHER, async (place) => {
    needsData();
    const post = await Post.open(place);
    await post.tell(`refuse ${code}`);
    let server = await place.start({ words: post.words });
    const one = await apply(server);
    const to = one.answers.mail;
    await post.mails(to, 'refused');
    await settled(place, server, 'tries = 1');
    await isThere(server, one);
    // It is not knocked at the door every few seconds.
    await sleep(LOOK_MS + 1000);
    assert.equal(post.events('refused').length, 1, 'it was tried again at once');
    // Without a mail server whoever runs the program sees what waits, and why.
    await server.stop('SIGTERM', 30_000);
    server = await place.start();
    const page = await outbox(server);
    assert.ok(page.includes(`to ${to}`) && page.includes('It did not go out'), page);
    assert.ok(page.includes('not now, says the test'), page);
    await server.stop();

    await post.tell('take');
    server = await place.start({ words: post.words });
    await makeDue(place, server);
    assert.equal((await post.mails(to)).length, 1);
    await settled(place, server, 'sent_at IS NOT NULL');
  });
}

test('a connection that breaks before the mail is acknowledged loses nothing, and the mail keeps its name', TOGETHER, async (place) => {
  needsData();
  const post = await Post.open(place);
  await post.tell('drop');
  const server = await place.start({ words: post.words });
  const one = await apply(server);
  const [dropped] = await post.mails(one.answers.mail, 'dropped');
  await settled(place, server, 'tries = 1');
  await post.tell('take');
  await makeDue(place, server);
  const taken = await post.mails(one.answers.mail);
  assert.equal(taken.length, 1);
  // By its name a reader's program tells that it is the same mail.
  assert.deepEqual(header(taken[0], 'message-id'), header(dropped, 'message-id'));
});

test('one recipient who is refused holds up nobody else', TOGETHER, async (place) => {
  needsData();
  const post = await Post.open(place);
  await post.tell('refuse 550');
  const server = await place.start({ words: post.words });
  await apply(server);
  await settled(place, server, 'tries = 1');
  await post.tell('take');
  const other = await apply(server);
  await post.mails(other.answers.mail);
});

test('a slow mail server keeps nobody waiting but the mail', async (place) => {
  const post = await Post.open(place);
  await post.tell('slow 3');
  const server = await place.start({ words: post.words });
  for (let count = 0; count < 3; count += 1) await apply(server);
  await until('a mail to be on its way', () => post.events('slow').length > 0);
  for (let count = 0; count < 10; count += 1) {
    const begin = performance.now();
    await apply(server);
    assert.equal((await server.ask('GET', '/readyz')).status, 200);
    const took = performance.now() - begin;
    assert.ok(took < 1000, `an application took ${took.toFixed()} ms beside a slow mail server`);
  }
});

test('while the mail server is away, the server starts, answers and keeps every mail', TOGETHER, async (place) => {
  needsData();
  // The port of one that was there: nobody listens on it now.
  const before = await Post.open(place);
  await before.close();
  const server = await place.start({ words: before.words });
  const all = [];
  for (let count = 0; count < 4; count += 1) all.push(await apply(server));
  await settled(place, server, 'tries >= 1');
  assert.equal((await server.ask('GET', '/readyz')).status, 200);
  await server.kill();
  const again = await place.start({ words: before.words });
  const post = await Post.open(place, before.port);
  await makeDue(place, again);
  for (const one of all) assert.equal((await post.mails(one.answers.mail)).length, 1);
});

test('killed while mails go out, it gives each again until it is noted, and always as the same mail', TOGETHER, async (place) => {
  needsData();
  const post = await Post.open(place);
  await post.tell('slow 0.3');
  let server = await place.start({ words: post.words });
  const all = [];
  for (let count = 0; count < 8; count += 1) all.push(await apply(server));
  for (let kill = 1; kill <= 3; kill += 1) {
    const before = post.events('slow').length;
    await until('a mail to be on its way', () => post.events('slow').length > before);
    await server.kill();
    server = await place.start({ words: post.words });
  }
  await settled(place, server, 'sent_at IS NOT NULL');
  for (const one of all) {
    const mails = await post.mails(one.answers.mail);
    assert.ok(mails.length <= 1 + 3, `${mails.length} mails`);
    assert.equal(new Set(mails.map((mail) => header(mail, 'message-id')[0])).size, 1, 'it is another mail each time');
  }
});

/** Texts that would be headers, or a second mail, if a line broke where it should not. */
const BREAKS = ['\r\nBcc: thief@evil.example', '\nBcc: thief@evil.example', '\r\n\r\nPay here', '\r\n.\r\nMAIL FROM:<x@evil.example>', '\u2028Bcc: thief@evil.example', '\0'];

test('nobody writes headers, or a mail of their own, through what they fill in', TOGETHER, async (place) => {
  const post = await Post.open(place);
  const server = await place.start({ words: post.words });
  const sent = [];
  for (const text of BREAKS) {
    for (const more of [
      { name: `Inês${text}` },
      { mail: `ines@tidal.example${text}` },
      { mail: `"ines${text}"@tidal.example` },
      { namespace: `kelp${text}` },
      { money_remark: `None${text}` },
      { name: 'Inês <thief@evil.example>', money_remark: `.\r\n${text}` },
    ]) {
      const one = form(more);
      const answer = await send(server, one);
      assert.ok([201, 422].includes(answer.status), `${JSON.stringify(more)}: ${answer.text}`);
      if (answer.status === 201) sent.push({ ...one, receipt: answer.value });
    }
  }
  assert.ok(sent.length > 0, 'every text was refused');
  for (const one of sent) await post.mails(one.answers.mail.trim());
  const mails = post.events('taken');
  assert.equal(mails.length, sent.length);
  const names = ['content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];
  for (const mail of mails) {
    assert.equal(mail.to.length, 1);
    assert.match(mail.to[0], /@tidal\.example$/);
    assert.deepEqual(mail.headers.map(([name]) => name.toLowerCase()).sort(), names);
    assert.match(header(mail, 'subject')[0], /^Received: application \d{4}-\d{4}$/);
    // Somebody else's words stand in one line of ours.
    assert.match(mail.text, /^Hello [^\n]+,\r?\n\r?\nyour application for /);
  }
});
