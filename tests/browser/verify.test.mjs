// Is this badge genuine? The page refuses every forgery, says what it could not find out, and never
// takes what it could not check for checked.

import { BASE, assert, mounted, test } from './harness.mjs';
import { forgeries } from '../server/forgeries.mjs';
import { becomes, said } from './bench.mjs';
import { credential, day, keys, list, ownCredential, ownKeys, ownList, publish, serveOwn, verifiable } from './credentials.mjs';
import { KEYS, away, finds, paste, pictures, step, steps, unplugged } from './namespaces.mjs';

const name = (page) => page.getByLabel('Name of the namespace');
const pasted = (page) => page.getByLabel('Or paste a credential');
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
const check = async (page, words) => {
  await pictures(page);
  await name(page).fill(words);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
};
const again = (page) => page.getByRole('button', { name: 'Check again' });
const claims = (page) => page.getByRole('complementary');

const HOLD = ['Holds', 'Holds', 'Holds', 'Holds'];
const UNSEEN = ['Does not hold', 'Not looked at', 'Not looked at', 'Not looked at'];

test('a genuine one: four steps hold, and everything that was checked is there to be checked again', async (visit) => {
  const context = { permissions: ['clipboard-read', 'clipboard-write'] };
  const page = await visit.open('/verify/tidepool', { context });
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
  assert.deepEqual(await steps(page)(), HOLD);
  assert.equal(await name(page).inputValue(), 'tidepool');
  await claims(page).getByRole('link', { name: 'tidepool' }).waitFor();
  await page.getByRole('img', { name: /^To scale: sponsored since .*, today / }).waitFor();
  await page.getByRole('button', { name: 'Copy the credential' }).click();
  await becomes(() => page.evaluate(() => navigator.clipboard.readText()), await credential('tidepool'));
  assert.equal(await page.locator('.well code').innerText(), await credential('tidepool'));
  await page.getByText(`${BASE.replace('http://', '')}/.well-known/jwks.json`, { exact: true }).waitFor();
  // In its days of grace it still is.
  await check(page, 'lanternfs');
  await finds(page, 'met', /^Genuine: lanternfs is sponsored$/);
  await step(page, 'Dates').getByText('these are the days of grace').waitFor();
});

test('the focus moves to the verdict after a press, and only then; it is said aloud either way', async (visit) => {
  const page = await visit.open('/verify/tidepool');
  await finds(page, 'met', /^Genuine/);
  await becomes(() => said(page), 'Genuine: tidepool is sponsored. All four steps hold.');
  assert.notEqual(await focused(page)(), 'verdict', 'nobody pressed anything');
  await check(page, 'mossdb');
  await finds(page, 'unsure', /^Not sponsored: mossdb was/);
  await becomes(focused(page), 'verdict');
  assert.equal(new URL(page.url()).pathname, '/verify/mossdb', 'it can be shared');
  // The same name once more.
  await name(page).focus();
  await page.keyboard.press('Enter');
  await becomes(focused(page), 'verdict');
  await page.goBack();
  await finds(page, 'met', /^Genuine: tidepool/);
  assert.equal(await name(page).inputValue(), 'tidepool');
  assert.notEqual(await focused(page)(), 'verdict', 'Back is no press');
  await again(page).click();
  await becomes(focused(page), 'verdict');
  await paste(page, await credential('gullwing'));
  await finds(page, 'met', /^Genuine: gullwing/);
  await becomes(focused(page), 'verdict');
});

/** What is refused at the field, since it is not even written like a credential. */
const MALFORMED = {
  'another namespace written in': /not a credential of this program: credentialSubject/,
  'no algorithm': /Two of the three parts/,
  'a signature of nothing': /Two of the three parts/,
  'two of three parts': /Two of the three parts/,
  'the list instead of a credential': /not a credential of this program: type/,
};

/** Why the others are refused. */
const WHY = {
  'no algorithm with a signature': /signed with none; ours are with RS256/,
  'a secret that is the public key': /signed with HS256; ours are with RS256/,
  'a secret that is empty': /signed with HS256/,
  'a key of one’s own elsewhere': /names the key https:\/\/elsewhere\.example\/keys\/k, which is not one of ours/,
  'no key named': /names no key/,
};
const CHANGED = /that key did not sign these words/;

test('every forgery is refused: at the field if it is malformed, else with its verdict', async (visit) => {
  const [genuine, set] = [await credential('tidepool'), await keys()];
  const forged = { ...forgeries(genuine, set), 'the list instead of a credential': await list() };
  assert.ok(Object.keys(forged).length >= 16);
  const page = await visit.open('/verify');
  const error = page.locator('#verify-pasted-error');
  for (const [what, token] of Object.entries(forged)) {
    await paste(page, genuine);
    await finds(page, 'met', /^Genuine: tidepool/);
    await paste(page, token);
    // Of which a letter or two may or may not be left over.
    const isAtField = what === 'a signature cut off' ? (await pasted(page).getAttribute('aria-invalid')) === 'true' : MALFORMED[what];
    if (isAtField) {
      await error.getByText(MALFORMED[what] ?? /third part is not whole/).waitFor();
      assert.equal(await pasted(page).getAttribute('aria-invalid'), 'true', what);
      await becomes(focused(page), 'verify-pasted', what);
      continue;
    }
    await finds(page, 'unmet', /^Not genuine: the program did not sign this$/);
    assert.deepEqual(await steps(page)(), UNSEEN, what);
    await step(page, 'Signature').getByText(WHY[what] ?? CHANGED).waitFor();
    // What it says of itself is struck out.
    await page.getByRole('heading', { name: 'What it claims' }).waitFor();
    assert.equal(await claims(page).locator('dd').count(), await claims(page).locator('dd > del').count(), what);
    assert.equal(await page.getByRole('img', { name: /^To scale/ }).count(), 0, what);
    await becomes(() => said(page), 'Not genuine: the program did not sign this. Somebody changed it after it was signed, or made it up. Do not rely on it.', what);
    assert.equal(await error.innerText(), '');
  }
});

test('what is refused at its field leaves no verdict about something else standing below', async (visit) => {
  const page = await visit.open('/verify/tidepool');
  for (const [act, error] of [
    [() => paste(page, 'eyJhbGciOiJub25lIn0.e30.'), '#verify-pasted-error'],
    [() => check(page, 'tidep\u043e\u043el'), '#verify-name-error'],
  ]) {
    await finds(page, 'met', /^Genuine/);
    await act();
    await page.locator(error).filter({ hasText: /\S/ }).waitFor();
    await becomes(() => page.getByRole('main').getByRole('heading', { name: /^Genuine/ }).count(), 0, error);
    await check(page, 'tidepool');
  }
});

test('what is forged is refused by name, too, should the server hand it out', async (visit) => {
  const genuine = await credential('tidepool');
  for (const [what, token] of Object.entries(forgeries(genuine, await keys()))) {
    if (!['a later end', 'a key of one’s own under our name', 'no algorithm'].includes(what)) continue;
    const page = await visit.open('/verify/tidepool', { prepare: (page) => publish(page, { credential: token }) });
    if (what === 'no algorithm') await finds(page, 'unsure', /^Could not check: the credential cannot be read$/);
    else await finds(page, 'unmet', /^Not genuine/);
  }
});

test('a credential of another namespace does not vouch for the one that was asked about', async (visit) => {
  const token = await credential('gullwing');
  const page = await visit.open('/verify/tidepool', { prepare: (page) => publish(page, { credential: token }) });
  await finds(page, 'unmet', /^Genuine, but it is another namespace’s$/);
  await page.getByText('It is about gullwing, and you asked about tidepool, of which it says nothing.').first().waitFor();
  assert.deepEqual(await steps(page)(), ['Holds', 'Holds', 'Does not hold', 'Holds']);
  // Pasted, nobody asked about any name.
  await paste(page, token);
  await finds(page, 'met', /^Genuine: gullwing is sponsored$/);
  await step(page, 'Namespace').getByText('It is for gullwing, and for every repository in it.').waitFor();
});

test('blanks and line breaks in what is pasted are forgiven, and nothing else', async (visit) => {
  const genuine = await credential('tidepool');
  const page = await visit.open('/verify');
  const broken = genuine.match(/.{1,64}/g).join('\r\n  ');
  await paste(page, `\n\t${broken}\u00a0\n`);
  await finds(page, 'met', /^Genuine: tidepool/);
  assert.equal(await page.locator('.well code').innerText(), genuine);
  for (const [text, words] of [
    ['', 'Paste a credential.'],
    ['   ', 'Paste a credential.'],
    ['hello', 'This has no dot'],
    [`"${genuine}"`, 'has characters that no credential has'],
    [`${genuine} ${genuine}`, 'and this has 5'],
    [genuine.repeat(40), 'characters; no credential has more than'],
    ['e30.e30.AA', 'not a credential of this program'],
    ['W10.W10.AA', 'The first part is not whole'],
  ]) {
    await paste(page, text);
    await page.locator('#verify-pasted-error').getByText(words).waitFor();
    assert.equal(await pasted(page).inputValue(), text.replaceAll('\r\n', '\n'), 'what was pasted stays');
  }
});

test('one that ran out is signed and over; with a later clock the genuine one, too', async (visit) => {
  const { now } = await verifiable('tidepool');
  const later = new Date(Date.parse(now) + 400 * 86_400_000).toISOString();
  const says = { now: later, sponsorship: { state: 'lapsed', since: later.slice(0, 10) } };
  const page = await visit.open('/verify/tidepool', { prepare: (page) => publish(page, says) });
  await finds(page, 'unsure', /^Signed by us, but over: tidepool is not sponsored now$/);
  assert.equal((await steps(page)())[1], 'Over');
  await page.getByText('Nothing is wrong with its images; nobody vouches for them any more.').first().waitFor();
  // Pasted, nothing is said of the namespace; a newer one may be there.
  const over = await ownCredential('tidepool', { from: day(-400), until: day(-35), end: day(-20) });
  const other = await visit.open('/verify', { prepare: (page) => serveOwn(page) });
  await paste(other, over);
  await finds(other, 'unsure', /^Signed by us, but over$/);
  assert.deepEqual(await steps(other)(), ['Holds', 'Over', 'Holds', 'Holds']);
  await other.getByText('35 days ago. Whether it was renewed stands in a newer credential: check the name.').first().waitFor();
});

test('what the list says was taken back counts no longer, whatever else holds', async (visit) => {
  const [token, other] = [await ownCredential('tidepool'), await ownCredential('gullwing')];
  const revocation = await ownList({ revoked: [token] });
  const page = await visit.open('/verify/tidepool', { prepare: (page) => serveOwn(page, { revocation, says: { credential: token } }) });
  await finds(page, 'unmet', /^Taken back: this credential of tidepool counts no longer$/);
  assert.deepEqual(await steps(page)(), ['Holds', 'Holds', 'Holds', 'Does not hold']);
  await paste(page, other);
  await finds(page, 'met', /^Genuine: gullwing/);
  await step(page, 'Not revoked').getByText('It is not the one credential that was taken back.').waitFor();
});

test('what the server no longer stands by is not genuine, though it was signed and not taken back', async (visit) => {
  const says = { sponsorship: { state: 'ended', since: day(-1).slice(0, 10) } };
  const page = await visit.open('/verify/tidepool', { prepare: (page) => publish(page, says) });
  await finds(page, 'unsure', /^Signed by us, but over: tidepool is not sponsored now$/);
});

test('a list that the program did not sign, or that is another or an old one, counts for nothing', async (visit) => {
  const [header, payload, signature] = (await list()).split('.');
  const forged = `${header}.${payload}.${signature.replace(/^..../, (some) => (some === 'AAAA' ? 'BBBB' : 'AAAA'))}`;
  for (const [body, words] of [
    [forged, 'is not signed by the program, or is another list'],
    [await credential('tidepool'), 'is not signed by the program, or is another list'],
    ['<!doctype html>', 'is not signed by the program, or is another list'],
    [await ownList(), 'is not signed by the program, or is another list'],
  ]) {
    const page = await visit.open('/verify/tidepool', { prepare: (page) => page.route('**/status/0', (route) => route.fulfill({ contentType: 'application/jwt', body })) });
    await finds(page, 'unsure', /^Genuine as far as could be checked$/);
    assert.deepEqual(await steps(page)(), ['Holds', 'Holds', 'Holds', 'Could not check']);
    await step(page, 'Not revoked').getByText(words).waitFor();
  }
  const token = await ownCredential('tidepool');
  const stale = await ownList({ good: -3600 });
  const page = await visit.open('/verify/tidepool', { prepare: (page) => serveOwn(page, { revocation: stale, says: { credential: token } }) });
  await finds(page, 'unsure', /^Genuine as far as could be checked$/);
  await step(page, 'Not revoked').getByText('It does not name this credential, and a newer one might.').waitFor();
  // An old one that names it still counts.
  const old = await ownList({ good: -3600, revoked: [token] });
  const taken = await visit.open('/verify/tidepool', { prepare: (page) => serveOwn(page, { revocation: old, says: { credential: token } }) });
  await finds(taken, 'unmet', /^Taken back/);
});

test('a list elsewhere is never asked for, whatever a credential says', async (visit) => {
  const asked = [];
  const genuine = await credential('tidepool');
  const [header, payload, signature] = genuine.split('.');
  const page = await visit.open('/verify', { prepare: (page) => page.on('request', (request) => asked.push(request.url())) });
  for (const address of ['https://elsewhere.example/status/0', `${BASE}/status/../api/v1/me`, `${BASE}/status/0?who=me`]) {
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    const entry = { ...claims.credentialStatus, statusListCredential: address };
    const other = Buffer.from(JSON.stringify({ ...claims, credentialStatus: entry })).toString('base64url');
    await paste(page, [header, other, signature].join('.'));
    await finds(page, 'unmet', /^Not genuine/);
  }
  assert.deepEqual(asked.filter((url) => /status|api\/v1\/me|elsewhere/.test(url)), []);
});

test('without the keys nothing is said for or against it; without the list, only what is known', async (visit) => {
  const refused = { expect: [/ERR_FAILED/] };
  const page = await visit.open('/verify/tidepool', { ...refused, prepare: away('**/.well-known/**') });
  await finds(page, 'unsure', /^Could not check$/);
  assert.deepEqual(await steps(page)(), ['Could not check', 'Not looked at', 'Not looked at', 'Not looked at']);
  await page.getByText('The program’s keys could not be had. That says nothing about the credential.').first().waitFor();
  await page.unroute('**/.well-known/**');
  await again(page).click();
  await finds(page, 'met', /^Genuine/);

  const other = await visit.open('/verify/tidepool', { ...refused, prepare: away('**/status/*') });
  await finds(other, 'unsure', /^Genuine as far as could be checked$/);
  await step(other, 'Not revoked').getByText('The server did not answer when it was asked for the list').waitFor();
  await other.unroute('**/status/*');
  await again(other).click();
  await finds(other, 'met', /^Genuine: tidepool is sponsored$/);

  const none = await visit.open('/verify/tidepool', { ...refused, prepare: away('**/api/v1/**') });
  await finds(none, 'unsure', /^Could not check: the server does not answer$/);
  await none.unroute('**/api/v1/**');
  await none.getByRole('button', { name: 'Try again' }).click();
  await finds(none, 'met', /^Genuine: tidepool is sponsored$/);

  const failing = await visit.open('/verify/tidepool', { expect: [/status of 500/], prepare: (page) => page.route('**/status/*', (route) => route.fulfill({ status: 500, body: 'no' })) });
  await step(failing, 'Not revoked').getByText('the server answered 500').waitFor();
  // A program with other keys: those that it needs are not among them.
  const strange = await visit.open('/verify/tidepool', { prepare: (page) => page.route('**/.well-known/**', (route) => route.fulfill({ json: ownKeys() })) });
  await finds(strange, 'unmet', /^Not genuine/);
  await step(strange, 'Signature').getByText('which is not one of ours').waitFor();
});

test('a key that is retired stays good for what it signed before, and for nothing later', async (visit) => {
  const token = await ownCredential('tidepool');
  const signed = Date.parse(day(-130)) / 1000;
  const now = Math.floor(Date.now() / 1000);
  for (const [retired, kind, heading, words] of [
    // The list has to be signed while the key was in use, too; the usual one is a minute old.
    [now - 30, 'met', /^Genuine: tidepool is sponsored$/, /^The program signed it on .+ with a key that was in use until .+; not a letter was changed since\.$/],
    [signed + 3600, 'unsure', /^Genuine as far as could be checked$/, /with a key that was in use until/],
    [signed - 3600, 'unmet', /^Not genuine/, /with which nothing has been signed since/],
  ]) {
    const page = await visit.open('/verify/tidepool', { prepare: (page) => serveOwn(page, { set: ownKeys({ exp: retired }), says: { credential: token } }) });
    await finds(page, kind, heading);
    await step(page, 'Signature').getByText(words).waitFor();
    if (kind !== 'met') continue;
    assert.deepEqual(await steps(page)(), HOLD);
    await becomes(() => said(page), 'Genuine: tidepool is sponsored. All four steps hold.');
  }
});

test('the network lost after the page was opened: what is known is said with its age, and checked again once it is back', async (visit) => {
  const page = await visit.open('/verify/tidepool', { expect: [/ERR_INTERNET_DISCONNECTED/] });
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
  await page.context().setOffline(true);
  await again(page).click();
  await finds(page, 'unsure', /^Genuine as far as could be checked$/);
  await step(page, 'Not revoked').getByText('Your network is away').waitFor();
  await page.getByText('The server does not answer now; this is what it said').waitFor();
  assert.deepEqual(await steps(page)(), ['Holds', 'Holds', 'Holds', 'Could not check']);
  // A name that was never read: nothing is known.
  await check(page, 'gullwing');
  await finds(page, 'unsure', /^Could not check: the server does not answer$/);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await finds(page, 'met', /^Genuine: gullwing is sponsored$/);
  await page.goBack();
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
});

test('the network lost after the page was opened: what is pasted is checked but for what was taken back', async (visit) => {
  const genuine = await credential('gullwing');
  for (const path of ['/verify', '/verify/tidepool']) {
    const page = await unplugged(visit, path);
    await paste(page, genuine);
    await finds(page, 'unsure', /^Genuine as far as could be checked$/);
    assert.deepEqual(await steps(page)(), ['Holds', 'Holds', 'Holds', 'Could not check'], path);
    await becomes(() => said(page), 'Genuine as far as could be checked. Three steps of four hold: gullwing was sponsored when this was signed. Whether it was taken back since could not be checked.');
    await step(page, 'Not revoked').getByText('Your network is away, so the list of those that were taken back could not be read.').waitFor();
    await paste(page, forgeries(genuine, await keys())['a later end']);
    await finds(page, 'unmet', /^Not genuine/);
    assert.deepEqual(await steps(page)(), UNSEEN, path);
  }
  // The dates are looked at too, by the time that the server said when the page was opened.
  const late = await unplugged(visit, '/verify', { prepare: (page) => page.clock.install({ time: Date.now() + 900 * 86_400_000 }) });
  await paste(late, genuine);
  await finds(late, 'unsure', /^Genuine as far as could be checked$/);
  const over = await unplugged(visit, '/verify', { prepare: (page) => serveOwn(page) });
  await over.unrouteAll();
  await paste(over, await ownCredential('tidepool', { from: day(-400), until: day(-35), end: day(-20) }));
  await finds(over, 'unsure', /^Signed by us, but over$/);
  assert.deepEqual(await steps(over)(), ['Holds', 'Over', 'Holds', 'Could not check']);
});

test('the keys are read when the page is opened, once for all who wait for them, and again with each check', async (visit) => {
  const asked = [];
  const page = await visit.open('/verify', { prepare: (page) => page.route(`**${KEYS}`, (route) => void asked.push(route)) });
  await becomes(async () => asked.length, 1);
  await paste(page, await credential('tidepool'));
  await page.getByRole('heading', { name: 'Checking what you pasted' }).waitFor();
  await asked[0].continue();
  await finds(page, 'met', /^Genuine: tidepool/);
  assert.equal(asked.length, 1);
  await again(page).click();
  await becomes(async () => asked.length, 2, 'they may be others by now');
  await asked[1].continue();
  await finds(page, 'met', /^Genuine: tidepool/);
});

test('under another name than the program’s own the first press finds it genuine, though the early keys were lost', async (visit) => {
  const elsewhere = new URL(BASE);
  elsewhere.hostname = elsewhere.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  assert.notEqual((await verifiable('tidepool')).base_url, elsewhere.origin);
  const lost = [];
  const prepare = async (page) => {
    page.on('requestfailed', (request) => lost.push(new URL(request.url()).pathname));
    await away(`**${KEYS}`)(page);
  };
  const page = await visit.open('/verify', { base: elsewhere.origin, asks: [elsewhere.origin], expect: [/ERR_FAILED/], prepare });
  await becomes(async () => lost.includes(KEYS), true);
  assert.equal(await page.locator('.verdict').count(), 0, 'nobody asked for one yet');
  await page.unroute(`**${KEYS}`);
  await paste(page, await credential('tidepool'));
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
  assert.deepEqual(await steps(page)(), HOLD);
});

test('the reader’s clock may be off by an hour or by years: the server’s counts', async (visit) => {
  const at = (ms) => ({ prepare: (page) => page.clock.install({ time: Date.now() + ms }) });
  const page = await visit.open('/verify/tidepool', at(3_600_000));
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
  await step(page, 'Dates').getByText('your clock and the server’s differ by 1 hour').waitFor();
  const behind = await visit.open('/verify/tidepool', at(-900 * 86_400_000));
  await finds(behind, 'met', /^Genuine: tidepool is sponsored$/);
  await step(behind, 'Dates').getByText('your clock and the server’s differ by 900 days').waitFor();
  // By paste alone the time comes with the keys.
  const other = await visit.open('/verify', at(900 * 86_400_000));
  await paste(other, await credential('tidepool'));
  await finds(other, 'met', /^Genuine: tidepool is sponsored$/);
  const right = await visit.open('/verify/tidepool');
  await finds(right, 'met', /^Genuine/);
  assert.equal(await right.getByText('your clock').count(), 0);
});

test('what is no name is told at the field, letter by letter, and no such address is looked up', async (visit) => {
  const page = await visit.open('/verify/tidepool');
  await finds(page, 'met', /^Genuine/);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const [words, sentence] of [
    ['', 'Write the name, such as kelpworks.'],
    ['Tidepool', 'A name has small letters: t instead of T.'],
    ['tidepool/bridge', 'Write the part before the slash'],
    ['tide pool', 'A name has no spaces.'],
    ['tidep\u043e\u043el', '\u043e (U+043E) is not one of the letters a to z'],
    ['tidepooӏ', '(U+04CF) is not one of the letters'],
    ['tide\u200bpool', '(U+200B)'],
    ['..%2f', 'A name begins and ends with a letter or digit'],
    ['tide..pool', 'two separators in a row'],
    ['-tidepool', 'A name begins and ends with a letter or digit'],
    ['x'.repeat(129), 'The name has 129 characters.'],
    ['<b>tidepool</b>', '< (U+003C) is none of them'],
  ]) {
    await check(page, words);
    await page.locator('#verify-name-error').getByText(sentence).waitFor();
    assert.equal(await name(page).getAttribute('aria-invalid'), 'true', words);
    await becomes(focused(page), 'verify-name', words);
    assert.equal(await name(page).inputValue(), words, 'what was typed stays');
  }
  assert.deepEqual(asked, []);
  assert.equal(new URL(page.url()).pathname, '/verify/tidepool');
  // Blanks around a name are forgiven.
  await check(page, '  gullwing ');
  await finds(page, 'met', /^Genuine: gullwing is sponsored$/);
  assert.equal(new URL(page.url()).pathname, '/verify/gullwing');
  assert.equal(await page.locator('#verify-name-error').innerText(), '');
});

test('an address with no name in it has no verdict, and is no page', async (visit) => {
  for (const path of ['/verify/..%2f', '/verify/TIDEPOOL', '/verify/tidep%D0%BE%D0%BEl', '/verify/%3Cscript%3E', '/verify/tidepool%2fbridge', '/verify/a%20b']) {
    const page = await visit.open(path, { expect: [/status of 40\d/] });
    assert.equal(page.response.status(), 404, path);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, path);
    assert.equal(await page.getByText(/^Genuine/).count(), 0, path);
  }
  const page = await visit.open('/verify/nobody');
  await finds(page, 'unsure', /^Not sponsored: nobody never was in the program$/);
  await page.getByText('A badge that says otherwise is not ours.').first().waitFor();
});

test('a name that changed leads to the one that counts', async (visit) => {
  const page = await visit.open('/verify/mossdb', { prepare: (page) => publish(page, { renamed_to: 'tidepool', credential: null, sponsorship: { state: 'never' } }) });
  await finds(page, 'unsure', /^Not sponsored under this name: mossdb is called tidepool now$/);
  await page.unrouteAll();
  await page.getByRole('link', { name: 'Check tidepool' }).click();
  await finds(page, 'met', /^Genuine: tidepool is sponsored$/);
  assert.equal(await name(page).inputValue(), 'tidepool');
});

test('with the keyboard alone: a name, a credential, and again', async (visit) => {
  const page = await visit.open('/verify');
  const tabTo = async (id) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate((id) => document.activeElement?.id === id || document.activeElement?.textContent.trim() === id, id)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${id}`);
  };
  await tabTo('verify-name');
  await page.keyboard.type('tidepool');
  await page.keyboard.press('Enter');
  await finds(page, 'met', /^Genuine: tidepool/);
  await becomes(focused(page), 'verdict');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await becomes(focused(page), 'verdict');
  await page.evaluate(() => document.getElementById('verify-pasted').focus());
  await page.keyboard.insertText(await credential('gullwing'));
  await tabTo('Check what I pasted');
  await page.keyboard.press('Space');
  await finds(page, 'met', /^Genuine: gullwing/);
  await becomes(focused(page), 'verdict');
});

test('a page that is not secure has no means to check, and says that it says nothing', async (visit) => {
  const page = await visit.open('/verify/tidepool', { prepare: (page) => page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined })) });
  await finds(page, 'unsure', /^Could not check$/);
  await page.getByText('This browser does not check signatures on this page. That says nothing about the credential.').first().waitFor();
  const old = await visit.open('/verify/tidepool', { prepare: (page) => page.addInitScript(() => delete window.DecompressionStream) });
  await finds(old, 'unsure', /^Genuine as far as could be checked$/);
  await step(old, 'Not revoked').getByText('This browser cannot unpack the list').waitFor();
});

test('what is pasted goes nowhere, not even into the address or this browser', async (visit) => {
  const token = await ownCredential('tidepool');
  const sent = [];
  const page = await visit.open('/verify', { prepare: (page) => page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`)) });
  await paste(page, token);
  await finds(page, 'unmet', /^Not genuine/);
  const secret = token.split('.')[2].slice(0, 40);
  assert.deepEqual(sent.filter((one) => one.includes(secret)), []);
  assert.ok(!page.url().includes('eyJ'));
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes(secret), kept);
  await page.reload();
  await mounted(page);
  assert.equal(await pasted(page).inputValue(), '');
});
