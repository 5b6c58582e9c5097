// The view in the address: Share copies it, a link without its file keeps it, Back and Forward
// step through it.

import { BASE, PAGES, assert, mounted, test } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { becomes, choose, input, open, said, showAs, shows } from './bench.mjs';

const RAW = ['raw', '--rows', 4000, '--days', 400, '--first-day', '2025-10-01'];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));
const german = (row) => row.country === 'DE';
const country = (page) => page.getByRole('region', { name: /^countr/i }).getByRole('button', { name: 'Germany', exact: true });

test('Share copies a link to the view and says so; the link waits for the file and then shows that view', async (visit) => {
  const context = { permissions: ['clipboard-read', 'clipboard-write'] };
  const page = await visit.open(`${PAGES.insights}?form=table`, { context });
  await open(page, file('raw.csv', raw()));
  await choose(page, 'By', 'Month');
  await choose(page, 'Time span', '6 mo');
  await country(page).click();
  await choose(page, 'Count', 'Version checks');
  await page.getByLabel('Compare with').selectOption('before');
  const query = { span: 6, by: 'month', count: 'checks', compare: 'before', keep: german };
  const { pulls } = await shows(page, all(), query);
  assert.ok(pulls > 50);
  const share = page.getByRole('button', { name: 'Share: copy the link to this view' });
  await share.click();
  await becomes(() => share.innerText(), 'Copied');
  await becomes(() => said(page), 'Copied the link to this view');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, page.url());
  await becomes(() => share.innerText(), 'Share', 'the button goes back to its word');

  const other = await visit.open(link.slice(BASE.length));
  await other.getByText('Open the file to see this view').waitFor();
  assert.equal(other.url(), link);
  await open(other, file('raw.csv', raw()));
  await shows(other, all(), query);
  assert.equal(other.url(), link, 'opening the file changes nothing of the view');
  for (const [group, word] of [['By', 'Month'], ['Time span', '6 mo'], ['Count', 'Version checks']]) {
    const button = other.getByRole('group', { name: group, exact: true }).getByRole('button', { name: word, exact: true });
    assert.equal(await button.getAttribute('aria-pressed'), 'true', word);
  }
  assert.equal(await other.getByLabel('Compare with').inputValue(), 'before');
  await other.getByRole('button', { name: 'Remove filter: country is Germany' }).waitFor();
});

test('a link without its file can be forgotten', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?by=month&filter=country%3ADE&form=table`);
  await page.getByRole('button', { name: 'Forget the view' }).click();
  await becomes(async () => page.url(), `${BASE}${PAGES.insights}`);
  await becomes(() => page.getByText('Open the file to see this view').count(), 0);
  await page.goBack();
  await page.getByText('Open the file to see this view').waitFor();
  await input(page).setInputFiles(file('raw.csv', raw()));
  await shows(page, all(), { by: 'month', keep: german });
});

test('a browser that does not let us copy: said, and nothing is claimed', async (visit) => {
  const refuse = () => (navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError')));
  const page = await visit.open(PAGES.insights, { prepare: (page) => page.addInitScript(refuse) });
  await open(page, file('raw.csv', raw()));
  const share = page.getByRole('button', { name: /^Share/ });
  await share.click();
  await becomes(() => share.innerText(), 'Not copied');
  await becomes(() => said(page), 'The browser did not let us copy the link to this view');
});

test('Back and Forward step through spans, periods, counts and filters; the form is no step', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  await showAs(page, 'Table');
  const here = (row) => german(row) && row.tag !== 'latest';
  const latest = page.getByRole('region', { name: 'Tags', exact: true }).getByRole('button', { name: 'latest', exact: true });
  const steps = [
    [() => choose(page, 'Time span', '6 mo'), { span: 6 }],
    [() => choose(page, 'By', 'Month'), { span: 6, by: 'month' }],
    [() => country(page).click(), { span: 6, by: 'month', keep: german }],
    [() => latest.click({ modifiers: ['Alt'] }), { span: 6, by: 'month', keep: here }],
    [() => choose(page, 'Count', 'Both'), { span: 6, by: 'month', count: 'both', keep: here }],
    [() => choose(page, 'Time span', 'All'), { by: 'month', count: 'both', keep: here }],
  ];
  const views = [{}];
  for (const [act, query] of steps) {
    await act();
    await shows(page, all(), query);
    views.push(query);
  }
  for (const query of views.slice(0, -1).reverse()) {
    await page.goBack();
    await shows(page, all(), query);
  }
  assert.equal(page.url(), `${BASE}${PAGES.insights}?form=table`);
  for (const query of views.slice(1)) {
    await page.goForward();
    await shows(page, all(), query);
  }
  // Loaded anew, the address is all that is left; it is enough.
  await page.reload();
  await mounted(page);
  await page.getByText('Open the file to see this view').waitFor();
  await open(page, file('raw.csv', raw()));
  await shows(page, all(), views.at(-1));
});
