// The application form and the status page: hints while typing, drafts, errors, sending once, and
// what happens when a forge or the server is away.

import { BASE, assert, mounted, test } from './harness.mjs';
import { GITHUB, forge, repository } from './forge.mjs';
import { pictures } from './namespaces.mjs';
import { application, askForChanges, fill, form, fresh, send } from './service.mjs';

const KELP = 'kelpworks/kelp';
const ADDRESS = `https://github.com/${KELP}`;

/** The word that a criterion has in the panel. */
const word = (page, criterion) => page.locator('.finding', { has: page.getByRole('heading', { name: criterion }) }).locator('.state');

/** Waits until a criterion has a word. */
async function says(page, criterion, expected) {
  await word(page, criterion).filter({ hasText: new RegExp(`^${expected}$`) }).waitFor();
}

test('a criterion turns from not met to met while its answer is typed', async (visit) => {
  const { page } = await form(visit);
  const license = page.getByLabel('SPDX expression');
  await page.getByLabel('Address 1').fill(ADDRESS);
  await license.fill('BUSL-1.1');
  await says(page, 'Open source license', 'Not met');
  await page.getByText('limits production use').first().waitFor();
  await license.fill('MPL-2.0');
  await says(page, 'Open source license', 'Met');
  await says(page, 'Public source', 'Met');
  await says(page, 'Active development', 'Met');
  await says(page, 'Documented', 'Met');
  assert.match(await page.locator('.finding .src').first().innerText(), /github\.com\/kelpworks\/kelp, /);
});

test('the form that is reached from signing in asks forges, too, and says which', async (visit) => {
  const page = await visit.open('/sign-in', { asks: [GITHUB], expect: [/status of 401/], prepare: (page) => forge(page, { [KELP]: repository(KELP) }) });
  await page.getByRole('main').getByRole('link', { name: 'Apply for your project' }).click();
  await page.getByText(/this page asks github\.com, gitlab\.com, codeberg\.org or/).waitFor();
  await pictures(page);
  await page.getByLabel('Address 1').fill(ADDRESS);
  await says(page, 'Public source', 'Met');
});

test('what was read is filled in, and a correction shows the difference and asks for a person', async (visit) => {
  const { page } = await form(visit);
  await page.getByLabel('Address 1').fill(ADDRESS);
  await page.getByText('not archived', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('SPDX expression').inputValue(), 'MPL-2.0', 'the license is taken over');
  await page.getByText('Correct what was read').click();
  await page.getByLabel('License', { exact: true }).fill('MIT');
  await page.getByLabel('License', { exact: true }).blur();
  assert.equal(await page.locator('.as-read del').innerText(), 'MPL-2.0');
  assert.equal(await page.locator('.as-read ins').innerText(), 'MIT');
  await says(page, 'Open source license', 'A person will look');
});

test('a forge is asked once per repository, after a pause, and no more when the address goes', async (visit) => {
  const { page, asked } = await form(visit, { [KELP]: repository(KELP), 'kelpworks/other': repository('kelpworks/other') });
  await page.getByLabel('Address 1').pressSequentially(ADDRESS, { delay: 5 });
  await says(page, 'Public source', 'Met');
  assert.deepEqual([...new Set(asked)].sort(), [KELP, `${KELP}/community/profile`]);
  assert.equal(asked.length, 2, `asked: ${asked}`);
  await page.getByRole('button', { name: 'Add an address' }).click();
  await page.getByLabel('Address 2', { exact: true }).fill('https://github.com/kelpworks/other');
  await page.getByText('Both repositories can be read').waitFor();
  await page.getByRole('button', { name: 'Remove address 2' }).click();
  await page.getByText('The repository can be read').waitFor();
  assert.equal(await page.getByLabel('Address 2', { exact: true }).count(), 0);
});

for (const [name, answer, part] of [
  ['refuses for an hour', (route, headers) => route.fulfill({ status: 403, headers: { ...headers, 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 1200) }, json: {} }), 'questions an hour'],
  ['is in trouble', 503, 'in trouble itself'],
  ['answers half a JSON', (route, headers) => route.fulfill({ status: 200, headers, body: '{"full_name": "kelp' }), 'cannot be read'],
  ['is away', (route) => route.abort(), 'could not be reached'],
]) {
  test(`a forge that ${name}: could not check, never not met`, async (visit) => {
    const { page } = await form(visit, { [KELP]: answer }, { expect: [/status of (403|503)/, /ERR_FAILED/] });
    await page.getByLabel('Address 1').fill(ADDRESS);
    await page.getByLabel('SPDX expression').fill('MIT');
    await says(page, 'Public source', 'Could not check');
    await page.getByText(part).first().waitFor();
    for (const finding of await page.locator('.finding .state').allInnerTexts()) assert.notEqual(finding, 'Not met');
    await page.getByRole('button', { name: 'Try now' }).first().waitFor();
  });
}

test('an empty form names what it needs: the list takes the focus, and each line leads to its field', async (visit) => {
  const { page } = await form(visit);
  await send(page).click();
  await page.waitForFunction(() => document.activeElement?.id === 'errors');
  const lines = page.locator('#errors a');
  assert.equal(await lines.count(), 14);
  for (const at of [1, 4, 12]) {
    const href = await lines.nth(at).getAttribute('href');
    const text = await lines.nth(at).innerText();
    await lines.nth(at).click();
    assert.equal(await page.evaluate(() => `#${document.activeElement.id}`), href);
    const error = await page.locator(`${href}-error`).innerText();
    assert.ok(text.endsWith(error.trim()), `${text} has the words of its field: ${error}`);
  }
});

test('an error shows when its field is left, not before', async (visit) => {
  const { page } = await form(visit);
  const mail = page.getByLabel('Mail address');
  await mail.pressSequentially('ines@kelp');
  assert.equal(await page.locator('#mail-error').innerText(), '');
  await mail.blur();
  await page.locator('#mail-error').filter({ hasText: 'Write the whole address' }).waitFor();
  assert.equal(await mail.getAttribute('aria-invalid'), 'true');
  await mail.fill('ines@kelpworks.org');
  await page.waitForFunction(() => !document.querySelector('#mail').hasAttribute('aria-invalid'));
});

test('a draft is there from the first keystroke, and can be deleted', async (visit) => {
  const { page } = await form(visit);
  await page.getByLabel('Your name').pressSequentially('I');
  await page.reload();
  await mounted(page);
  await page.getByText('Draft restored from this browser').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'I');
  await page.getByRole('button', { name: 'Delete the draft' }).click();
  assert.equal(await page.getByLabel('Your name').inputValue(), '');
  await page.reload();
  await mounted(page);
  assert.equal(await page.getByText('Draft restored').count(), 0);
});

test('what is typed without a pause is kept all the same', async (visit) => {
  const { page } = await form(visit);
  await page.evaluate(() => {
    window.letters = 0;
    window.keptAt = [];
    document.addEventListener('input', () => (window.letters += 1), true);
    const keep = Storage.prototype.setItem;
    Storage.prototype.setItem = function (...words) {
      window.keptAt.push(window.letters);
      return keep.apply(this, words);
    };
  });
  await page.getByLabel('Your name').pressSequentially('Inês Caldeira de Albuquerque e Castro', { delay: 40 });
  const { keptAt, letters } = await page.evaluate(() => ({ keptAt: window.keptAt, letters: window.letters }));
  assert.ok(keptAt.some((at) => at > 0 && at < letters), `kept after ${keptAt} of ${letters} letters`);
});

test('what is half typed is asked about by nobody, pauses or not', async (visit) => {
  const { page, asked } = await form(visit, { 'kelpworks/kelp-of-the-sea': repository('kelpworks/kelp-of-the-sea') });
  const address = page.getByLabel('Address 1');
  await address.pressSequentially('https://github.com/kelpworks/kelp');
  // Long enough for what follows from it to be worked out, and too short for a question.
  await page.waitForTimeout(300);
  await address.pressSequentially('-of-the-sea', { delay: 70 });
  await says(page, 'Public source', 'Met');
  assert.deepEqual(asked.filter((one) => !one.startsWith('kelpworks/kelp-of-the-sea')), []);
});

test('an amendment that was begun is there when the application changed meanwhile, and says so', async (visit) => {
  const sent = await application();
  const page = await visit.open(sent.status);
  await page.getByRole('button', { name: 'Amend the application' }).click();
  await page.getByLabel('Anything else').fill('The docs have a license of their own.');
  await page.waitForFunction(() => Object.values(localStorage).some((text) => text.includes('of their own')));
  await askForChanges(sent, 'Where is the license of the docs folder?');
  await page.reload();
  await mounted(page);
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByText('The application changed since it was written').waitFor();
  assert.equal(await page.getByLabel('Anything else').inputValue(), 'The docs have a license of their own.');
});

for (const [way, leave] of [
  ['through a link', () => document.querySelector('header a[href="/insights"], header a[href="/"]').click()],
  ['by loading it again', () => location.reload()],
]) {
  test(`the last letter is kept by whoever leaves at once, ${way}`, async (visit) => {
    const { page } = await form(visit);
    // What opens the page afterwards would meet one that is being loaded.
    const loaded = way === 'by loading it again' ? page.waitForEvent('domcontentloaded') : undefined;
    await page.evaluate(`{
      const name = document.getElementById('name');
      name.value = 'Inês';
      // No picture and no pause comes any more in which it would be kept anyway.
      window.requestAnimationFrame = () => 0;
      name.dispatchEvent(new InputEvent('input', { bubbles: true }));
      (${leave})();
    }`);
    await loaded;
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('dsos-application-draft'))?.answers.name === 'Inês');
    await page.goto(`${BASE}/apply`);
    await mounted(page);
    await page.getByText('Draft restored from this browser').waitFor();
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês');
  });
}

test('sent, it has a number and a status page that its link opens', async (visit) => {
  const { page } = await form(visit);
  await fill(page, fresh());
  await send(page).click();
  await page.getByRole('heading', { name: /^Received: application \d{4}-\d{4}$/ }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('dsos-application-draft')), null, 'the draft is gone');
  await page.getByRole('link', { name: 'See the status' }).click();
  await page.getByRole('heading', { level: 1, name: /: received$/ }).waitFor();
  await page.getByRole('heading', { name: 'Criterion by criterion' }).waitFor();
  await page.getByText('Show that the source is yours').waitFor();
  // The key is in the fragment, and nowhere else in the address.
  const url = new URL(page.url());
  assert.match(url.pathname, /^\/applications\/[a-z0-9]{12}$/);
  assert.match(url.hash, /^#[\w-]{43}$/);
  // Loaded anew, and without its key.
  await page.reload();
  await page.getByRole('heading', { level: 1, name: /: received$/ }).waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('button', { name: 'Withdraw it' }).click();
  await page.getByRole('heading', { level: 1, name: /: withdrawn$/ }).waitFor();
});

test('a link without its key opens nothing and says why', async (visit) => {
  const page = await visit.open('/applications/abcdefghjkmn', { expect: [/status of 404/] });
  await page.getByRole('heading', { level: 1, name: 'This link opens nothing' }).waitFor();
});

test('pressed twice, it is sent once', async (visit) => {
  const { page } = await form(visit);
  const posts = [];
  await page.route('**/api/v1/applications', async (route) => {
    posts.push(route.request().headers()['idempotency-key']);
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await fill(page, fresh());
  await send(page).dblclick();
  await page.getByRole('heading', { name: /^Received/ }).waitFor();
  assert.equal(posts.length, 1);
});

test('while the server is away nothing is lost, and it is sent when the person says so', async (visit) => {
  const { page } = await form(visit, undefined, { expect: [/ERR_FAILED|Failed to load resource/] });
  let away = true;
  const keys = [];
  await page.route('**/api/v1/applications', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    // The first time the server has it, and its answer is lost.
    if (keys.length === 1) await route.fetch();
    return away ? route.abort() : route.continue();
  });
  await fill(page, fresh());
  await send(page).click();
  await page.getByText('The server does not answer. What you typed is kept').waitFor();
  await page.reload();
  await mounted(page);
  await page.getByText('sending it again is safe').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Inês Caldeira');
  assert.equal(keys.length, 1, 'nothing is sent without a word');
  away = false;
  await send(page).click();
  await page.getByRole('heading', { name: /^Received/ }).waitFor();
  assert.deepEqual(new Set(keys).size, 1, 'the same sending');
});

test('what is typed is text wherever it shows', async (visit) => {
  const { page } = await form(visit);
  const name = fresh();
  await fill(page, name);
  const hostile = '<img src=x onerror="document.title=1">';
  await page.getByLabel('Your name').fill(hostile);
  await page.getByLabel('Anything else').fill(`${hostile} ' OR 1=1 --`);
  await send(page).click();
  await page.getByRole('link', { name: 'See the status' }).click();
  await page.getByText(hostile).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
});

test('with the keyboard alone, from the first field to the receipt', async (visit) => {
  const { page } = await form(visit);
  const type = (text) => page.keyboard.type(text);
  const to = async (id) => {
    for (let steps = 0; steps < 60; steps += 1) {
      if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab never came to ${id}`);
  };
  await to('presence');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await to('namespace');
  await type(fresh());
  await to('holder');
  await page.keyboard.press('Space');
  await to('paid-plan');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await to('source-1');
  await type(ADDRESS);
  await says(page, 'Public source', 'Met');
  await to('license');
  assert.equal(await page.getByLabel('SPDX expression').inputValue(), 'MPL-2.0');
  for (const at of [1, 2, 3, 4, 5, 6]) {
    await to(`money-${at}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
  }
  await to('mail');
  await type('ines@kelpworks.org');
  await to('name');
  await type('Inês');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Received/ }).waitFor();
});

test('without the server the form is there, says so when it matters, and keeps what was typed', async (visit) => {
  const { page } = await form(visit, undefined, {
    expect: [/status of (404|405)/],
    prepare: (page) => page.route('**/api/v1/**', (route) => route.fulfill({ status: 404, body: '<html>a static host</html>' })),
  });
  await fill(page);
  await says(page, 'Public source', 'Met');
  await says(page, 'Organization namespace', 'Could not check');
  await send(page).click();
  await page.getByText('The server does not answer. What you typed is kept').waitFor();
});

test('what could not be checked is asked again when the person says so: the namespace, too', async (visit) => {
  const { page } = await form(visit, undefined, { expect: [/ERR_FAILED|Failed to load resource/] });
  let away = true;
  await page.route('**/api/v1/namespaces/**', (route) => (away ? route.abort() : route.continue()));
  await page.getByLabel('To be created on acceptance').check();
  await page.getByLabel('An organization’s').check();
  await page.getByRole('group', { name: 'Does it have a paid plan?' }).getByLabel('No').check();
  await page.getByLabel('Name', { exact: true }).fill(fresh());
  await says(page, 'Organization namespace', 'Could not check');
  away = false;
  await page.getByRole('button', { name: 'Try now' }).click();
  await says(page, 'Organization namespace', 'A person will look');
});

test('what is typed while an application is being sent is not lost with its draft', async (visit) => {
  const { page } = await form(visit);
  let go;
  const held = new Promise((done) => (go = done));
  await page.route('**/api/v1/applications', async (route) => {
    await held;
    await route.continue();
  });
  await fill(page, fresh());
  await send(page).click();
  await page.getByRole('button', { name: 'Sending' }).waitFor();
  await page.getByLabel('Anything else').fill('We moved last week.');
  go();
  await page.getByRole('heading', { name: /^Received/ }).waitFor();
  await page.reload();
  await mounted(page);
  assert.equal(await page.getByLabel('Anything else').inputValue(), 'We moved last week.');
  await page.getByText('Nothing has been sent').waitFor();
});

test('names of licenses are offered while one is typed, and what was typed before stays', async (visit) => {
  const { page } = await form(visit);
  const license = page.getByLabel('SPDX expression');
  const offered = (name) => page.locator(`#license-list option[value="${name}"]`).waitFor({ state: 'attached' });
  await license.fill('mi');
  await offered('MIT');
  await license.fill('MIT OR apache');
  await offered('MIT OR Apache-2.0');
});

test('what the server finds wrong stands at its field, which has the focus, until it is changed', async (visit) => {
  const message = 'This name belongs to somebody else by now. Write another one.';
  const { page } = await form(visit, undefined, { expect: [/status of 422/] });
  await page.route('**/api/v1/applications', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      json: { type: 'fields', title: 'Something is wrong with the form', status: 422, detail: 'One field is wrong.', errors: [{ field: 'namespace', message }] },
    }),
  );
  await fill(page, fresh());
  await send(page).click();
  await page.locator('#namespace-error').getByText(message).waitFor();
  await page.waitForFunction(() => document.activeElement.id === 'namespace');
  await page.keyboard.type('x');
  await page.locator('#namespace-error').getByText(message).waitFor({ state: 'detached' });
});

test('whoever leaves is asked only when what was typed would be lost', async (visit) => {
  for (const isKept of [true, false]) {
    const { page } = await form(visit, undefined, {
      prepare: (page) =>
        isKept || page.addInitScript(() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }),
    });
    let asked = 0;
    page.on('dialog', (dialog) => {
      asked += 1;
      dialog.accept();
    });
    await page.getByLabel('Your name').fill('Inês');
    await page.waitForTimeout(600);
    await page.close({ runBeforeUnload: true });
    await page.waitForEvent('close').catch(() => {});
    assert.equal(asked, isKept ? 0 : 1, isKept ? 'the draft is kept' : 'nothing keeps it');
  }
});
