// A run of a server in which everything happens that leaves traces: people apply, sign in, get
// things wrong; and every secret and personal word of it, to be looked for afterwards.

import { request } from 'node:http';
import { assert } from './harness.mjs';
import { amend, apply, cookies, form, hire, read, send, signIn, withdraw } from './people.mjs';

/** An address of this machine that is not the one that the server listens on, where there is one. */
const CLIENT = process.platform === 'linux' ? '127.0.0.77' : undefined;

/** Asks from another address of this machine. */
function askFrom(server, localAddress, path, headers) {
  return new Promise((done, failed) => {
    const asked = request(server.url + path, { localAddress, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode));
    });
    asked.on('error', failed);
    asked.end();
  });
}

/** Does it all; `code` finds the code in a mail. Gives the words to look for, by what they are. */
export async function leave(server, code) {
  const staff = 'theodora.quill@hub.example';
  await hire(server, staff, 'Theodora Quillfeather');
  const person = { name: 'Xanthippe Vandersloot', money_remark: 'a-remark-in-confidence' };
  const one = form({ ...person, mail: 'xanthippe@vandersloot.example' });
  const two = form({ ...person, mail: 'second@vandersloot.example' });
  const first = await apply(server, one);
  const second = await apply(server, two);
  await apply(server, one);

  const session = await signIn(server, staff, code);
  const headers = { cookie: session.cookie };
  for (const path of ['/api/v1/me', '/api/v1/review', `/api/v1/review/${first.receipt.id}`]) {
    assert.equal((await server.ask('GET', path, { headers })).status, 200, path);
  }
  assert.equal((await amend(server, first, { ...first.answers, license: 'MIT' }, 1)).status, 200);
  assert.equal((await withdraw(server, second)).status, 200);

  // Whatever is refused, or is nonsense.
  const wrong = '918273';
  await server.ask('POST', '/api/v1/sign-in', { body: { mail: staff } });
  const stranger = await server.ask('POST', '/api/v1/sign-in', { body: { mail: 'stranger@vandersloot.example' } });
  await server.ask('POST', '/api/v1/sign-in/code', {
    headers: { cookie: cookies(stranger) },
    body: { mail: 'stranger@vandersloot.example', code: wrong },
  });
  await send(server, { ...one, answers: { ...one.answers, name: 'Xanthippe other' } });
  await send(server, form({ mail: 'not an address of vandersloot' }));
  await send(server, { ...form(), key: 'too-short' });
  await read(server, { receipt: { ...first.receipt, key: second.receipt.key } });
  await read(server, { receipt: { id: 'xanthippe@vandersloot.example', key: first.receipt.key } });
  await amend(server, first, first.answers, 1);
  await withdraw(server, second);
  for (const body of ['{"answers": {"name": "Xanthippe Vandersloot"', '{"answers": {"mail": 5}}', 'xanthippe@vandersloot.example']) {
    await server.ask('POST', '/api/v1/applications', { headers: { 'idempotency-key': one.key }, body });
  }
  await server.ask('GET', `/api/v1/nothing/${first.receipt.key}?mail=xanthippe@vandersloot.example`);
  await server.ask('GET', `/applications/${first.receipt.id}?key=${first.receipt.key}`);
  await server.ask('POST', '/api/v1/applications', { headers: { origin: 'https://vandersloot.example' }, body: { answers: one.answers } });
  await askFrom(server, CLIENT, '/api/v1/program', { 'x-forwarded-for': '203.0.113.77', forwarded: 'for=203.0.113.77' });
  return {
    secrets: {
      'a session': session.session,
      'a code': session.code,
      'what the browser held': session.browser,
      'the key of a link': first.receipt.key,
      'the key of another link': second.receipt.key,
      'an idempotency key': one.key,
      'another idempotency key': two.key,
    },
    personal: {
      'a name': 'Xanthippe',
      'a family name': 'Vandersloot',
      'an address': 'vandersloot.example',
      'a name of staff': 'Theodora',
      'an address of staff': 'theodora.quill',
      'a remark': person.money_remark,
      'a wrong code': wrong,
      'a client’s address': '203.0.113.77',
      ...(CLIENT ? { 'a client’s own address': CLIENT } : {}),
    },
    headers,
    first,
  };
}
