// The registries that report pulls: who sees them, adding one, the configuration that is shown once,
// what it reports then, what is set aside of it, another token, and the end of it.

import { BASE, assert, test } from './harness.mjs';
import { becomes, said } from './bench.mjs';
import { WRITER, as } from './namespaces.mjs';
import { ASIDE, asidesAre, lines, registriesAre, registriesPage, registry, reporting, shownOnce } from './registries.mjs';
import { fresh } from './service.mjs';

const DIGEST = 'sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf';
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
const name = (page) => page.getByLabel('Name', { exact: true });
const namespaces = (page) => page.getByRole('textbox', { name: 'Namespaces that it may report' });
const add = (page) => page.getByRole('button', { name: 'Add the registry' });
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

/** The token in a configuration. */
const tokenIn = (text) => text.match(/Bearer (dsos_reg_[\w-]+)/)?.[1] ?? assert.fail(`no token in ${text}`);

/** The configuration of a registry that is shown. */
const configuration = (page, of) => shownOnce(page, of).locator('pre').innerText();

/** Posts an event as CNCF Distribution does; gives the status. */
async function report(token, repository) {
  const event = {
    id: fresh(),
    timestamp: new Date().toISOString(),
    action: 'pull',
    target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST, repository, tag: '1.0' },
    request: { addr: '192.0.2.11:42961', method: 'GET', useragent: 'skopeo/1.9.3' },
    source: { addr: '203.0.113.9:5000' },
  };
  const response = await fetch(`${BASE}/events/distribution`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.docker.distribution.events.v2+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ events: [event] }),
  });
  return response.status;
}

/** Adds a registry through the page; gives its configuration. */
async function added(page, called, may) {
  await name(page).fill(called);
  await namespaces(page).fill(may);
  await add(page).click();
  await shownOnce(page, called).waitFor();
  return configuration(page, called);
}

/** Removes it through the page. */
async function removed(page, called) {
  await page.getByRole('button', { name: `Remove: ${called}` }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await becomes(() => lines(page, called).count(), 0);
}

/** Loads the page anew until something is there. */
const comes = (page, what) =>
  becomes(async () => {
    await page.reload();
    await what.waitFor({ timeout: 8_000 });
    return true;
  }, true);

test('without a session the page says to sign in; a maintainer who is no staff sees nothing of it', async (visit) => {
  const stranger = await visit.open('/registries', { expect: [/status of 401/] });
  await stranger.getByRole('heading', { level: 1, name: 'Sign in to see the registries' }).waitFor();
  await stranger.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  const page = await visit.open('/registries', await as(WRITER, { expect: [/status of 403/] }));
  await page.getByRole('heading', { level: 1, name: 'This cannot be shown' }).waitFor();
  for (const one of [stranger, page]) {
    assert.equal(await one.getByRole('table').count(), 0);
    assert.equal(await add(one).count(), 0);
  }
});

test('where none reports it says why and what next, and the databases by their day', async (visit) => {
  const page = await registriesPage(visit, { prepare: registriesAre(() => reporting([])) });
  await page.getByText('No registry reports yet').waitFor();
  await page.getByText('Countries: database of Nov 1, 2026.').waitFor();
  await page.getByText('Networks: no database of networks; start with --asn.').waitFor();
  assert.equal(await page.getByText(/wait to be counted/).count(), 0);
  await add(page).waitFor();
});

test('review and registries lead to each other', async (visit) => {
  const page = await registriesPage(visit);
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Review' }).click();
  await page.getByRole('heading', { level: 1, name: 'Review' }).waitFor();
  await page.getByRole('region', { name: 'Registries that report pulls' }).getByRole('link', { name: 'registries' }).click();
  await page.getByRole('heading', { level: 1, name: 'Registries' }).waitFor();
  assert.match(await page.title(), /^Registries/);
});

test('what is wrong is said at its field: when it is left, and when it is sent', async (visit) => {
  const sent = [];
  const page = await registriesPage(visit, { prepare: (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.url())) });
  // Who only passes by is told nothing.
  await name(page).focus();
  await namespaces(page).focus();
  await add(page).focus();
  assert.equal(await page.locator('[aria-invalid=true]').count(), 0);

  await namespaces(page).fill('kelpworks, Tidal moss--db');
  await name(page).focus();
  await page.locator('#registry-namespaces-error').getByText('“Tidal”: A name has small letters: t instead of T.').waitFor();
  assert.equal(await namespaces(page).getAttribute('aria-invalid'), 'true');
  await name(page).fill('x'.repeat(61));
  await add(page).click();
  await page.locator('#registry-name-error').getByText('The name has 61 characters. Up to 60 fit.').waitFor();
  await becomes(focused(page), 'registry-name', 'the first wrong field has the focus');

  // Mended while it is typed.
  await name(page).fill('hub');
  await becomes(() => page.locator('#registry-name-error').innerText(), '');
  await namespaces(page).fill('kelpworks, tidal moss--db');
  await page.getByText('“moss--db”: -- are two separators in a row. Leave one of them.').waitFor();
  await add(page).click();
  await becomes(focused(page), 'registry-namespaces');
  await namespaces(page).fill(' , ');
  await page.getByText('Write the namespaces that it may report, such as kelpworks.').waitFor();
  assert.deepEqual(sent, []);
});

test('a registry is added, its configuration shown once and copied; its events show, and what is set aside; then another token, and the end', { timeout: 180_000 }, async (visit) => {
  const page = await registriesPage(visit, { context: clipboard, expect: [/status of (409|422)/] });
  const called = fresh();
  const may = fresh();
  const text = await added(page, called, `${may}, kelp ${may}`);
  const token = tokenIn(text);
  await becomes(focused(page), await shownOnce(page, called).getAttribute('id'));
  await becomes(() => said(page), `${called} is added. Its configuration is shown this once.`);
  await page.getByRole('button', { name: `Copy the configuration of ${called}` }).click();
  await becomes(() => page.evaluate(() => navigator.clipboard.readText()), text, 'all of it, with the token');
  const line = lines(page, called);
  await line.getByText('not yet').waitFor();
  assert.deepEqual(await line.getByRole('list', { name: 'Namespaces that it may report' }).getByRole('listitem').allInnerTexts(), [may, 'kelp']);
  assert.equal(await name(page).inputValue(), '');

  // Its name is taken by now.
  await name(page).fill(called);
  await namespaces(page).fill(may);
  await add(page).click();
  await becomes(focused(page), 'registry-name');
  // The page says so a moment after it leads there.
  await becomes(() => name(page).getAttribute('aria-invalid'), 'true');
  assert.equal(await name(page).inputValue(), called, 'what was typed stays');

  await shownOnce(page, called).getByRole('button', { name: 'I have it' }).click();
  await becomes(() => shownOnce(page, called).count(), 0);
  await becomes(async () => /^registry-\d+$/.test(await focused(page)()), true, 'one goes on at its line');
  await page.reload();
  await line.waitFor();
  assert.ok(!(await page.content()).includes(token), 'it is shown once');

  assert.equal(await report(token, `${may}/web`), 202);
  await comes(page, line.getByRole('cell').first().locator('time[title]'));
  await line.getByRole('img', { name: /^Events of the last 24 hours by the hour: 1 in all/ }).waitFor();
  assert.equal(await line.getByText('none', { exact: true }).count(), 1, 'nothing is set aside');

  assert.equal(await report(token, `not-${may}/web`), 202, 'it must not hold up what follows');
  const button = line.getByRole('button', { name: `1 set aside: show what ${called} sent` });
  await comes(page, button);
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.click();
  const list = line.getByRole('group', { name: `Set aside of what ${called} sent` });
  await list.getByText(`This registry may not report the namespace not-${may}: add it to the registry's list, if it may.`).waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  assert.ok((await list.locator('pre').innerText()).includes(`not-${may}/web`));
  assert.ok(!(await list.innerText()).includes('192.0.2.11'), 'without the address');
  await list.getByRole('button', { name: 'All that was sent' }).click();
  await button.click();
  await becomes(() => list.count(), 0, 'closed, it is nobody’s');

  // What the sentence asks for can be done here.
  const change = line.getByRole('button', { name: `Change what ${called} may report` });
  await change.click();
  const field = line.getByRole('textbox', { name: 'May report' });
  assert.equal(await field.inputValue(), `${may} kelp`);
  await line.getByRole('button', { name: 'Cancel' }).click();
  await becomes(() => change.evaluate((button) => button === document.activeElement), true);
  await change.click();
  await field.fill(`${may} Not`);
  await line.getByRole('button', { name: 'Save' }).click();
  await line.getByText('“Not”: A name has small letters: n instead of N.').waitFor();
  await becomes(() => field.evaluate((input) => input === document.activeElement), true);
  await field.fill(`${may}, not-${may}`);
  await field.press('Enter');
  await becomes(() => said(page), `What ${called} may report is changed.`);
  const chips = line.getByRole('list', { name: 'Namespaces that it may report' });
  await becomes(() => chips.getByRole('listitem').allInnerTexts(), [may, `not-${may}`]);
  await becomes(() => change.evaluate((button) => button === document.activeElement), true);

  // Asked for, kept: the focus is back where it was.
  const renew = line.getByRole('button', { name: `New token: ${called}` });
  await renew.click();
  await line.getByText('The token that it has stops at once').waitFor();
  await line.getByRole('button', { name: 'Keep it' }).click();
  await becomes(() => renew.evaluate((button) => button === document.activeElement), true);
  await renew.click();
  await line.getByRole('button', { name: 'Make a new token' }).click();
  await shownOnce(page, called).waitFor();
  const another = tokenIn(await configuration(page, called));
  assert.notEqual(another, token);
  await becomes(() => report(token, `${may}/web`), 401, 'the old one stops');
  assert.equal(await report(another, `${may}/web`), 202);

  await removed(page, called);
  await becomes(() => shownOnce(page, called).count(), 0, 'what it would have needed is gone');
  await becomes(focused(page), 'reporting-heading');
  await becomes(() => said(page), `${called} is removed. What was counted stays.`);
  await becomes(() => report(another, `${may}/web`), 401);
});

test('the figures are read anew every half minute, and nothing that is open closes', async (visit) => {
  let figures = reporting([registry({ set_aside: 2, namespaces: Array.from({ length: 9 }, (_, at) => `kelp-${at}`) })]);
  let asked = 0;
  const page = await registriesPage(visit, {
    expect: [/ERR_FAILED/],
    prepare: async (page) => {
      await page.clock.install();
      await registriesAre(() => ((asked += 1), figures))(page);
      await asidesAre(() => ASIDE)(page);
    },
  });
  const line = lines(page, 'hub');
  const sum = line.getByRole('img', { name: /2,760 in all, 230 in this hour/ });
  await sum.waitFor();
  await line.getByText('and 5 more').click();
  await line.getByText('kelp-8').waitFor();
  await line.getByRole('button', { name: /show what hub sent/ }).click();
  const why = line.getByText('may not report the namespace tidal');
  await why.waitFor();
  assert.equal(await line.locator('pre b').count(), 0, 'what was sent is text');
  await line.getByRole('button', { name: 'Remove: hub' }).click();
  await page.waitForFunction(isCalled, 'Remove it');
  await name(page).fill('hal');
  const stands = async () => {
    assert.ok(await line.getByText('kelp-8').isVisible());
    assert.ok(await why.isVisible());
    assert.ok(await line.getByRole('button', { name: 'Remove it' }).isVisible());
    assert.equal(await name(page).inputValue(), 'hal');
    assert.equal(await focused(page)(), 'registry-name');
  };

  const before = asked;
  figures = reporting([registry({ ...figures.registries[0], set_aside: 0, hours: Array(24).fill(1) }), registry({ id: 2, name: 'another' })], { waiting_bytes: 200_000_000 });
  await page.clock.runFor(30_000);
  await line.getByRole('img', { name: /24 in all, 1 in this hour/ }).waitFor();
  await lines(page, 'another').waitFor();
  await page.getByText('200\u202fMB of at most 10\u202fGB wait to be counted').waitFor();
  assert.ok(asked > before);
  await stands();

  // Where pulls are kept is away: how many wait, and why.
  const halt = { since: '2026-11-01T12:00:00Z', why: 'ClickHouse does not answer at db.example:8123: Connection refused.' };
  figures = { ...figures, waiting_events: 12, halt };
  await page.clock.runFor(30_000);
  await page.getByText(/^Nothing is counted since .*, and 12 events wait; nothing of it is lost\. The reason: ClickHouse does not answer at db\.example:8123: Connection refused\.$/).waitFor();
  await stands();
  figures = { ...figures, waiting_events: 0, halt: null };

  // The server is away: what was known stays, and says from when it is.
  await page.route('**/api/v1/registries', (route) => route.abort());
  await page.clock.runFor(30_000);
  await page.getByRole('status').getByText(/^These figures are from .* The server does not answer\.$/).waitFor();
  await stands();
  await page.unroute('**/api/v1/registries');
  await registriesAre(() => figures)(page);
  await page.getByRole('button', { name: 'Try again' }).click();
  await becomes(() => page.getByText(/^These figures are from/).count(), 0);
  await becomes(async () => (await focused(page)()) !== 'BODY', true, 'the button is gone, the focus is not');
});

test('a list that cannot be read says so, and can be asked for again', async (visit) => {
  const page = await registriesPage(visit, {
    expect: [/ERR_FAILED/],
    prepare: async (page) => {
      await registriesAre(() => reporting([registry({ set_aside: 1 })]))(page);
      await page.route('**/api/v1/registries/1/set-aside', (route) => route.abort());
    },
  });
  const line = lines(page, 'hub');
  await line.getByRole('button', { name: /show what hub sent/ }).click();
  await line.getByRole('alert').getByText('The server does not answer.').waitFor();
  await page.unroute('**/api/v1/registries/1/set-aside');
  await asidesAre(() => [])(page);
  await line.getByRole('button', { name: 'Try again' }).click();
  await line.getByText('Nothing of it is kept any longer.').waitFor();
  assert.notEqual(await focused(page)(), 'BODY');
});

test('one that never reported, and one that waits, stand out by words', async (visit) => {
  const minutes = (count) => new Date(Date.now() - count * 60_000).toISOString();
  const silent = { last_at: null, hours: Array(24).fill(0) };
  const all = [
    registry({ ...silent, id: 1, name: 'never', added_at: minutes(61.5) }),
    registry({ ...silent, id: 2, name: 'new', added_at: minutes(59) }),
    registry({ id: 3, name: 'late', waits_since: minutes(20.5) }),
    registry({ id: 4, name: 'soon', waits_since: minutes(1.5) }),
  ];
  const page = await registriesPage(visit, { prepare: registriesAre(() => reporting(all)) });
  await lines(page, 'never').getByText('never', { exact: true }).last().waitFor();
  await lines(page, 'new').getByText('not yet').waitFor();
  const warned = (name) => lines(page, name).locator('.state.person').count();
  assert.deepEqual([await warned('never'), await warned('new'), await warned('late'), await warned('soon')], [1, 0, 1, 0]);
  assert.match(await lines(page, 'late').innerText(), /waits since\s+\d\d:\d\d UTC\s+20 minutes/);
  assert.match(await lines(page, 'soon').innerText(), /waits since\s+\d\d:\d\d UTC\s+1 minute\b/);
});

test('on a phone it is a list whose cells are named, and nothing is wider than the page', async (visit) => {
  const long = `${'long-'.repeat(24)}name`;
  const all = [registry({ name: 'x'.repeat(60), namespaces: [long], set_aside: 1, passed_over: 12_345 })];
  const page = await registriesPage(visit, {
    width: 320,
    height: 700,
    prepare: async (page) => {
      await registriesAre(() => reporting(all))(page);
      await asidesAre(() => ASIDE)(page);
    },
  });
  await page.getByRole('button', { name: /set aside: show what/ }).click();
  await page.getByText('The body is no JSON.').waitFor();
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  assert.equal(await page.getByRole('columnheader').count(), 5, 'its cells belong to columns still');
  assert.equal(await page.locator('td[data-label="Events"]').evaluate((cell) => getComputedStyle(cell, '::before').content.startsWith('"Events"')), true);
});

/** Presses Tab until what has the focus is wanted; `wanted` runs in the page. */
async function tabTo(page, wanted, argument) {
  for (let steps = 0; steps < 150; steps += 1) {
    if (await page.evaluate(wanted, argument)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not lead to ${argument}`);
}

const hasId = (id) => document.activeElement?.id === id;
const isCalled = (words) => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent.trim()) === words;

test('a registry is added, given another token and removed with the keyboard alone', { timeout: 120_000 }, async (visit) => {
  const page = await registriesPage(visit);
  const called = fresh();
  await add(page).waitFor();
  await tabTo(page, hasId, 'registry-name');
  await page.keyboard.type(called);
  await page.keyboard.press('Tab');
  // The one that is chosen; there and back again.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await tabTo(page, hasId, 'registry-namespaces');
  await page.keyboard.type('kelp');
  await page.keyboard.press('Enter');
  await shownOnce(page, called).waitFor();
  await lines(page, called).waitFor();
  const first = tokenIn(await configuration(page, called));
  await becomes(async () => /^made-\d+$/.test(await focused(page)()), true);
  await tabTo(page, isCalled, 'I have it');
  await page.keyboard.press('Enter');
  await becomes(async () => /^registry-\d+$/.test(await focused(page)()), true);
  await tabTo(page, isCalled, `New token: ${called}`);
  await page.keyboard.press('Enter');
  await page.waitForFunction(isCalled, 'Make a new token');
  await page.keyboard.press('Enter');
  await shownOnce(page, called).waitFor();
  assert.notEqual(tokenIn(await configuration(page, called)), first);
  await tabTo(page, isCalled, 'I have it');
  await page.keyboard.press('Enter');
  await becomes(async () => /^registry-\d+$/.test(await focused(page)()), true);
  await tabTo(page, isCalled, `Remove: ${called}`);
  await page.keyboard.press('Enter');
  await page.waitForFunction(isCalled, 'Remove it');
  await page.keyboard.press('Enter');
  await becomes(() => lines(page, called).count(), 0);
  await becomes(focused(page), 'reporting-heading');
});
