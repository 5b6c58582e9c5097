// Those who use a server: an applicant with an application, somebody of staff who signs in.

import { assert, until } from './harness.mjs';

/** Every question about money, answered with no. */
const MONEY = Object.fromEntries(
  ['paid_tiers', 'hosted_edition', 'support_or_consulting', 'sponsors_or_grants', 'donations', 'sold_by_others'].map(
    (topic) => [topic, false],
  ),
);

const APPLICATIONS = '/api/v1/applications';

/** A form as it should be. */
export function answers(namespace, more = {}) {
  return {
    namespace,
    presence: 'exists',
    holder: 'organization',
    paid_plan: false,
    sources: [{ address: `https://github.com/${namespace}/tidal` }],
    license: 'MPL-2.0',
    money: MONEY,
    money_remark: 'first',
    mail: `${namespace}@tidal.example`,
    name: 'Inês Caldeira',
    ...more,
  };
}

let count = 0;

/** A form and an idempotency key that nobody has used. */
export function form(more = {}) {
  count += 1;
  const namespace = `kelp-${process.pid}-${count}`;
  return { key: `sent-by-${namespace}-0123456789`, answers: answers(namespace, more) };
}

/** Sends a form; the answer as it comes. */
export const send = (server, { key, answers }, more = {}) =>
  server.ask('POST', APPLICATIONS, {
    ...more,
    headers: { 'idempotency-key': key, ...more.headers },
    body: { answers },
  });

/** Sends a form that is to be taken; the receipt. */
export async function apply(server, sent = form()) {
  const answer = await send(server, sent);
  assert.equal(answer.status, 201, answer.text);
  return { ...sent, receipt: answer.value };
}

const opened = (server, method, { receipt }, rest = '', body) =>
  server.ask(method, `${APPLICATIONS}/${receipt.id}${rest}`, { headers: { 'dsos-key': receipt.key }, body });

/** Reads an application with the key of its receipt. */
export const read = (server, one) => opened(server, 'GET', one);

/** Says something else in it, over the version that was read. */
export const amend = (server, one, answers, version) => opened(server, 'PUT', one, '', { answers, version });

/** Takes it back. */
export const withdraw = (server, one) => opened(server, 'POST', one, '/withdraw');

/** Whether an application is there as it was sent. */
export async function isThere(server, one) {
  const answer = await read(server, one);
  assert.equal(answer.status, 200, `${one.receipt.number}: ${answer.text}`);
  assert.equal(answer.value.number, one.receipt.number);
  assert.equal(answer.value.answers.namespace, one.answers.namespace);
}

/** Lets somebody run the program. */
export async function hire(server, mail, name = 'Marta Oduya') {
  const done = await server.place.run(['add-staff', mail, name, '--data', server.data]);
  assert.equal(done.code, 0, done.stderr);
}

/** What a browser keeps of an answer's cookies. */
export const cookies = (answer) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** The mails that wait, newest first, as HTML. */
export const outbox = async (server) => (await fetch(server.outbox)).text();

/** The code in the newest mail of the outbox to an address; the mail is written a moment after it is asked for. */
export const codeInOutbox = (server, mail) =>
  until(`a code for ${mail}`, async () => {
    const mails = (await outbox(server)).split('<article>');
    return mails.find((text) => text.includes(`to ${mail}`))?.match(/\b\d{6}\b/)?.[0];
  });

/**
 * Signs somebody of staff in with the code that is mailed: the `session` and its `cookie`, the
 * `code`, and what the `browser` held that asked for it, as the cookie `asking`. `code` finds the
 * code, elsewhere than in the outbox.
 */
export async function signIn(server, mail, code = codeInOutbox) {
  const asked = await server.ask('POST', '/api/v1/sign-in', { body: { mail } });
  assert.equal(asked.status, 202, asked.text);
  const browser = cookies(asked);
  const found = await code(server, mail);
  const given = await server.ask('POST', '/api/v1/sign-in/code', {
    headers: { cookie: browser },
    body: { mail, code: found },
  });
  assert.equal(given.status, 200, given.text);
  const secret = (name, held) => held.match(new RegExp(`${name}=([^;]+)`))[1];
  return { session: secret('session', cookies(given)), cookie: cookies(given), code: found, browser: secret('asking', browser), asking: browser };
}
