// What maintainers do: renew in one step, answer in place, invite and join, tokens, and their data.

import { BASE, assert, test } from './harness.mjs';
import { FORGE, NAMESPACE, OWNER, application, askForChanges, code, form, fresh, outbox, sampleForge, signedIn, staff } from './service.mjs';
import { GITHUB } from './forge.mjs';

const as = async (visit, mail, path, options = {}) =>
  visit.open(path, { ...options, context: { ...options.context, storageState: await signedIn(mail) } });

test('an answer to what was asked is given in place, and everything said before is there', async (visit) => {
  const sent = await application();
  const asked = `Which license has the docs folder of ${sent.namespace}?`;
  await askForChanges(sent, asked);
  const page = await visit.open(sent.status, { expect: [/status of 404|Failed to load/] });
  await page.getByRole('heading', { name: 'What is asked of you' }).waitFor();
  await page.getByRole('main').getByText(asked).first().waitFor();
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês Caldeira');
  assert.equal(await page.getByLabel('SPDX expression').inputValue(), 'MPL-2.0');
  await page.getByLabel('Anything else the reviewer should know').fill('The docs are under the MPL as well.');

  // The tab goes away in the middle of it: nothing that was typed is lost.
  await page.reload();
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByText('Draft restored from this browser').waitFor();
  assert.match(await page.getByLabel('Anything else the reviewer should know').inputValue(), /MPL as well/);
  await page.getByRole('button', { name: 'Send the changes' }).click();
  await page.getByRole('heading', { level: 1, name: /being read/ }).waitFor();
  await page.getByText('Answered', { exact: true }).waitFor();

  const review = await visit.open(sent.review, { context: { storageState: await staff() } });
  await review.getByText('The docs are under the MPL as well.').waitFor();
});

test('changes to two applications are drafts of their own, and the line through time ends at the day of the answer', { timeout: 120_000 }, async (visit) => {
  const [one, two] = [await application(), await application()];
  const context = { context: { viewport: { width: 1280, height: 900 } } };
  for (const sent of [one, two]) await askForChanges(sent, `Which license has ${sent.namespace}?`);
  const page = await visit.open(one.status, { ...context, expect: [/status of 404|Failed to load/] });
  const type = async (sent, words) => {
    await page.goto(new URL(sent.status, BASE).href);
    await page.getByRole('listitem').filter({ hasText: /^by /u }).getByText('Your answer').waitFor();
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.locator('#amend:focus').waitFor();
    const field = page.getByLabel('Anything else the reviewer should know');
    if (words) await field.fill(words);
    return field;
  };
  await type(one, 'Words about the first.');
  await type(two, 'Words about the second.');
  await page.getByRole('heading', { level: 1 }).click();
  await page.reload();
  assert.equal(await (await type(one)).inputValue(), 'Words about the first.');
  assert.equal(await (await type(two)).inputValue(), 'Words about the second.');
});

test('complaint 8: a year is renewed in one step, with nothing asked again', async (visit) => {
  await sampleForge();
  const page = await as(visit, OWNER, `/n/${NAMESPACE}/settings`);
  const before = await page.getByRole('heading', { level: 1 }).textContent();
  await page.getByText('Everything that was found before still holds.').waitFor();
  await page.getByRole('button', { name: 'Renew', exact: true }).click();
  await page.getByText(/It can be renewed from/).waitFor();
  const after = await page.getByRole('heading', { level: 1 }).textContent();
  const year = (text) => Number(text.match(/\d{4}/)[0]);
  assert.equal(year(after), year(before) + 1, `${before} | ${after}`);
  assert.ok((await outbox()).includes(`Renewed: ${NAMESPACE}`), 'every owner is told');
  assert.equal(await page.getByRole('button', { name: 'Renew', exact: true }).count(), 0);
});

test('back after a lapse, what changed is said in the form and goes to a person', async (visit) => {
  await sampleForge();
  const page = await as(visit, 'tomas@mossdb.example', '/n/mossdb/settings', { asks: [FORGE] });
  await page.getByRole('heading', { level: 1, name: /not in the program since/ }).waitFor();
  await page.getByRole('button', { name: 'Something changed' }).click();
  assert.equal(await page.getByLabel('Address 1').inputValue(), 'https://forge.example/mossdb/mossdb');
  assert.equal(await page.getByRole('heading', { name: 'Contact' }).count(), 0, 'who asks is known');
  const ask = page.locator('.ask').filter({ hasText: 'hosted' }).first();
  await ask.getByRole('button', { name: 'Yes' }).click();
  await page.getByRole('button', { name: 'Renew', exact: true }).click();
  await page.getByText(/is with a person; the answer is due by/).waitFor();
  await page.getByRole('link', { name: 'See where it is' }).click();
  await page.getByRole('heading', { level: 1, name: 'mossdb: received' }).waitFor();
});

test('an owner invites, the invited joins, becomes an owner, and leaves', { timeout: 120_000 }, async (visit) => {
  const invited = `${fresh()}@tidal.example`;
  const page = await as(visit, 'jun@tidepool.example', '/n/tidepool/settings');
  await page.getByLabel('Invite by mail').fill('nonsense');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByText('Write the whole address').waitFor();
  await page.getByLabel('Invite by mail').fill(invited);
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByRole('button', { name: `Withdraw: the invitation to ${invited}` }).waitFor();

  const theirs = await as(visit, invited, '/account');
  await theirs.getByRole('button', { name: 'Join tidepool' }).click();
  await theirs.getByRole('link', { name: 'tidepool' }).click();
  await theirs.getByRole('heading', { level: 1, name: /tidepool is in the program until/ }).waitFor();
  assert.equal(await theirs.getByLabel('Invite by mail').count(), 0, 'members do not invite');

  await page.reload();
  const name = invited.split('@')[0];
  await page.getByRole('button', { name: `Make an owner: ${name}` }).click();
  await page.getByRole('button', { name: `Make a member: ${name}` }).waitFor();
  await theirs.reload();
  await theirs.getByLabel('Invite by mail').waitFor();
  await theirs.getByRole('button', { name: `Leave: ${name}` }).click();
  await theirs.getByRole('button', { name: 'Leave it' }).click();
  await theirs.waitForURL('**/account');
  await theirs.getByText('You maintain none yet.').waitFor();
});

test('the only owner is told that somebody has to be one', async (visit) => {
  const page = await as(visit, 'leo@driftgrid.example', '/n/driftgrid/settings', { expect: [/status of 409/] });
  await page.getByRole('button', { name: 'Make a member: Leo Brandt' }).click();
  await page.getByRole('alert').getByText('Somebody has to be an owner').waitFor();
});

test('somebody else’s membership says nothing, not even that it is there', async (visit) => {
  const page = await as(visit, 'leo@driftgrid.example', '/n/tidepool/settings', { expect: [/status of 404/] });
  await page.getByRole('heading', { level: 1, name: 'There is nothing here for you' }).waitFor();
});

test('the dates of a membership are handed over as a calendar', async (visit) => {
  const page = await as(visit, 'leo@driftgrid.example', '/n/driftgrid/settings');
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Dates for your calendar' }).click();
  assert.equal((await waiting).suggestedFilename(), 'driftgrid.ics');
});

test('a token is shown once, does what it may, and is revoked', async (visit) => {
  const page = await as(visit, 'leo@driftgrid.example', '/account');
  await page.getByRole('button', { name: 'Make a token' }).click({ trial: true });
  await page.getByLabel('What it is for').fill('grafana, nightly');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const secret = await page.locator('.once .token').textContent();
  assert.match(secret, /^dsos_pat_/);
  const ask = () => fetch(`${BASE}/api/v1/namespaces/driftgrid/membership`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask()).status, 200);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.reload();
  await page.getByText('grafana, nightly').waitFor();
  assert.ok(!(await page.content()).includes(secret), 'it is shown once');
  await page.getByRole('button', { name: 'Revoke: grafana, nightly' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.getByText('grafana, nightly').waitFor({ state: 'detached' });
  assert.equal((await ask()).status, 401);
});

test('somebody takes away what is kept about them, erases it, and is gone', async (visit) => {
  const sent = await application();
  const mail = `${sent.namespace}@tidal.example`;
  const page = await as(visit, mail, '/account');
  await page.getByRole('link', { name: sent.namespace }).waitFor();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export what is kept' }).click();
  assert.equal((await waiting).suggestedFilename(), 'personal-data.json');
  await page.getByRole('button', { name: 'Erase my account' }).click();
  await page.getByRole('button', { name: 'Erase it' }).click();
  await page.waitForURL('**/privacy');
  assert.ok(!(await outbox()).includes(mail), 'no mail to them is left');
  const gone = await visit.open(sent.status, { expect: [/status of 404/] });
  await gone.getByRole('heading', { level: 1, name: 'This link opens nothing' }).waitFor();
});

test('an application is found again by signing in, when its link is lost', async (visit) => {
  const sent = await application();
  const page = await as(visit, `${sent.namespace}@tidal.example`, '/account');
  await page.getByRole('link', { name: sent.namespace }).click();
  await page.getByRole('heading', { level: 1, name: `${sent.namespace}: received` }).waitFor();
});

test('“check my project” opens the form with the address filled in, without JavaScript too', async (visit) => {
  const plain = await visit.open('/', { javaScript: false });
  assert.equal(await plain.getByLabel('Check my project').count(), 1);
  const page = await visit.open('/', { asks: [GITHUB], prepare: (page) => page.route(`${GITHUB}/**`, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' }, json: {} })), expect: [/status of 404/] });
  await page.getByLabel('Check my project').fill('https://github.com/kelpworks/kelp');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/apply?source=*');
  await page.waitForFunction(() => document.getElementById('source-1')?.value === 'https://github.com/kelpworks/kelp');
});

test('two tabs with one draft: the other tab’s words are offered, and neither is lost', async (visit) => {
  const { page } = await form(visit);
  await page.getByLabel('Your name').fill('Inês in the first tab');
  // The draft is kept in the next pause of the typing.
  await page.waitForFunction(() => Object.values(localStorage).some((kept) => kept.includes('Inês in the first tab')));
  const other = await page.context().newPage();
  await other.goto(`${BASE}/apply`);
  await other.getByText('Draft restored from this browser').waitFor();
  await other.getByLabel('Your name').fill('Inês in the second tab');
  const notice = page.getByRole('alert').filter({ hasText: 'Another tab of this browser changed this draft' });
  await notice.waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês in the first tab', 'it stays until somebody chooses');
  await notice.getByRole('button', { name: 'Take the other' }).click();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês in the second tab');
  await other.getByRole('button', { name: 'Delete the draft' }).click();
  await page.getByText('sent or deleted this draft').waitFor();
  await page.getByRole('button', { name: 'Keep this one' }).click();
  await page.reload();
  await page.getByText('Draft restored from this browser').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês in the second tab');
});

test('staff accept other proof with a reason, and only then approve', { timeout: 120_000 }, async (visit) => {
  const sent = await application();
  const page = await visit.open(sent.review, { context: { storageState: await staff() }, expect: [/status of 422/] });
  await page.getByRole('button', { name: 'Begin to read' }).click();
  for (const name of ['Public source', 'Open source license', 'Active development', 'No pathway to commercialization', 'Documented', 'Organization namespace']) {
    await page.getByRole('group', { name: `Decision on ${name}` }).getByRole('button', { name: 'Met', exact: true }).click();
  }
  await page.getByText('Nothing proves yet that the applicant controls the source').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Approve' }).isDisabled());
  await page.getByRole('button', { name: 'Keep the marks' }).click();
  await page.getByRole('status').getByText('The marks are kept.').waitFor();
  await page.getByRole('button', { name: 'Accept it' }).click();
  await page.getByText('Write the reason').waitFor();
  await page.getByLabel('Other proof, and why it is enough').fill('They wrote from an address at the project’s domain.');
  await page.getByRole('button', { name: 'Accept it' }).click();
  await page.getByText(/^Proven:/).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Decide and send' }).click();
  await page.getByText('approved', { exact: true }).waitFor();
  const theirs = await as(visit, `${sent.namespace}@tidal.example`, `/n/${sent.namespace}/settings`);
  await theirs.getByRole('heading', { level: 1, name: /is in the program until/ }).waitFor();
});

test('staff see the mail that did not arrive, and serve a person’s request', async (visit) => {
  const sent = await application();
  const page = await visit.open('/review', { context: { storageState: await staff() } });
  await page.getByText('550 no such mailbox').waitFor();
  await page.getByLabel('Their mail address').fill(`${sent.namespace}@tidal.example`);
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export what is kept' }).click();
  await waiting;
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByRole('button', { name: 'Erase them' }).click();
  await page.getByText('Erased: no account, 1 application').waitFor();
});

test('a code that was used, or is asked for in another browser, lets nobody in', async (visit) => {
  const mail = `${(await application()).namespace}@tidal.example`;
  const page = await visit.open('/sign-in', { expect: [/status of 401/] });
  await page.getByLabel('Mail address').fill(mail);
  await page.keyboard.press('Enter');
  const sent = await code(mail);
  const other = await visit.open('/sign-in', { expect: [/status of 401|status of 429/] });
  await other.getByLabel('Mail address').fill(mail);
  await other.keyboard.press('Enter');
  await other.getByLabel('Code from the mail').fill(sent);
  await other.keyboard.press('Enter');
  await other.getByText(/not the code we sent last/).waitFor();
  await page.getByLabel('Code from the mail').fill(sent);
  await page.keyboard.press('Enter');
  await page.getByText('You are signed in as').waitFor();
});


test('the program page says how long decisions took, once that is known', async (visit) => {
  const facts = (median_days) => ({
    prepare: (page) => page.route('**/api/v1/program', (route) => route.fulfill({ json: { forges: [], target_days: 14, median_days, decisions: 9, today: '2026-08-13' } })),
  });
  const page = await visit.open('/', facts(5.6));
  await page.locator('#median-drawn').getByText('Half are decided within 6 days').waitFor();
  assert.match(await page.locator('#median-listed').textContent(), /took 6 days or less/);
  const unknown = await visit.open('/', facts(null));
  assert.equal(await unknown.locator('#median-drawn').textContent(), 'Read by a person; not measured yet');
});
