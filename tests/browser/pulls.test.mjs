// The insights of a namespace, on what registries reported and on the pulls of the sample.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BASE, assert, test } from './harness.mjs';
import { becomes, breakdown, chartTable, choose, file, insights, open, pathOf, showAs, total } from './pulls.mjs';
import { NAMESPACE, OWNER, member, signedIn, staff } from './service.mjs';

/** What a question asks for, by its second byte (`Question` in `crates/pulls/src/served.rs`). */
const [ROWS, RECORDS, FOUND, LOOK] = [0, 1, 2, 3];

/** Has questions of one kind handled, and all others answered; gives those that were asked. */
async function questions(page, kind, handle) {
  const asked = [];
  await page.context().route('**/pulls/question', (route) => {
    const what = route.request().postDataBuffer()[1];
    asked.push(what);
    return what === kind ? handle(route) : route.continue();
  });
  return asked;
}

/** Where the page says that its numbers are counted. */
const counted = (page, words) => page.locator('#export dd').getByText(words).waitFor();

const HERE = 'In this browser: the rows of this span are here, and filters ask nobody';

const DIGEST = `sha256:${'a5'.repeat(32)}`;

/** Lets a registry report a namespace; gives its token. */
async function registry(namespace) {
  const { cookies } = await staff();
  const answer = await fetch(`${BASE}/api/v1/registries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: cookies.map((one) => `${one.name}=${one.value}`).join('; ') },
    body: JSON.stringify({ name: `of ${namespace}`, kind: 'distribution', namespaces: [namespace] }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).text.match(/dsos_reg_[\w-]+/)[0];
}

/** Reports pulls of an image, each by another client, or that it was pushed. */
async function report(token, namespace, tag, count, action = 'pull') {
  const events = Array.from({ length: count }, (_, at) => ({
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    action,
    target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST, repository: `${namespace}/web`, tag },
    request: { addr: `192.0.2.${at + 1}:40000`, method: 'GET', useragent: 'skopeo/1.9.3' },
    source: { addr: '203.0.113.9:5000' },
  }));
  const answer = await fetch(`${BASE}/events/distribution`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.docker.distribution.events.v2+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ events }),
  });
  assert.equal(answer.status, 202);
}

test('the insights of a namespace are for its maintainers', async (visit) => {
  const nobody = await visit.open(pathOf(NAMESPACE), { expect: [/status of 401/] });
  await nobody.getByRole('alert').getByText('Insights are shown to those who maintain this namespace.').waitFor();
  assert.equal(await nobody.getByRole('alert').getByRole('link', { name: 'Sign in' }).getAttribute('href'), '/sign-in');
  assert.equal(await nobody.locator('.totals').count(), 0);
  const { mail } = await member();
  const other = await visit.open(pathOf(NAMESPACE), { context: { storageState: await signedIn(mail) }, expect: [/status of 404/] });
  await other.getByRole('alert').getByText('You are signed in, and do not maintain this namespace.').waitFor();
});

test('a year of pulls is shown, and filters ask nobody', async (visit) => {
  const page = await insights(visit);
  assert.equal(await page.title(), `Insights of ${NAMESPACE} · Docker-Sponsored Open Source Program`);
  const all = await total(page, 'Pulls')();
  assert.ok(all > 10_000, `${all} pulls`);
  await counted(page, HERE);
  const asked = [];
  // The second byte of a question says what is asked.
  page.on('request', (request) => request.url().endsWith('/question') && asked.push(request.postDataBuffer()[1]));
  const [[country, count]] = await breakdown(page, 'Countries');
  await page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button', { name: country }).first().click();
  await becomes(total(page, 'Pulls'), Number(count.replaceAll(',', '')), country);
  await choose(page, 'By', 'Month');
  await becomes(total(page, 'Pulls'), Number(count.replaceAll(',', '')));
  // Single rows are the server's. What is counted is asked for once more, when the page begins to
  // hear of new pulls.
  assert.ok(asked.filter((what) => what !== RECORDS).length <= 1, asked.join());
  await showAs(page, 'Table');
  await becomes(async () => {
    const months = (await chartTable(page)).length;
    return (months >= 12 && months <= 13) || months;
  }, true, 'months');
});

test('a view stands before its rows are here, and what is chosen meanwhile is answered', async (visit) => {
  let release;
  const held = new Promise((done) => (release = done));
  let asked;
  const page = await insights(visit, {
    more: { prepare: async (page) => (asked = await questions(page, ROWS, async (route) => (await held, route.continue()))) },
  });
  await counted(page, 'By the server, until the rows of this span are here');
  const all = await total(page, 'Pulls')();
  const [[country, count]] = await breakdown(page, 'Countries');
  const filter = page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button', { name: country }).first();
  await filter.click();
  await becomes(total(page, 'Pulls'), Number(count.replaceAll(',', '')), country);
  const search = page.getByRole('searchbox', { name: 'Search tags' });
  const [[tag]] = await breakdown(page, 'Tags');
  await search.fill(tag);
  await becomes(async () => (await breakdown(page, 'Tags'))[0]?.[0], tag);
  await becomes(async () => asked.includes(FOUND), true, 'the server searches until rows are here');
  await search.fill('');
  release();
  await counted(page, HERE);
  // From now on nothing is asked but single records, and what is new.
  asked.length = 0;
  await search.fill(tag);
  await becomes(async () => (await breakdown(page, 'Tags'))[0]?.[0], tag);
  await search.fill('');
  await filter.click();
  await becomes(total(page, 'Pulls'), all);
  assert.deepEqual(asked.filter((what) => what === FOUND || what === LOOK), []);
});

test('of a span that is chosen while rows are on their way, the rows come, too', async (visit) => {
  let release;
  const held = new Promise((done) => (release = done));
  const page = await insights(visit, {
    query: '?span=3m',
    more: { prepare: (page) => questions(page, ROWS, async (route) => (await held, route.continue())) },
  });
  const some = await total(page, 'Pulls')();
  await choose(page, 'Time span', 'All');
  await becomes(async () => (await total(page, 'Pulls')()) > some, true);
  const all = await total(page, 'Pulls')();
  release();
  await counted(page, HERE);
  await choose(page, 'Time span', '3 mo');
  await becomes(total(page, 'Pulls'), some);
  await choose(page, 'Time span', 'All');
  await becomes(total(page, 'Pulls'), all);
});

test('rows that do not come leave the server to count', async (visit) => {
  const page = await insights(visit, {
    more: { expect: [/ERR_FAILED/], prepare: (page) => questions(page, ROWS, (route) => route.abort()) },
  });
  await counted(page, 'By the server: the rows of this span did not come, so each change of the view is asked for there');
  const [[country, count]] = await breakdown(page, 'Countries');
  await page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button', { name: country }).first().click();
  await becomes(total(page, 'Pulls'), Number(count.replaceAll(',', '')), country);
  assert.equal(await page.getByRole('alert').count(), 0);
});

test('of a span whose rows are too many, each view is asked for', async (visit) => {
  // The last byte of what the server says of a view is whether it would send the rows.
  const refuse = async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    // One byte says that it is still the one that was seen.
    if (body.length > 1) body[body.length - 1] = 0;
    return route.fulfill({ response: answer, body });
  };
  let asked;
  const page = await insights(visit, { more: { prepare: async (page) => (asked = await questions(page, LOOK, refuse)) } });
  await counted(page, 'By the server: the rows of this span are more than are sent to a page, so each change of the view is asked for there');
  const [[country, count]] = await breakdown(page, 'Countries');
  await page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button', { name: country }).first().click();
  await becomes(total(page, 'Pulls'), Number(count.replaceAll(',', '')), country);
  assert.equal(asked.includes(ROWS), false, 'no row is asked for');
});

test('a server that was away when the page was opened is asked again', async (visit) => {
  const page = await visit.open(pathOf(NAMESPACE), {
    expect: [/ERR_FAILED/],
    context: { storageState: await signedIn(OWNER) },
    prepare: (page) => questions(page, LOOK, (route) => route.abort()),
  });
  const alert = page.getByRole('alert').filter({ hasText: 'The server does not answer' });
  await alert.waitFor();
  await page.context().unroute('**/pulls/question');
  await alert.getByRole('button', { name: 'Retry' }).click();
  await alert.waitFor({ state: 'detached' });
  await counted(page, HERE);
});

test('rows come from the server, newest first', async (visit) => {
  const page = await insights(visit);
  const rows = page.getByRole('region', { name: 'Table of rows' });
  await rows.getByRole('row').nth(5).waitFor();
  const days = await rows.locator('tbody tr td:first-child').allInnerTexts();
  assert.deepEqual([...days].sort().reverse(), days);
  await rows.getByRole('button', { name: 'Day (UTC)' }).click();
  await becomes(async () => (await rows.locator('tbody tr td:first-child').first().innerText()) < days[0], true);
});

test('the raw file is as large as was said and shows the same in the workbench', async (visit) => {
  const page = await insights(visit, { query: '?count=both' });
  await showAs(page, 'Table');
  const [pulls, checks, shown] = [await total(page, 'Pulls')(), await total(page, 'Version checks')(), await chartTable(page)];
  const section = page.locator('#export');
  await section.getByRole('radio', { name: /^Raw/ }).check();
  await becomes(async () => /rows, [\d.,]+\s[MKk]?B/.test(await section.locator('.choice', { hasText: 'Raw' }).innerText()), true);
  const waiting = page.waitForEvent('download');
  await section.getByRole('link', { name: 'Download' }).click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), new RegExp(`^${NAMESPACE}_\\d{4}-\\d\\d-\\d\\d_\\d{4}-\\d\\d-\\d\\d_raw\\.csv$`));
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.toString().trimEnd().split('\n').length, pulls + checks + 1);
  const bench = await visit.open('/insights?count=both&form=table');
  await open(bench, file('raw.csv', bytes));
  await becomes(total(bench, 'Pulls'), pulls);
  await becomes(total(bench, 'Version checks'), checks);
  await becomes(() => chartTable(bench), shown, 'the same chart');
});

test('a summary is taken away', async (visit) => {
  const page = await insights(visit);
  const waiting = page.waitForEvent('download');
  await page.locator('#export').getByRole('link', { name: 'Download' }).click();
  const text = readFileSync(await (await waiting).path(), 'utf8');
  assert.match(text, /^namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n/);
  assert.match(text, new RegExp(`\n${NAMESPACE},`));
});

test('whole months and weeks are taken away, whatever the view shows', async (visit) => {
  const page = await insights(visit, { query: '?span=3m&count=both' });
  const section = page.locator('#export');
  const days = section.getByLabel('Days', { exact: true });
  const [months, weeks] = await Promise.all([0, 1].map((at) => days.locator('optgroup').nth(at).locator('option').evaluateAll((all) => all.map((one) => one.value.split('/')))));
  const today = new Date().toISOString().slice(0, 10);
  assert.ok(months.length >= 11 && weeks.length >= 48, `${months.length} months and ${weeks.length} weeks`);
  for (const [first, last] of months) assert.ok(first.endsWith('-01') && last < today, `${first} to ${last}`);
  for (const [first, last] of weeks) {
    assert.equal(new Date(first).getUTCDay(), 1);
    assert.equal(new Date(last) - new Date(first), 6 * 86_400_000);
    assert.ok(last < today);
  }
  await section.getByRole('radio', { name: /^Raw/ }).check();
  for (const [first, last] of [months.at(-2), weeks[0]]) {
    await days.selectOption(`${first}/${last}`);
    const waiting = page.waitForEvent('download');
    await section.getByRole('link', { name: 'Download' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), `${NAMESPACE}_${first}_${last}_raw.csv`);
    const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n').slice(1);
    const view = await insights(visit, { query: `?from=${first}&to=${last}&count=both` });
    assert.equal(lines.length, (await total(view, 'Pulls')()) + (await total(view, 'Version checks')()));
    for (const line of lines) assert.ok(line.split(',')[1] >= first && line.split(',')[1] <= last, line);
    await view.close();
  }
  await days.selectOption({ index: 0 });
  await becomes(async () => /^[\d,]+ rows, /.test(await section.locator('.choice', { hasText: 'Raw' }).locator('small').innerText()), true);
});

test('before the first pull the page says so, and the first pull appears by itself', { timeout: 120_000 }, async (visit) => {
  const { mail, namespace } = await member();
  const token = await registry(namespace);
  const page = await visit.open(pathOf(namespace), { context: { storageState: await signedIn(mail) } });
  await page.getByRole('heading', { name: 'No pulls yet' }).waitFor();
  await report(token, namespace, '1.0', 3);
  await page.getByRole('heading', { name: /^Pulls per tag/ }).waitFor({ timeout: 60_000 });
  await becomes(total(page, 'Pulls'), 3);
  await report(token, namespace, '2.0', 2);
  const pulls = total(page, 'Pulls');
  await page.waitForFunction(() => document.querySelector('.totals dd')?.firstChild.textContent === '5', null, { timeout: 60_000 });
  assert.equal(await pulls(), 5);
  // Today is not over: the period says so.
  await showAs(page, 'Table');
  await becomes(async () => (await chartTable(page)).some((line) => /of \d+ day/.test(line.period)), true);
});

test('pushed tags are marks on the time axis, in words and in the table', { timeout: 120_000 }, async (visit) => {
  const { mail, namespace } = await member();
  const token = await registry(namespace);
  await report(token, namespace, '1.0', 1, 'push');
  await report(token, namespace, '2.0', 2, 'push');
  await report(token, namespace, '1.0', 3);
  const page = await visit.open(pathOf(namespace), { context: { storageState: await signedIn(mail) } });
  await page.getByRole('heading', { name: /^Pulls per tag/ }).waitFor({ timeout: 60_000 });
  const chart = page.getByRole('application');
  const said = async () => (await chart.getAttribute('aria-label')).match(/tags were pushed in 1 of the periods, last in .*?: ([^;]*)\. The same/)?.[1];
  await becomes(said, '1.0, 2.0');
  await page.getByRole('list', { name: 'Lines and marks' }).getByText('Tags pushed').waitFor();
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.tip').getByText('pushed: 1.0, 2.0').waitFor();
  await showAs(page, 'Table');
  const table = page.getByRole('region', { name: 'Figures of the chart' });
  await table.getByRole('columnheader', { name: 'Pushed' }).waitFor();
  await becomes(async () => (await table.locator('tbody td:last-child').allInnerTexts()).filter(Boolean), ['1.0, 2.0']);
  // Of a week it is known how many clients there were; of a day it is not.
  const addresses = table.getByRole('columnheader', { name: 'Unique addresses' });
  assert.equal(await addresses.count(), 0);
  await choose(page, 'By', 'Week');
  await addresses.waitFor();
  await becomes(async () => Math.max(...(await table.locator('tbody td:nth-last-child(2)').allInnerTexts()).map(Number).filter(Boolean)), 3);
  // What filters leave out is not there either.
  await page.goto(`${BASE}${pathOf(namespace)}?filter=tag:1.0&form=table`);
  await becomes(async () => (await table.locator('tbody td:last-child').allInnerTexts()).filter(Boolean), ['1.0']);
});

test('from one namespace to its other pages and back', async (visit) => {
  const page = await insights(visit);
  const tabs = page.getByRole('navigation', { name: `Pages of ${NAMESPACE}` });
  assert.equal(await tabs.getByRole('link', { name: 'Insights' }).getAttribute('aria-current'), 'page');
  await tabs.getByRole('link', { name: 'Overview' }).click();
  await page.waitForURL(`**/n/${NAMESPACE}`);
  await page.goBack();
  await page.getByRole('heading', { name: /^Pulls per tag/ }).waitFor();
});

test('a server that is away leaves the view, and Retry goes on', async (visit) => {
  const page = await insights(visit, { query: '?span=3m' });
  await counted(page, HERE);
  // When it begins to hear of new pulls, the page asks once more.
  await page.waitForTimeout(3_000);
  await page.context().route('**/pulls/question', (route) => route.abort());
  await choose(page, 'Time span', 'All');
  const alert = page.getByRole('alert').filter({ hasText: 'The server does not answer.' });
  await alert.waitFor();
  const some = await total(page, 'Pulls')();
  assert.ok(some > 0, 'what was shown stays');
  // The rows that are here answer what they can.
  await choose(page, 'Time span', '3 mo');
  await alert.waitFor({ state: 'detached' });
  await becomes(total(page, 'Pulls'), some);
  await choose(page, 'Time span', 'All');
  await alert.waitFor();
  await page.context().unroute('**/pulls/question');
  await alert.getByRole('button', { name: 'Retry' }).click();
  await alert.waitFor({ state: 'detached' });
});
