// Deciding: signing in by a mailed code, what waits, marks with reasons, the mail before it goes
// out, and what the applicant reads then.

import { BASE, assert, test } from './harness.mjs';
import { application, outbox, signedOut, staff } from './service.mjs';

const CRITERIA = [
  'Public source',
  'Open source license',
  'Active development',
  'No pathway to commercialization',
  'Documented',
  'Organization namespace',
];

test('without a session the review says to sign in, and shows nothing', async (visit) => {
  const { namespace } = await application();
  const page = await visit.open('/review', { expect: [/status of 401/] });
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByText(namespace).count(), 0);
});

test('signed in: ask for changes, be told when somebody else was quicker, decline; the applicant reads each', { timeout: 120_000 }, async (visit) => {
  const sent = await application();
  const page = await visit.open('/review', { expect: [/status of 409/], context: { storageState: await staff() } });
  await page.getByRole('link', { name: sent.namespace, exact: true }).click();
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
  const reason = `Which license has the <b>docs</b> folder of ${sent.namespace}?`;
  await page.getByLabel('Reason for Open source license').fill(reason);
  await ask.click();
  const preview = page.getByRole('region', { name: /^This mail goes to/ });
  await preview.getByText(reason).waitFor();
  const mailed = reason.replace('<b>', '&lt;b&gt;').replace('</b>', '&lt;/b&gt;');
  assert.ok(!(await outbox()).includes(mailed), 'nothing goes out before it is decided');
  await preview.getByRole('button', { name: 'Decide and send' }).click();
  await page.getByText('waits for the applicant').waitFor();
  assert.ok((await outbox()).includes(mailed), 'the mail went out');

  // The other tab decides on what is no longer so.
  for (const criterion of CRITERIA) await group(criterion, other).getByRole('button', { name: 'Met', exact: true }).click();
  await group('Documented', other).getByRole('button', { name: 'Not met' }).click();
  await other.getByLabel('Reason for Documented').fill('There is no guide.');
  await other.getByRole('button', { name: 'Decline' }).click();
  await other.getByRole('alert').getByText(/changed in the meantime|somebody/i).waitFor();
  assert.equal(await other.getByRole('region', { name: /^This mail goes to/ }).count(), 0, 'nothing to send');

  const applicant = await visit.open(sent.status);
  await applicant.getByText(reason).first().waitFor();

  const declined = await application();
  await page.goto(`${BASE}/review`);
  await page.getByRole('link', { name: declined.namespace, exact: true }).click();
  await page.getByRole('button', { name: 'Begin to read' }).click();
  for (const criterion of CRITERIA) await group(criterion).getByRole('button', { name: 'Met', exact: true }).click();
  await group('Public source').getByRole('button', { name: 'Not met' }).click();
  const decline = page.getByRole('button', { name: 'Decline' });
  assert.ok(await decline.isDisabled(), 'declining needs a reason');
  assert.ok(await page.getByRole('button', { name: 'Approve' }).isDisabled(), 'approving, too');
  await page.getByLabel('Reason for Public source').fill('The repository asks for an account.');
  await decline.click();
  await preview.getByRole('button', { name: 'Decide and send' }).click();
  await page.getByText('declined', { exact: true }).waitFor();
  const status = await visit.open(declined.status);
  await status.getByRole('heading', { level: 1, name: /: declined$/ }).waitFor();
  await status.getByText('The repository asks for an account.').first().waitFor();
});

test('the queue cannot be read for a moment: the application stays, and nothing claims that none waits', async (visit) => {
  const sent = await application();
  const page = await visit.open(sent.review, { expect: [/ERR_FAILED|Failed to load/], context: { storageState: await staff() } });
  await page.getByRole('link', { name: sent.namespace, exact: true }).waitFor();
  await page.route('**/api/v1/review', (route) => route.abort());
  await page.getByRole('button', { name: 'Begin to read' }).click();
  await page.getByText('being read', { exact: true }).waitFor();
  await page.getByRole('link', { name: sent.namespace, exact: true }).waitFor();
  assert.equal(await page.getByText('Nothing waits to be read').count(), 0);
  await page.route('**/api/v1/review/*/check', (route) => route.abort());
  await page.getByRole('button', { name: 'Read the evidence anew' }).click();
  await page.getByRole('alert').getByText('The server does not answer.').waitFor();
});

test('what a reviewer typed outlives a note, fresh evidence, another application and a colleague', { timeout: 120_000 }, async (visit) => {
  const [sent, another] = [await application(), await application()];
  const page = await visit.open('/review', { expect: [/status of 409/, /ERR_FAILED/], context: { storageState: await staff() } });
  const open = async (namespace, of = page) => {
    await of.getByRole('link', { name: namespace, exact: true }).first().click();
    await of.getByRole('heading', { level: 1, name: namespace }).waitFor();
  };
  const group = (criterion, of = page) => of.getByRole('group', { name: `Decision on ${criterion}` });
  await open(sent.namespace);
  await page.getByText(/^To be decided by/).waitFor();
  await page.getByRole('button', { name: 'Begin to read' }).click();
  await group('Documented').getByRole('button', { name: 'Not met' }).click();
  await page.getByLabel('Reason for Documented').fill('There is no guide.');
  await page.getByLabel('Other proof, and why it is enough').fill('A mail from their domain.');
  await page.getByLabel('Answer until').fill('2031-05-06');
  const stands = async () => {
    assert.equal(await page.getByLabel('Reason for Documented').inputValue(), 'There is no guide.');
    assert.equal(await page.getByLabel('Other proof, and why it is enough').inputValue(), 'A mail from their domain.');
    assert.equal(await page.getByLabel('Answer until').inputValue(), '2031-05-06');
  };

  await page.getByLabel('Add a note').fill('Ask Jo about the domain.');
  // Pressed twice, it is kept once.
  await page.getByRole('button', { name: 'Keep the note' }).dblclick();
  await page.getByText('Ask Jo about the domain.').waitFor();
  assert.equal(await page.getByLabel('Add a note').inputValue(), '', 'it is kept, so it is typed no longer');
  await page.waitForFunction(() => document.activeElement.id === 'note');
  await stands();

  await page.getByLabel('Add a note').fill('Half a tho');
  const checked = page.waitForResponse((response) => response.url().endsWith('/check'));
  await page.getByRole('button', { name: 'Read the evidence anew' }).click();
  await (await checked).finished();
  await page.waitForFunction(() => document.activeElement.id === 'check');
  await stands();
  assert.equal(await page.getByText('Ask Jo about the domain.').count(), 1);

  // An answer that comes when the page is another’s shows nothing there.
  let release;
  const held = new Promise((done) => (release = done));
  await page.route('**/check', async (route) => (await held, route.continue()), { times: 1 });
  const late = page.waitForResponse((response) => response.url().endsWith('/check'));
  await page.getByRole('button', { name: 'Read the evidence anew' }).click();
  await open(another.namespace);
  const queue = page.waitForResponse((response) => response.url().endsWith('/review'));
  release();
  await (await late).finished();
  await (await queue).finished();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), another.namespace);
  await open(sent.namespace);
  await stands();

  // Nor one from before another that is shown already.
  const isQueue = (url) => url.pathname.endsWith('/review');
  // Without `times`: once no route is left, those that are held go on.
  const once = async (pattern, then) => {
    let done;
    const met = new Promise((resolve) => (done = resolve));
    let isMet = false;
    await page.route(pattern, (route) => {
      if (isMet) return route.fallback();
      isMet = true;
      done();
      return then(route);
    });
    return { met };
  };
  let goOn;
  const later = new Promise((resolve) => (goOn = resolve));
  const waits = await once(isQueue, async (route) => (await later, route.continue()));
  await page.getByRole('button', { name: 'Read the evidence anew' }).click();
  await waits.met;
  await page.getByLabel('Add a note').fill('Jo has answered.');
  await page.getByRole('button', { name: 'Keep the note' }).click();
  await page.getByText('Jo has answered.').waitFor();
  const older = page.waitForResponse((response) => isQueue(new URL(response.url())));
  goOn();
  await (await older).finished();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  assert.equal(await page.getByText('Jo has answered.').count(), 1);

  // One that cannot be shown takes nothing away from what is being read.
  const answers = ['/check', '/review'].map(() => {
    let letGo;
    return { held: new Promise((resolve) => (letGo = resolve)), letGo: () => letGo() };
  });
  const check = await once('**/check', async (route) => (await answers[0].held, route.continue()));
  await page.getByRole('button', { name: 'Read the evidence anew' }).click();
  await check.met;
  await open(another.namespace);
  const reading = await once(isQueue, async (route) => (await answers[1].held, route.continue()));
  await page.getByRole('link', { name: sent.namespace, exact: true }).first().click();
  await reading.met;
  await once(isQueue, (route) => route.abort());
  const inVain = page.waitForEvent('requestfailed', { predicate: (request) => isQueue(new URL(request.url())) });
  answers[0].letGo();
  await inVain;
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  answers[1].letGo();
  await page.getByRole('heading', { level: 1, name: sent.namespace }).waitFor();
  await stands();

  await page.getByLabel('Add a note').fill('Half a tho');
  await open(another.namespace);
  assert.equal(await page.getByLabel('Add a note').inputValue(), '', 'a note belongs to its application');
  await open(sent.namespace);
  await stands();
  assert.equal(await page.getByLabel('Add a note').inputValue(), 'Half a tho');

  // A colleague keeps marks of their own meanwhile: both are there then.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await group('Public source', other).getByRole('button', { name: 'Ask' }).click();
  await other.getByLabel('Reason for Public source').fill('Which branch?');
  await other.getByRole('button', { name: 'Keep the marks' }).click();
  await other.getByRole('status').getByText('The marks are kept.').waitFor();
  await page.getByRole('button', { name: 'Keep the marks' }).click();
  await page.getByRole('alert').getByText(/changed in the meantime|somebody/i).waitFor();
  await stands();
  assert.equal(await page.getByLabel('Reason for Public source').inputValue(), 'Which branch?');
  await page.getByRole('button', { name: 'Keep the marks' }).click();
  await page.getByRole('status').getByText('The marks are kept.').waitFor();
  await page.reload();
  await group('Documented').waitFor();
  assert.equal(await page.getByLabel('Reason for Documented').inputValue(), 'There is no guide.');
  await page.getByRole('complementary', { name: 'On record' }).getByText(/Being read/).waitFor();

  // Decided with words that the server trims: nothing is left that only stands here.
  await page.getByLabel('Reason for Documented').fill('There is no guide at all. ');
  for (const group of await page.getByRole('group', { name: /^Decision on/ }).all()) {
    if (await group.getByRole('button', { pressed: true }).count() === 0) await group.getByRole('button', { name: 'Met', exact: true }).click();
  }
  await group('Public source').getByRole('button', { name: 'Met', exact: true }).click();
  await page.getByRole('button', { name: 'Decline' }).click();
  await page.getByRole('button', { name: 'Decide and send' }).click();
  await page.getByText('declined', { exact: true }).waitFor();
  await page.getByText('There is no guide at all.').first().waitFor();
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked += 1;
    dialog.accept();
  });
  await page.reload();
  await page.getByText('declined', { exact: true }).waitFor();
  assert.equal(asked, 0, 'nobody is asked before leaving what is decided');
});

test('signed out, the session is over everywhere', async (visit) => {
  const storageState = await staff();
  const page = await visit.open('/sign-in', { context: { storageState } });
  await page.getByRole('button', { name: 'Sign out' }).click();
  signedOut();
  await page.getByRole('button', { name: 'Mail me a code' }).waitFor();
  // The cookie as it was, in another browser.
  const other = await visit.open('/review', { expect: [/status of 401/], context: { storageState } });
  await other.getByRole('heading', { level: 1, name: 'Sign in to review' }).waitFor();
});
