// Credentials for the tests of `/verify`: the genuine ones, and those of a program of the tests' own,
// which a page is told to take for ours. Its key is at hand, so it can sign what ours would only
// sign in a year, or never.

import { generateKeyPairSync, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parts } from '../server/forgeries.mjs';
import { BASE, assert } from './harness.mjs';

/** A day that is so many days from today, as credentials write it. */
export const day = (from) => `${new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

const seconds = (time) => Date.parse(time) / 1000;

async function published(path) {
  const answer = await fetch(BASE + path);
  assert.equal(answer.status, 200, path);
  return answer;
}

/** The credential of a namespace of the sample, as the server signs it. */
export const credential = async (namespace) => (await published(`/credentials/${namespace}`)).text();

/** The public keys of the server. */
export const keys = async () => (await published('/.well-known/jwks.json')).json();

/** The list of what was taken back, as the server signs it. */
export const list = async () => (await published('/status/0')).text();

/** What the server publishes of a namespace. */
export const verifiable = async (namespace) => (await published(`/api/v1/namespaces/${namespace}/verifiable`)).json();

const coded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

let pair;

function signed(payload) {
  pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = `${coded({ alg: 'RS256', typ: 'JWT', kid: `${BASE}/keys/of-the-tests` })}.${coded(payload)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), pair.privateKey).toString('base64url')}`;
}

/** A credential of a namespace by the tests' own program: `since`, `from`, `until`, `end` are days (`day`). */
export async function ownCredential(namespace, { since = day(-500), from = day(-130), until = day(235), end = day(250), signedAt = from } = {}) {
  const { payload } = parts(await credential(namespace));
  return signed({
    ...payload,
    awardedDate: since,
    credentialSubject: { ...payload.credentialSubject, activityStartDate: from, activityEndDate: until },
    validFrom: signedAt,
    validUntil: end,
    iat: seconds(signedAt),
    nbf: seconds(signedAt),
    exp: seconds(end),
  });
}

/** A list by the same: `revoked` are credentials that were taken back. */
export async function ownList({ revoked = [], good = 3600 } = {}) {
  const bits = Buffer.alloc(16_384);
  for (const token of revoked) {
    const at = Number(parts(token).payload.credentialStatus.statusListIndex);
    bits[at >> 3] |= 0x80 >> at % 8;
  }
  const { payload } = parts(await list());
  const now = Math.floor(Date.now() / 1000) - 60;
  const subject = { ...payload.credentialSubject, encodedList: `u${gzipSync(bits).toString('base64url')}` };
  return signed({ ...payload, credentialSubject: subject, iat: now, nbf: now, exp: now + good });
}

/** The public key of the same; `changes` go over what it says. */
export function ownKeys(changes = {}) {
  signed({});
  const key = { ...pair.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: `${BASE}/keys/of-the-tests`, iat: seconds(day(-900)), ...changes };
  return { keys: [key] };
}

/**
 * Has a page take the tests' own program for ours. `says` is what goes over what the server
 * publishes of the namespace that is asked about; `set` and `revocation` are keys and list, if not
 * the usual ones.
 */
export async function serveOwn(page, { says, set = ownKeys(), revocation } = {}) {
  await page.route('**/.well-known/jwks.json', (route) => route.fulfill({ json: set }));
  const signedList = revocation ?? (await ownList());
  await page.route('**/status/0', (route) => route.fulfill({ contentType: 'application/jwt', body: signedList }));
  await publish(page, says);
}

/** Has the server publish something else of the namespaces that a page asks about. */
export async function publish(page, says) {
  if (!says) return;
  await page.route('**/api/v1/namespaces/*/verifiable', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), ...says } });
  });
}
