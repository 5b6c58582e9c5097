// The directory: searched while one types, narrowed down, ordered, shown in parts; all of it in the
// address. What was found stays until there is something else.

import { BASE, assert, mounted, test } from './harness.mjs';
import { becomes, said } from './bench.mjs';
import { away, crowd, directoryOf } from './namespaces.mjs';

const DIRECTORY = '**/api/v1/directory?**';

/** Namespaces that are listed, in order, without those that other tests bring into the program. */
const listed = (page) => async () => {
  const names = await page.locator('table.listed tbody tr:not(.coming-line) th a').evaluateAll((all) => all.map((link) => link.getAttribute('href').replace('/n/', '')));
  return names.filter((name) => !name.startsWith('kelp-'));
};

const search = (page) => page.getByRole('searchbox', { name: 'Search' });
const query = (page) => async () => new URL(page.url()).search;
const steps = (page) => page.evaluate(() => history.length);
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
/** Milliseconds from one question to the next while somebody types, as `src/components/search_field.rs` has it. */
const PAUSE_MS = 120;
/** How many are shown of how many. */
const counted = (page) => () => page.locator('#explore-count').innerText();

/** What a page asks the API for from now on. */
function watchApi(page) {
  const asked = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname + search);
  });
  return asked;
}

const MEMBERS = ['driftgrid', 'gullwing', 'lanternfs', 'quillpress', 'sandpiper', 'tidepool'];

test('the first page comes with the document: it is shown without asking for anything', async (visit) => {
  let asked;
  const page = await visit.open('/explore', { prepare: (page) => (asked = watchApi(page)) });
  await becomes(listed(page), MEMBERS);
  assert.match(await page.response.text(), /<script type="application\/json" id="first-answer">/);
  assert.equal(await page.locator('#first-answer').count(), 0, 'it is used once');
  assert.deepEqual(asked, []);
  // Leaving it and coming back is another visit, for which the server is asked.
  await page.getByRole('link', { name: 'Tidepool' }).click();
  await page.getByRole('heading', { level: 1, name: 'Tidepool' }).waitFor();
  await page.goBack();
  await becomes(listed(page), MEMBERS);
  assert.equal(asked.filter((path) => path.startsWith('/api/v1/directory')).length, 1, asked.join());
});

test('a line says what a namespace is, and leads to its page', async (visit) => {
  const page = await visit.open('/explore');
  const line = page.getByRole('row', { name: /Sandpiper/ });
  for (const words of ['Collects readings from sensors on the shore and keeps them', 'Observability', 'Science', '3,412']) {
    assert.ok((await line.innerText()).includes(words), `${words} in ${await line.innerText()}`);
  }
  await line.getByRole('link').click();
  await page.waitForURL('**/n/sandpiper');
  await becomes(focused(page), 'Sandpiper', 'the heading of the new page has the focus');
  await becomes(() => page.title(), 'Sandpiper · Docker-Sponsored Open Source Program');
});

test('typed words go into the address as one types, a few at a time, and are no step back', async (visit) => {
  const page = await visit.open('/explore', { prepare: (page) => page.clock.install() });
  await becomes(listed(page), MEMBERS);
  const [asked, before] = [watchApi(page), await steps(page)];
  const words = () => asked.map((path) => new URLSearchParams(path.split('?')[1]).get('words'));
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await search(page).focus();
  // The first key is answered at once; those that follow wait for each other.
  await page.keyboard.type('queu');
  await becomes(query(page), '?q=q');
  await page.clock.runFor(PAUSE_MS - 1);
  await page.keyboard.type('e');
  assert.deepEqual([words(), await query(page)()], [['q'], '?q=q']);
  await page.clock.runFor(1);
  await becomes(query(page), '?q=queue');
  await page.clock.resume();
  await becomes(listed(page), ['tidepool']);
  assert.deepEqual(words(), ['q', 'queue'], 'no question a key');
  await becomes(() => said(page), '1 sponsored namespace fits');
  assert.equal(await steps(page), before, 'typing is no step');
  assert.equal(await focused(page)(), 'explore-words');
  await search(page).fill('');
  await becomes(query(page), '');
  await becomes(listed(page), MEMBERS);
  await becomes(async () => /^\d+ sponsored namespaces$/.test(await said(page)), true);
});

test('what is searched: names, descriptions and images, whichever way they are written', async (visit) => {
  const page = await visit.open('/explore');
  for (const [words, names] of [
    ['SANDPIPER', ['sandpiper']],
    ['shore sensors', ['sandpiper']],
    ['  bridge ', ['tidepool']],
    ['lantern', ['lanternfs']],
  ]) {
    await search(page).fill(words);
    await becomes(listed(page), names, words);
  }
  await search(page).fill('bridge');
  await page.getByText('tidepool/bridge', { exact: true }).waitFor();
});

test('of several questions the last one is answered, however late the others are', async (visit) => {
  const page = await visit.open('/explore');
  let letGo;
  const held = new Promise((done) => (letGo = done));
  await page.route(/words=sandpiper/, async (route) => {
    await held;
    // It was called off by the next question.
    await route.continue().catch(() => {});
  });
  const first = page.waitForRequest(/words=sandpiper/);
  await search(page).fill('sandpiper');
  await first;
  await page.locator('table[aria-busy=true]').waitFor();
  assert.deepEqual(await listed(page)(), MEMBERS, 'what was found stays meanwhile');
  await search(page).fill('tidepool');
  await becomes(listed(page), ['tidepool']);
  letGo();
  await search(page).fill('tidepo');
  await becomes(query(page), '?q=tidepo');
  await becomes(listed(page), ['tidepool']);
});

test('topic, order and the switch are steps in the address, and Back goes through them', async (visit) => {
  const page = await visit.open('/explore');
  await becomes(listed(page), MEMBERS);
  const [topic, order, only] = [page.getByLabel('Topic'), page.getByLabel('Order'), page.getByRole('switch', { name: 'Sponsored only' })];
  await topic.selectOption({ label: 'Science (2)' });
  await becomes(listed(page), ['driftgrid', 'sandpiper']);
  assert.equal(await query(page)(), '?topic=science');
  await becomes(() => said(page), '2 sponsored namespaces fit');
  await order.selectOption('Most stars');
  await becomes(listed(page), ['sandpiper', 'driftgrid']);
  assert.equal(await query(page)(), '?topic=science&order=stars');
  await topic.selectOption('All topics');
  await becomes(async () => (await listed(page)()).slice(0, 3), ['sandpiper', 'quillpress', 'tidepool']);
  await only.uncheck();
  await becomes(async () => (await listed(page)()).slice(0, 3), ['sandpiper', 'mossdb', 'quillpress']);
  await becomes(async () => new URLSearchParams(await query(page)()).toString(), 'order=stars&all=1');

  await page.goBack();
  await becomes(() => only.isChecked(), true);
  await page.goBack();
  await becomes(() => topic.inputValue(), 'science');
  await becomes(listed(page), ['sandpiper', 'driftgrid']);
  await page.goBack();
  await becomes(() => order.inputValue(), 'best');
  await becomes(listed(page), ['driftgrid', 'sandpiper']);
  await page.goBack();
  await becomes(listed(page), MEMBERS);
  await becomes(() => topic.inputValue(), '');
  await page.goForward();
  await becomes(listed(page), ['driftgrid', 'sandpiper']);
  // The usual order is not in the address.
  await order.selectOption('Name');
  await order.selectOption('Best match');
  await becomes(query(page), '?topic=science');
});

test('each order is what it says', async (visit) => {
  const page = await visit.open('/explore?order=name');
  const order = page.getByLabel('Order');
  for (const [words, names] of [
    ['Newest members', ['gullwing', 'driftgrid', 'tidepool', 'sandpiper', 'quillpress', 'lanternfs']],
    ['Last pushed', ['gullwing', 'driftgrid', 'tidepool', 'sandpiper', 'quillpress', 'lanternfs']],
    ['Most stars', ['sandpiper', 'quillpress', 'tidepool', 'lanternfs', 'gullwing', 'driftgrid']],
    ['Name', MEMBERS],
  ]) {
    await order.selectOption(words);
    await becomes(listed(page), names, words);
  }
});

test('the registry’s other namespaces are listed when asked for, without a badge', async (visit) => {
  const page = await visit.open('/explore');
  const only = page.getByRole('switch', { name: 'Sponsored only' });
  assert.equal(await page.getByRole('link', { name: 'plainchart' }).count(), 0);
  await only.uncheck();
  const line = page.getByRole('row', { name: /plainchart/ });
  await line.getByRole('cell', { name: 'Not sponsored' }).waitFor();
  await page.getByText('The registry’s other namespaces are listed, too. They have no badge.').waitFor();
  assert.equal(await page.getByText('Sponsored OSS', { exact: true }).and(page.locator('table *')).count(), 0);
  await line.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'plainchart' }).waitFor();
  await page.getByText('It has never been in the program').waitFor();
  assert.equal(await page.locator('main .badge').count(), 0);
  await page.goBack();
  await becomes(() => only.isChecked(), false);
  await only.check();
  await becomes(listed(page), MEMBERS);
});

test('more is shown on demand: the focus stays, the address keeps it, and nothing is asked twice', async (visit) => {
  let asked;
  const page = await visit.open('/explore?order=name', { prepare: async (page) => (asked = await directoryOf(page, crowd(120))) });
  const more = page.getByRole('button', { name: 'Show more' });
  await becomes(counted(page), '50 of 120');
  const before = await steps(page);
  await more.focus();
  await page.keyboard.press('Enter');
  await becomes(counted(page), '100 of 120');
  assert.equal((await listed(page)()).length, 100);
  await becomes(query(page), '?order=name&show=100');
  assert.equal(await focused(page)(), 'Show more');
  await page.keyboard.press('Enter');
  await becomes(counted(page), '120 of 120');
  assert.equal(new Set(await listed(page)()).size, 120);
  await becomes(() => more.count(), 0);
  await becomes(focused(page), 'explore-count', 'the button is gone');
  assert.equal(await steps(page), before);
  assert.deepEqual(asked.map((one) => `${one.get('skip')}+${one.get('most')}`), ['0+50', '50+50', '100+50']);

  await page.reload();
  await mounted(page);
  await becomes(counted(page), '120 of 120');
  // Another list begins at its beginning.
  await page.getByLabel('Order').selectOption('Most stars');
  await becomes(query(page), '?order=stars');
  await becomes(counted(page), '50 of 120');
});

test('a link has everything in it, and nonsense in one does no harm', async (visit) => {
  const page = await visit.open('/explore?q=d&all=1&topic=databases&order=stars&show=100');
  await becomes(listed(page), ['mossdb']);
  assert.equal(await search(page).inputValue(), 'd');
  assert.equal(await page.getByLabel('Topic').inputValue(), 'databases');
  assert.equal(await page.getByLabel('Order').inputValue(), 'stars');
  assert.equal(await page.getByRole('switch').isChecked(), false);
  const other = await visit.open('/explore?topic=nothing&order=%00&show=-3&all=&q=%20&utm_source=mail');
  await becomes(async () => (await listed(other)()).includes('sandpiper'), true);
  const words = '<img src=x onerror=alert(1)>';
  const marked = await visit.open(`/explore?q=${encodeURIComponent(words)}`);
  await marked.getByText(`No sponsored namespace fits “${words}”`).waitFor();
  const huge = await visit.open('/explore?show=999999999999');
  await becomes(listed(huge), MEMBERS);
});

test('nothing fits: said why, with the ways on', async (visit) => {
  const page = await visit.open('/explore');
  await search(page).fill('plainchart');
  await page.getByText('No sponsored namespace fits “plainchart”').waitFor();
  await page.getByText('One namespace of the registry fits that is not in the program.').waitFor();
  await becomes(() => said(page), '0 sponsored namespaces fit');
  await page.getByRole('button', { name: 'Search all namespaces' }).click();
  await becomes(listed(page), ['plainchart']);
  await becomes(focused(page), 'explore-words');
  await search(page).fill('zebra');
  await page.getByText('No namespace fits “zebra”').waitFor();
  await page.getByText('Fewer or other words may find it.').waitFor();
  await page.getByLabel('Topic').selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await becomes(async () => (await listed(page)()).includes('plainchart'), true);
  assert.equal(await search(page).inputValue(), '');
  assert.equal(await query(page)(), '?all=1', 'where it is searched stays as it was chosen');
  await becomes(focused(page), 'explore-words');
  const empty = await visit.open('/explore?order=name', { prepare: (page) => directoryOf(page, []) });
  await empty.getByText('Nobody is in yet').waitFor();
  assert.equal(await empty.getByRole('link', { name: 'Apply for your project' }).getAttribute('href'), '/apply');
});

test('the server away: what was read stays, Retry asks again, and the focus is not lost', async (visit) => {
  const page = await visit.open('/explore', { expect: [/ERR_FAILED/] });
  const refuse = (route) => route.abort();
  await page.route(DIRECTORY, refuse);
  await search(page).fill('tidepo');
  const notice = page.getByRole('alert').filter({ hasText: 'The server does not answer. What is shown was read before.' });
  await notice.waitFor();
  assert.deepEqual(await listed(page)(), MEMBERS);
  await page.unroute(DIRECTORY, refuse);
  await notice.getByRole('button', { name: 'Retry' }).click();
  await becomes(listed(page), ['tidepool']);
  assert.equal(await notice.count(), 0);
  await becomes(focused(page), 'Sponsored namespaces');

  const other = await visit.open('/explore?q=tidepo', { prepare: away(DIRECTORY), expect: [/ERR_FAILED/] });
  await other.getByRole('alert').getByText('The list could not be read').waitFor();
  await other.unrouteAll();
  await other.getByRole('button', { name: 'Retry' }).click();
  await becomes(listed(other), ['tidepool']);
  const troubled = await visit.open('/explore?q=tidepo', {
    expect: [/status of 500/],
    prepare: (page) => page.route(DIRECTORY, (route) => route.fulfill({ status: 500, json: {} })),
  });
  await troubled.getByRole('alert').getByText('The list could not be read').waitFor();
});

test('with the keyboard alone: found, narrowed down, widened, opened', async (visit) => {
  const page = await visit.open('/explore');
  await becomes(listed(page), MEMBERS);
  const tabTo = async (id) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate((id) => document.activeElement?.id === id || document.activeElement?.getAttribute('role') === id || document.activeElement?.textContent === id, id)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${id}`);
  };
  await tabTo('explore-words');
  await page.keyboard.type('a');
  await becomes(query(page), '?q=a');
  await tabTo('explore-topic');
  await page.keyboard.type('Science');
  await becomes(async () => (await listed(page)()).toSorted(), ['driftgrid', 'sandpiper']);
  await tabTo('switch');
  await page.keyboard.press('Space');
  await becomes(() => page.getByRole('switch').isChecked(), false);
  await tabTo('explore-order');
  await page.keyboard.type('Most');
  await becomes(async () => (await listed(page)())[0], 'sandpiper');
  await tabTo('Sandpiper');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${BASE}/n/sandpiper`);
  await becomes(focused(page), 'Sandpiper');
});
