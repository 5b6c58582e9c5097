// The pages that need the server, and the states they can be in: an application, somebody of
// staff, and how each state is reached.

import { createServer } from 'node:http';
import { BASE, assert, mounted, sharedBrowser } from './harness.mjs';
import { GITHUB, PROFILE, forge, repository } from './forge.mjs';
import { unanswered } from './namespaces.mjs';

const OUTBOX = process.env.DSOS_OUTBOX;
const FORGE_PORT = Number(process.env.DSOS_FORGE_PORT);

/** An owner of a namespace of the sample, whose year ends soon; and that namespace. */
export const OWNER = 'ines@sandpiper.example';
export const NAMESPACE = 'sandpiper';

/** The forge at which the sample's repositories are. */
export const FORGE = `http://127.0.0.1:${FORGE_PORT}`;

let forgeOfSample;

/** Has the forge of the sample answer, for the server and for pages: its repositories are as they should be. */
export function sampleForge() {
  forgeOfSample ??= new Promise((done) => {
    const server = createServer((request, response) => {
      const name = request.url.match(/^\/repos\/([^/]+\/[^/]+)/)?.[1] ?? '';
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url.endsWith('/community/profile') ? PROFILE : repository(name)));
    });
    // The tests end whether somebody may still ask or not.
    server.unref();
    server.listen(FORGE_PORT, '127.0.0.1', () => done(server));
  });
  return forgeOfSample;
}
const STAFF = process.env.DSOS_STAFF;

/** The mails that wait, newest first, as HTML. */
export const outbox = async () => (await fetch(OUTBOX)).text();

let count = 0;

/** A namespace that no other test of this run has applied for. */
export const fresh = () => `kelp-${Date.now().toString(36)}-${(count += 1)}`;

/** Sends an application through the API, as the form does: its `namespace`, and `status`, the path that opens it. */
export async function application() {
  const namespace = fresh();
  const answers = {
    presence: 'exists',
    namespace,
    holder: 'organization',
    paid_plan: false,
    sources: [{ address: `https://forge.invalid/${namespace}/tidal` }],
    license: 'MPL-2.0',
    money: Object.fromEntries((await topics()).map((topic) => [topic, false])),
    mail: `${namespace}@tidal.example`,
    name: 'Inês Caldeira',
  };
  const response = await fetch(`${BASE}/api/v1/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${namespace}-0123456789abcdef` },
    body: JSON.stringify({ answers }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  const receipt = await response.json();
  await checked(receipt);
  return { namespace, status: `/applications/${receipt.id}#${receipt.key}`, review: `/review/${receipt.id}` };
}

/** Waits until the server has read the evidence: nobody is at its address, which takes a moment. */
async function checked({ id, key }) {
  for (let tries = 0; tries < 600; tries += 1) {
    const read = await (await fetch(`${BASE}/api/v1/applications/${id}`, { headers: { 'dsos-key': key } })).json();
    if (!read.findings.some((finding) => finding.reason.code === 'checking')) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail('the evidence is not read');
}

async function topics() {
  const document = await (await fetch(`${BASE}/api/v1/openapi.json`)).json();
  return document.components.schemas.MoneyTopic.enum;
}

const sessions = new Map();

/** The cookies of somebody who signed in through the page, with the code from the mail. */
export function signedIn(mail) {
  if (!sessions.has(mail)) sessions.set(mail, signIn(mail));
  return sessions.get(mail);
}

/** The cookies of somebody of staff. */
export const staff = () => signedIn(STAFF);

/** Somebody of staff is signed in no more. */
export function signedOut() {
  sessions.delete(STAFF);
}

async function signIn(mail) {
  const context = await (await sharedBrowser()).newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${BASE}/sign-in`);
  await mounted(page);
  const { length: before } = await codes(mail);
  await page.getByLabel('Mail address').fill(mail);
  await page.keyboard.press('Enter');
  await page.getByLabel('Code from the mail').fill(await code(mail, before));
  await page.keyboard.press('Enter');
  await page.getByText('You are signed in as').waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** The codes that were mailed to somebody, newest first. */
async function codes(mail) {
  const mails = (await outbox()).split('<article>').filter((one) => one.includes(`to ${mail}`) && one.includes('code to sign in'));
  return mails.flatMap((one) => one.match(/\b\d{6}\b/)?.[0] ?? []);
}

/** The code that was mailed to somebody last, after the `before` that they had; the mail is written a moment after it is asked for. */
export async function code(mail, before = 0) {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = await codes(mail);
    if (found.length > before) return found[0];
    await new Promise((done) => setTimeout(done, 50));
  }
  return assert.fail('no code was mailed');
}

/** Gives what posts to an application as staff does, through the API. */
async function asStaff(sent) {
  const cookie = (await staff()).cookies.map((one) => `${one.name}=${one.value}`).join('; ');
  return async (rest, body) => {
    const response = await fetch(`${BASE}/api/v1${sent.review}/${rest}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: body && JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  };
}

const allMet = (application) => Object.fromEntries(application.findings.map((finding) => [finding.criterion, { mark: 'met', reason: '' }]));

/** Asks for changes to an application as staff does. */
export async function askForChanges(sent, reason) {
  const post = await asStaff(sent);
  const { application } = await post('begin');
  const opinions = { ...allMet(application), open_source_license: { mark: 'ask', reason } };
  const until = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
  await post('decision', { decision: { decision: 'ask', until }, opinions, version: application.version });
}

/** Approves an application as staff does, with other proof of control. */
async function approve(sent) {
  const post = await asStaff(sent);
  const { application } = await post('begin');
  const proven = await post('proof', { reason: 'They wrote from the project’s domain.', version: application.version });
  await post('decision', { decision: { decision: 'approve', exception: '' }, opinions: allMet(application), version: proven.application.version });
}

/** A namespace that was just taken into the program, and who owns it. A decision: see `decided`. */
export async function member() {
  const sent = await application();
  await approve(sent);
  return { namespace: sent.namespace, mail: `${sent.namespace}@tidal.example` };
}

/** Declines an application as staff does. */
async function decline(sent, reason) {
  const post = await asStaff(sent);
  const { application } = await post('begin');
  const opinions = { ...allMet(application), public_source: { mark: 'not_met', reason } };
  await post('decision', { decision: { decision: 'decline' }, opinions, version: application.version });
}

/** Opens the form beside a forge; `answers` as for `forge`. Gives the page and what the forge was asked. */
export async function form(visit, answers = { 'kelpworks/kelp': repository('kelpworks/kelp') }, options = {}) {
  let asked;
  const page = await visit.open('/apply', {
    asks: [GITHUB],
    ...options,
    prepare: async (page) => {
      asked = await forge(page, answers);
      await options.prepare?.(page);
    },
  });
  return { page, asked };
}

/** Fills in everything that sending needs. */
export async function fill(page, namespace = 'kelpworks') {
  await page.getByLabel('To be created on acceptance').check();
  await page.getByLabel('Name', { exact: true }).fill(namespace);
  await page.getByLabel('An organization’s').check();
  await page.getByRole('group', { name: 'Does it have a paid plan?' }).getByLabel('No').check();
  await page.getByLabel('Address 1').fill('https://github.com/kelpworks/kelp');
  await page.getByLabel('SPDX expression').fill('MPL-2.0');
  for (const no of await page.locator('.ask').getByRole('button', { name: 'No' }).all()) await no.click();
  await page.getByLabel('Mail address').fill('ines@kelpworks.org');
  await page.getByLabel('Your name').fill('Inês Caldeira');
}

/** The button that sends the form. */
export const send = (page) => page.getByRole('button', { name: 'Send the application' });

const reviewed = async (visit, more, path) => {
  const page = await visit.open(path, { ...more, context: { ...more.context, storageState: await staff() } });
  await page.locator('#queue-heading').waitFor({ state: 'attached' });
  return page;
};

/**
 * What was decided in each way: one of each for all states, since so many decisions as would make
 * the program page say how long they take change what other tests look at.
 */
const decided = new Map();

function once(way, decide) {
  if (!decided.has(way)) {
    decided.set(way, application().then(async (sent) => {
      await decide(sent);
      return sent;
    }));
  }
  return decided.get(way);
}

const approved = () => once('approved', approve);
const declined = () => once('declined', (sent) => decline(sent, 'The repository asks for an account.'));

/** Every state: `name`, and `reach`, which opens it with more options of `Visit.open`. */
export const SERVICE = [
  {
    name: 'apply, filled in',
    reach: async (visit, more) => {
      const { page } = await form(visit, undefined, more);
      await fill(page);
      await page.getByText('not archived', { exact: true }).waitFor();
      // Narrow windows hide the list of sections.
      await page.locator('nav a').filter({ hasText: /Contact.*filled in/ }).waitFor({ state: 'attached' });
      await page.getByText('A person will look').first().waitFor({ state: 'attached' });
      return page;
    },
  },
  {
    name: 'apply, with errors',
    reach: async (visit, more) => {
      const { page } = await form(visit, undefined, more);
      await send(page).click();
      await page.locator('#errors').waitFor();
      return page;
    },
  },
  {
    name: 'application, received',
    reach: async (visit, more) => {
      const page = await visit.open((await application()).status, more);
      await page.getByRole('heading', { name: 'Criterion by criterion' }).waitFor();
      return page;
    },
  },
  {
    name: 'application, without its key',
    reach: async (visit, more) => {
      const page = await visit.open('/applications/abcdefghjkmn', { ...more, expect: [/status of 404/] });
      await page.getByRole('heading', { level: 1, name: 'This link opens nothing' }).waitFor();
      return page;
    },
  },
  { name: 'sign-in', reach: (visit, more) => visit.open('/sign-in', { ...more, expect: [/status of 401/] }) },
  {
    name: 'review, for a stranger',
    reach: async (visit, more) => {
      const page = await visit.open('/review', { ...more, expect: [/status of 401/] });
      await page.getByRole('heading', { level: 1, name: 'Sign in to review' }).waitFor();
      return page;
    },
  },
  {
    name: 'review, what waits',
    reach: async (visit, more) => {
      await application();
      const page = await reviewed(visit, more, '/review');
      await page.getByText('550 no such mailbox').first().waitFor();
      return page;
    },
  },
  {
    name: 'review, an application being read',
    reach: async (visit, more) => {
      const page = await reviewed(visit, more, (await application()).review);
      await page.getByRole('button', { name: 'Begin to read' }).click();
      const mark = page.getByRole('group', { name: 'Decision on Public source' });
      await mark.getByRole('button', { name: 'Ask' }).click();
      await page.getByLabel('Reason for Public source').fill('Where is it?');
      return page;
    },
  },
  {
    name: 'application, changes asked for, answering',
    reach: async (visit, more) => {
      const sent = await application();
      await askForChanges(sent, 'Where is the license of the docs folder?');
      // What the form asks meanwhile is on its way as long as somebody looks.
      const page = await visit.open(sent.status, { ...more, prepare: unanswered('**/api/v1/source?**') });
      await page.getByRole('button', { name: 'Answer', exact: true }).click();
      await page.getByLabel('SPDX expression').waitFor();
      await page.getByText('Asking forge.invalid').first().waitFor();
      return page;
    },
  },
  {
    name: 'account',
    reach: async (visit, more) => {
      const page = await visit.open('/account', { ...more, context: { ...more.context, storageState: await signedIn(OWNER) } });
      await page.getByRole('heading', { name: 'Access tokens' }).waitFor();
      return page;
    },
  },
  {
    name: 'account, for a stranger',
    reach: async (visit, more) => {
      const page = await visit.open('/account', { ...more, expect: [/status of 401/] });
      await page.getByRole('heading', { level: 1, name: 'Sign in first' }).waitFor();
      return page;
    },
  },
  {
    name: 'account, while it loads',
    reach: async (visit, more) => {
      const page = await visit.open('/account', {
        ...more,
        context: { ...more.context, storageState: await signedIn(OWNER) },
        prepare: (page) => page.route('**/api/v1/account', () => {}),
      });
      await page.getByRole('status').filter({ hasText: /\S/ }).first().waitFor();
      return page;
    },
  },
  {
    name: 'account, the service away',
    reach: async (visit, more) => {
      const page = await visit.open('/account', {
        ...more,
        context: { ...more.context, storageState: await signedIn(OWNER) },
        expect: [/ERR_FAILED/],
        prepare: (page) => page.route('**/api/v1/**', (route) => route.abort()),
      });
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      return page;
    },
  },
  {
    name: 'membership, for staff',
    reach: async (visit, more) => {
      const page = await visit.open('/n/lanternfs/settings', { ...more, context: { ...more.context, storageState: await staff() } });
      await page.getByRole('heading', { name: 'Notices to the owners' }).waitFor();
      await page.getByText('Only its maintainers decide on this.').waitFor();
      await page.getByRole('region', { name: 'Repository pages' }).waitFor();
      return page;
    },
  },
  {
    name: 'membership, of a lapsed namespace',
    reach: async (visit, more) => {
      await sampleForge();
      const state = await signedIn('tomas@mossdb.example');
      const page = await visit.open('/n/mossdb/settings', { ...more, context: { ...more.context, storageState: state } });
      await page.getByRole('button', { name: 'Something changed' }).waitFor();
      await page.getByRole('button', { name: 'Save the settings of pulls' }).waitFor();
      return page;
    },
  },
  {
    name: 'apply, sent',
    reach: async (visit, more) => {
      const { page } = await form(visit, undefined, more);
      await fill(page, fresh());
      await page.getByText('not archived', { exact: true }).waitFor();
      await send(page).click();
      await page.getByRole('heading', { name: /^Received/ }).waitFor();
      return page;
    },
  },
  {
    name: 'apply, the service away',
    reach: async (visit, more) => {
      const { page } = await form(visit, undefined, {
        ...more,
        expect: [/ERR_FAILED/],
        prepare: (page) => page.route('**/api/v1/**', (route) => route.abort()),
      });
      await fill(page);
      await page.getByText('not archived', { exact: true }).waitFor();
      const namespace = page.locator('.finding', { has: page.getByRole('heading', { name: 'Organization namespace' }) });
      await namespace.locator('.state').filter({ hasText: 'Could not check' }).waitFor();
      await send(page).click();
      await page.getByText('What you typed is kept').waitFor();
      return page;
    },
  },
  {
    name: 'sign-in, with a code',
    reach: async (visit, more) => {
      const page = await visit.open('/sign-in', { ...more, expect: [/status of 401/] });
      await page.getByLabel('Mail address').fill(`${fresh()}@tidal.example`);
      await page.keyboard.press('Enter');
      await page.getByLabel('Code from the mail').waitFor();
      return page;
    },
  },
  ...[['approved', approved], ['declined', declined]].map(([way, decide]) => ({
    name: `application, ${way}`,
    reach: async (visit, more) => {
      const page = await visit.open((await decide()).status, more);
      await page.getByRole('heading', { level: 1, name: new RegExp(way) }).waitFor();
      return page;
    },
  })),
  {
    name: 'application, withdrawn',
    reach: async (visit, more) => {
      const page = await visit.open((await application()).status, more);
      await page.getByRole('button', { name: 'Withdraw' }).click();
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      await page.getByRole('heading', { level: 1, name: /withdrawn/ }).waitFor();
      return page;
    },
  },
  {
    name: 'review, the mail before it goes out',
    reach: async (visit, more) => {
      const page = await reviewed(visit, more, (await application()).review);
      await page.getByRole('button', { name: 'Begin to read' }).click();
      await page.getByRole('group', { name: 'Decision on Public source' }).waitFor();
      for (const group of await page.getByRole('group', { name: /^Decision on/ }).all()) {
        await group.getByRole('button', { name: 'Met', exact: true }).click();
      }
      await page.getByRole('group', { name: 'Decision on Public source' }).getByRole('button', { name: 'Not met' }).click();
      await page.getByLabel('Reason for Public source').fill('The repository asks for an account.');
      await page.getByRole('button', { name: 'Decline' }).click();
      await page.getByRole('region', { name: /^This mail goes to/ }).waitFor();
      return page;
    },
  },
  {
    name: 'review, decided with a reason on record',
    reach: async (visit, more) => {
      const sent = await approved();
      const page = await reviewed(visit, more, sent.review);
      await page.getByText('They wrote from the project’s domain.').waitFor();
      return page;
    },
  },
  {
    name: 'account, a token that is shown once',
    reach: async (visit, more) => {
      const state = await signedIn('jun@tidepool.example');
      const page = await visit.open('/account', { ...more, context: { ...more.context, storageState: state } });
      await page.getByLabel('What it is for').fill(fresh());
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('button', { name: 'I have it' }).waitFor();
      await page.getByRole('button', { name: /^Revoke: / }).first().waitFor();
      return page;
    },
  },
  { name: 'privacy', reach: (visit, more) => visit.open('/privacy', more) },
];
