// Deciding: signing in by a mailed code, what waits, marks with reasons, the mail before it goes
// out, and what the applicant reads then.

import { BASE, assert, test } from './harness.mjs';

const OUTBOX = process.env.DSOS_OUTBOX;
const STAFF = process.env.DSOS_STAFF;

const CRITERIA = [
  'Public source',
  'Open source license',
  'Active development',
  'No pathway to commercialization',
  'Documented',
  'Organization namespace',
];

const MONEY = ['paid_tiers', 'hosted_edition', 'support', 'sponsors', 'donations', 'sold_by_others'];

let count = 0;

/** The text of the outbox, newest mail first. */
const outbox = async () => (await fetch(OUTBOX)).text();

/** Sends an application through the API, as the form does; its name, its status path and mail. */
async function application() {
  const namespace = `tidal-${Date.now().toString(36)}-${(count += 1)}`;
  const mail = `${namespace}@tidal.example`;
  const schema = (await (await fetch(`${BASE}/api/v1/openapi.json`)).json()).components.schemas;
  const topics = schema.MoneyTopic?.enum ?? MONEY;
  const answers = {
    presence: 'exists',
    namespace,
    holder: 'organization',
    paid_plan: false,
    sources: [{ address: `https://forge.invalid/${namespace}/tidal` }],
    license: 'MPL-2.0',
    money: Object.fromEntries(topics.map((topic) => [topic, false])),
    mail,
    name: 'Inês Caldeira',
  };
  const response = await fetch(`${BASE}/api/v1/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${namespace}-0123456789abcdef` },
    body: JSON.stringify({ answers }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  const receipt = await response.json();
  return { namespace, mail, status: `/applications/${receipt.id}#${receipt.key}` };
}

/** Signs in with the code from the mail. */
async function signIn(page) {
  await page.goto(`${BASE}/sign-in`);
  await page.getByLabel('Mail address').fill(STAFF);
  await page.keyboard.press('Enter');
  const code = page.getByLabel('Code from the mail');
  await code.waitFor();
  await code.fill((await outbox()).match(/\b\d{6}\b/)[0]);
  await page.keyboard.press('Enter');
  await page.getByText('Signed in').first().waitFor();
}

test('without a session the review says to sign in, and shows nothing', async (visit) => {
  const { namespace } = await application();
  const page = await visit.open('/review', { expect: [/status of 401/] });
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByText(namespace).count(), 0);
});

test('signed in: ask for changes, be told when somebody else was quicker, decline; the applicant reads each', { timeout: 120_000 }, async (visit) => {
  const sent = await application();
  const page = await visit.open('/sign-in', { expect: [/status of (401|409)/] });
  await signIn(page);
  await page.goto(`${BASE}/review`);
  await page.getByRole('link', { name: sent.namespace }).click();
  await page.getByRole('heading', { level: 1, name: sent.namespace }).waitFor();
  const path = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Begin to read' }).click();
  const group = (criterion, of = page) => of.getByRole('group', { name: `Decision on ${criterion}` });
  await group(CRITERIA[0]).waitFor();

  // The same application in a second tab, as it is now.
  const other = await page.context().newPage();
  await other.goto(BASE + path);
  await group(CRITERIA[0], other).waitFor();

  for (const criterion of CRITERIA) await group(criterion).getByRole('button', { name: 'Met', exact: true }).click();
  await group('Open source license').getByRole('button', { name: 'Ask' }).click();
  const ask = page.getByRole('button', { name: /^Ask for changes until/ });
  assert.ok(await ask.isDisabled(), 'asking needs a reason');
  await page.getByLabel('Reason for Open source license').fill('Which license has the <b>docs</b> folder?');
  await ask.click();
  const preview = page.getByRole('region', { name: /^This mail goes to/ });
  await preview.getByText('Which license has the <b>docs</b> folder?').waitFor();
  assert.ok(!(await outbox()).includes('Which license has'), 'nothing goes out before it is decided');
  await preview.getByRole('button', { name: 'Decide and send' }).click();
  await page.getByRole('main').getByText('changes', { exact: false }).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.mail'));
  assert.ok((await outbox()).includes('Which license has the &lt;b&gt;docs'), 'the mail went out');

  // The other tab decides on what is no longer so.
  for (const criterion of CRITERIA) await group(criterion, other).getByRole('button', { name: 'Met', exact: true }).click();
  await other.getByRole('button', { name: 'Approve' }).click();
  await other.getByRole('alert').getByText(/./).first().waitFor();

  const applicant = await visit.open(sent.status);
  await applicant.getByText('Which license has the <b>docs</b> folder?').first().waitFor();

  const declined = await application();
  await page.goto(`${BASE}/review`);
  await page.getByRole('link', { name: declined.namespace }).click();
  await page.getByRole('button', { name: 'Begin to read' }).click();
  for (const criterion of CRITERIA) await group(criterion).getByRole('button', { name: 'Met', exact: true }).click();
  await group('Public source').getByRole('button', { name: 'Not met' }).click();
  const decline = page.getByRole('button', { name: 'Decline' });
  assert.ok(await decline.isDisabled(), 'declining needs a reason');
  assert.ok(await page.getByRole('button', { name: 'Approve' }).isDisabled(), 'approving, too');
  await page.getByLabel('Reason for Public source').fill('The repository asks for an account.');
  await decline.click();
  await preview.getByRole('button', { name: 'Decide and send' }).click();
  await page.waitForFunction(() => !document.querySelector('.mail'));
  const status = await visit.open(declined.status);
  await status.getByRole('heading', { level: 1, name: /: declined$/ }).waitFor();
  await status.getByText('The repository asks for an account.').first().waitFor();
});
