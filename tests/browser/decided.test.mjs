// What maintainers decide about the pulls of their namespace, and the totals that anybody sees then.

import { BASE, assert, test } from './harness.mjs';
import { becomes, said } from './bench.mjs';
import { TOTALS, WRITER, WRITTEN, as, publishing } from './namespaces.mjs';
import { NAMESPACE, OWNER, signedIn, staff } from './service.mjs';

const OFF = { publishes_totals: false, alert: null, report: null };
const section = (page) => page.getByRole('region', { name: 'Pulls', exact: true });
const publish = (page) => section(page).getByRole('switch', { name: 'Publish the totals' });
const alert = (page) => section(page).getByLabel('Tell us by mail when a week has far more pulls');
const report = (page) => section(page).getByLabel('Send us the figures by mail');
const save = (page) => section(page).getByRole('button', { name: 'Save the settings of pulls' });
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
const line = (page) => page.locator('.ns-head').getByText(/\bpulls?\b/i);

/** Asks the API as somebody does. */
async function ask(mail, namespace, method = 'GET', body) {
  const { cookies } = await signedIn(mail);
  const response = await fetch(`${BASE}/api/v1/namespaces/${namespace}/pulls/settings`, {
    method,
    headers: { cookie: cookies.map((one) => `${one.name}=${one.value}`).join('; '), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method}: ${response.status}`);
  return response.json();
}

/** Runs a test, and turns everything off again. */
async function restored(body, mail = WRITER, namespace = WRITTEN) {
  try {
    await body();
  } finally {
    const { version } = await ask(mail, namespace);
    await ask(mail, namespace, 'PUT', { settings: OFF, version });
  }
}

const open = async (visit, { mail = WRITER, namespace = WRITTEN, ...more } = {}) => {
  const page = await visit.open(`/n/${namespace}/settings`, await as(mail, more));
  await save(page).waitFor();
  return page;
};

test('everything is off; what is chosen is saved by the keyboard alone, and is there the next time', (visit) =>
  restored(async () => {
    const page = await open(visit);
    assert.equal(await publish(page).isChecked(), false);
    assert.deepEqual(await Promise.all([alert(page), report(page)].map((one) => one.inputValue())), ['', '']);
    assert.deepEqual(await alert(page).locator('option').evaluateAll((all) => all.map((one) => one.value)), ['', '1.5', '2', '3', '5', '10']);
    await section(page).getByText('at least 100 pulls').waitFor();

    await publish(page).focus();
    await page.keyboard.press('Space');
    await section(page).getByText('One change is not saved yet.').waitFor();
    await page.keyboard.press('Tab');
    await becomes(focused(page), 'pulls-alert');
    for (const _ of [1, 2]) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await becomes(focused(page), 'pulls-report');
    await page.keyboard.press('ArrowDown');
    await section(page).getByText('3 changes are not saved yet.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await becomes(() => said(page), 'The settings of pulls are saved.');
    await becomes(() => section(page).getByText(/not saved yet/).count(), 0);
    const { settings } = await ask(WRITER, WRITTEN);
    assert.deepEqual(settings, { publishes_totals: true, alert: '2', report: 'weekly' });

    await page.reload();
    await save(page).waitFor();
    assert.equal(await publish(page).isChecked(), true);
    assert.deepEqual(await Promise.all([alert(page), report(page)].map((one) => one.inputValue())), ['2', 'weekly']);
  }));

test('Undo takes back what is not saved, and leaves the focus where one goes on', (visit) =>
  restored(async () => {
    const page = await open(visit);
    await publish(page).check();
    await report(page).selectOption('monthly');
    await section(page).getByRole('button', { name: 'Undo' }).click();
    assert.equal(await publish(page).isChecked(), false);
    await becomes(() => report(page).inputValue(), '');
    await becomes(focused(page), 'pulls-published');
  }));

test('of two tabs the second is told, keeps its choice, and saves it when asked again', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/status of 409/] });
    const { version } = await ask(WRITER, WRITTEN);
    await ask(WRITER, WRITTEN, 'PUT', { settings: { ...OFF, alert: '10' }, version });
    await report(page).selectOption('weekly');
    await save(page).click();
    const told = section(page).getByRole('alert').getByText('Somebody else changed this in the meantime.');
    await told.waitFor();
    assert.equal(await report(page).inputValue(), 'weekly');
    await save(page).click();
    await becomes(() => said(page), 'The settings of pulls are saved.');
    await becomes(() => told.count(), 0);
    assert.equal((await ask(WRITER, WRITTEN)).settings.report, 'weekly');
  }));

test('a server that does not answer is said, and what was chosen stays', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/ERR_FAILED/] });
    await page.route('**/pulls/settings', (route) => route.abort());
    await publish(page).check();
    await save(page).click();
    await section(page).getByRole('alert').getByText('The server does not answer.').waitFor();
    assert.equal(await publish(page).isChecked(), true);
    await page.unroute('**/pulls/settings');
    await save(page).click();
    await becomes(() => said(page), 'The settings of pulls are saved.');
  }));

test('those who run the program see what was decided, and decide nothing', async (visit) => {
  const page = await visit.open(`/n/${WRITTEN}/settings`, { context: { storageState: await staff() } });
  await section(page).getByText('Only its maintainers decide on this.').waitFor();
  for (const field of [publish(page), alert(page), report(page)]) assert.equal(await field.isDisabled(), true);
  assert.equal(await save(page).count(), 0);
});

test('totals are shown to anybody once they are published, and are gone when they are not', (visit) =>
  restored(
    async () => {
      const before = await visit.open(`/n/${NAMESPACE}`);
      await before.getByRole('heading', { level: 1, name: 'Sandpiper' }).waitFor();
      assert.equal(await line(before).count(), 0);
      const page = await open(visit, { mail: OWNER, namespace: NAMESPACE });
      await publish(page).check();
      await save(page).click();
      await becomes(() => said(page), 'The settings of pulls are saved.');

      const answer = await fetch(`${BASE}/api/v1/namespaces/${NAMESPACE}/pulls/totals`);
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=300');
      const { months, days } = await answer.json();
      const number = ({ by_tag, by_digest }) => (by_tag + by_digest).toLocaleString('en-US');
      const seen = await visit.open(`/n/${NAMESPACE}`);
      const words = `${number(months)} pulls in the last 12 whole months, ${number(days)} in the last 30 days (UTC)`;
      await becomes(async () => {
        const text = await line(seen).innerText();
        return text.startsWith(words) || text;
      }, true);
      // Who may not see the insights sees as much there.
      const tab = await visit.open(`/n/${NAMESPACE}/insights`, { expect: [/status of 401/] });
      await becomes(async () => (await tab.getByRole('alert').locator('p.num').innerText()).startsWith(words), true);

      await publish(page).uncheck();
      await save(page).click();
      await becomes(async () => (await fetch(`${BASE}/api/v1/namespaces/${NAMESPACE}/pulls/totals`)).status, 404);
      await seen.reload();
      await seen.getByRole('heading', { level: 1, name: 'Sandpiper' }).waitFor();
      assert.equal(await line(seen).count(), 0);
    },
    OWNER,
    NAMESPACE,
  ));

test('totals say since when they are counted, and what is missing', async (visit) => {
  const of = (changes) => publishing((route) => route.fulfill({ json: { ...TOTALS, ...changes } }));
  const none = { by_tag: 0, by_digest: 0 };
  for (const [prepare, words, expect = []] of [
    [of({}), '1,234,567 pulls in the last 12 whole months, 98,765 in the last 30 days (UTC)'],
    [of({ known_from: '2026-06-05' }), '1,234,567 pulls in the last 12 whole months, 98,765 in the last 30 days (UTC). Counted since Jun 5, 2026.'],
    [of({ months: { ...TOTALS.months, ...none } }), '98,765 pulls in the last 30 days (UTC)'],
    [of({ months: { ...TOTALS.months, ...none }, days: { ...TOTALS.days, ...none } }), 'No pulls in the last 12 months.'],
    [publishing((route) => route.fulfill({ status: 503, json: { type: 'x', title: 'x', status: 503, detail: 'x' } })), 'How often it was pulled cannot be read just now.', [/status of 503/]],
  ]) {
    const page = await visit.open('/n/tidepool', { prepare, expect });
    await becomes(() => page.locator('.ns-head p.num').last().innerText(), words);
  }
});
