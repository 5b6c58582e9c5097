// The page of a namespace: its badge and what that means, or why there is none; its repositories;
// the badge for its readme; and what only its maintainers see.

import { BASE, assert, mounted, test } from './harness.mjs';
import { becomes, said } from './bench.mjs';
import { REGISTRY, as, away, changeFirst, changePage, withRegistry } from './namespaces.mjs';
import { OWNER, signedIn } from './service.mjs';

const badge = (page) => page.getByRole('button', { name: 'Sponsored OSS' });
const meaning = (page) => page.getByRole('dialog', { name: 'Docker-Sponsored Open Source' });
const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
const query = (page) => async () => new URL(page.url()).search;
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

/** The repositories that are shown, in order. */
const shown = (page) => () => page.locator('.repo > button').evaluateAll((all) => all.map((button) => button.textContent.trim()));

/** The button of a repository. */
const repository = (page, name) => page.getByRole('rowheader').getByRole('button', { name });

test('the header says who it is, with a badge that says what it means', async (visit) => {
  const page = await visit.open('/n/tidepool');
  await heading(page, 'Tidepool').waitFor();
  const header = page.locator('.ns-head');
  for (const words of ['A message queue for small machines', '918 stars on github.com/tidepool/tidepool', 'Messaging']) {
    await header.getByText(words).waitFor();
  }
  for (const [name, address] of [
    ['tidepool.example', 'https://tidepool.example'],
    ['github.com/tidepool/tidepool', 'https://github.com/tidepool/tidepool'],
    ['Contributing guide', 'https://github.com/tidepool/tidepool/blob/main/CONTRIBUTING.md'],
  ]) {
    const link = header.getByRole('link', { name, exact: true });
    assert.equal(await link.getAttribute('href'), address);
    assert.match(await link.getAttribute('rel'), /nofollow/);
  }
  assert.equal(await page.title(), 'Tidepool · Docker-Sponsored Open Source Program');

  assert.equal(await meaning(page).count(), 0);
  await badge(page).click();
  await meaning(page).waitFor();
  assert.equal(await badge(page).getAttribute('aria-expanded'), 'true');
  for (const term of ['Sponsored since', 'Valid until', 'Last checked']) await meaning(page).getByText(term).waitFor();
  await meaning(page).getByRole('link', { name: 'Verify this badge' }).click();
  await page.waitForURL(`${BASE}/verify/tidepool`);
  await page.getByRole('heading', { name: 'Genuine: tidepool is sponsored' }).waitFor();
});

test('what the badge means closes again by Escape and another press, with the focus back on it, and by going on', async (visit) => {
  const page = await visit.open('/n/tidepool');
  const opens = async () => {
    await badge(page).click();
    await meaning(page).waitFor();
  };
  const closes = async (how) => {
    await becomes(() => meaning(page).count(), 0, how);
    assert.equal(await badge(page).getAttribute('aria-expanded'), 'false', how);
    await becomes(focused(page), 'badge-button', how);
  };
  await opens();
  await page.keyboard.press('Tab');
  await becomes(focused(page), 'Verify this badge');
  await page.keyboard.press('Escape');
  await closes('Escape');
  await opens();
  await badge(page).click();
  await closes('pressed again');
  await opens();
  // With the keyboard one goes on from it to what comes next.
  for (const _ of [1, 2, 3]) await page.keyboard.press('Tab');
  await becomes(() => meaning(page).count(), 0, 'the focus went on');
  await becomes(focused(page), 'tidepool.example');
});

test('a press beside what the badge means closes it, and leaves the focus at the badge or where was pressed', async (visit) => {
  const page = await visit.open('/n/tidepool');
  await badge(page).click();
  await meaning(page).waitFor();
  await page.getByRole('heading', { name: 'Perks' }).click();
  await becomes(() => meaning(page).count(), 0);
  await becomes(focused(page), 'badge-button', 'nothing there takes the focus');
  await badge(page).click();
  await meaning(page).waitFor();
  await page.getByRole('button', { name: 'reST' }).click();
  await becomes(() => meaning(page).count(), 0);
  await becomes(focused(page), 'reST');
});

test('whether it is sponsored is said plainly, with a badge only if it is', async (visit) => {
  for (const [name, words, hasBadge] of [
    ['lanternfs', undefined, true],
    ['mossdb', /^Not sponsored since .*The year was not renewed; that is all it means\./, false],
    ['plainchart', /^Not sponsored\. It has never been in the program\./, false],
  ]) {
    const page = await visit.open(`/n/${name}`, withRegistry(name));
    await heading(page, new RegExp(name, 'i')).waitFor();
    assert.equal(await badge(page).count(), hasBadge ? 1 : 0, name);
    assert.equal(await page.getByRole('heading', { name: 'Put the badge in your readme' }).count(), hasBadge ? 1 : 0, name);
    if (hasBadge) {
      await badge(page).click();
      await meaning(page).getByText(/The year is over; everything stays on until/).waitFor();
    } else {
      await page.getByText(words).waitFor();
      const link = page.getByRole('link', { name: 'How this is checked' });
      assert.equal(await link.getAttribute('href'), `/verify/${name}`);
    }
    assert.equal(await page.getByRole('heading', { name: 'Is it yours?' }).count(), name === 'mossdb' ? 1 : 0, name);
    const perks = page.getByRole('region', { name: 'Perks' }).getByRole('listitem').filter({ hasText: 'Verified badge' });
    await perks.getByText(hasBadge ? 'On' : name === 'mossdb' ? /^off since/ : 'Off', { exact: name !== 'mossdb' }).waitFor();
  }
  const ended = await visit.open('/n/tidepool', { prepare: (page) => changePage(page, 'tidepool', () => ({ sponsorship: { state: 'ended', since: '2026-11-02' } })) });
  await ended.getByText('The membership was ended before its time.').waitFor();
  assert.equal(await badge(ended).count(), 0);
});

test('an unknown namespace is a 404 that says so, without a request or an error besides', async (visit) => {
  const asked = [];
  const page = await visit.open('/n/nobody', {
    // Chromium says so of the document itself, and of nothing else.
    expect: [/status of 404.*\/n\/nobody\)$/],
    prepare: (page) => page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url())),
  });
  assert.equal(page.response.status(), 404);
  await heading(page, 'There is no namespace nobody here').waitFor();
  assert.deepEqual(asked, []);
  assert.equal(await page.getByRole('link', { name: 'all namespaces' }).getAttribute('href'), '/explore');
  await page.getByRole('link', { name: 'check a badge' }).click();
  await heading(page, 'Is this badge genuine?').waitFor();
  for (const path of ['/n/NOBODY', '/n/..%2f', '/n/a%20b', '/n/%D0%B0pple']) {
    const none = await visit.open(path, { expect: [/status of 404/] });
    assert.equal(none.response.status(), 404, path);
    assert.equal(await none.locator('main .badge').count(), 0, path);
    assert.equal(await none.getByRole('heading', { level: 1 }).count(), 1, path);
  }
});

test('from one namespace to the next: name, badge and title are those of the next, and Back goes back', async (visit) => {
  const page = await visit.open('/explore?all=1');
  await page.getByRole('link', { name: 'Tidepool' }).click();
  await heading(page, 'Tidepool').waitFor();
  await badge(page).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'mossdb' }).click();
  await heading(page, 'mossdb').waitFor();
  await page.getByText('Not sponsored since').waitFor();
  assert.equal(await badge(page).count(), 0);
  assert.match(await page.title(), /^mossdb · /);
  await page.goBack();
  await heading(page, 'Sponsored namespaces').waitFor();
  await page.goForward();
  await heading(page, 'mossdb').waitFor();
  await page.getByText('Not sponsored since').waitFor();
});

test('what the server lists is shown, whether or not a registry is set up', async (visit) => {
  const page = await visit.open('/n/gullwing');
  await heading(page, 'Gullwing').waitFor();
  await becomes(shown(page), ['gullwing/echo', 'gullwing/gullwing']);
});

test('repositories are filtered while one types and sorted by their headings, all in the address', async (visit) => {
  const page = await visit.open('/n/sandpiper', withRegistry('sandpiper'));
  const all = ['agent', 'dashboard', 'migrate', 'server'].map((name) => `sandpiper/${name}`);
  await becomes(shown(page), all);
  const filter = page.getByRole('searchbox', { name: 'Filter repositories' });
  const count = page.getByRole('status').filter({ hasText: 'repositor' });
  const before = await page.evaluate(() => history.length);
  await filter.fill('RECEIVES');
  await becomes(shown(page), ['sandpiper/server']);
  assert.equal(await count.innerText(), '1 of 4 repositories');
  assert.equal(await query(page)(), '?q=RECEIVES');
  await filter.fill('zebra');
  await page.getByText('No repository fits “zebra”').waitFor();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await becomes(shown(page), all);
  await becomes(focused(page), 'repositories-filter');
  assert.equal(await page.evaluate(() => history.length), before, 'typing is no step');

  const column = (name) => page.getByRole('table').getByRole('columnheader', { name });
  for (const [name, sort, order, first] of [
    ['Tags', '?sort=tags', 'descending', 'server'],
    ['Tags', '?sort=-tags', 'ascending', 'migrate'],
    ['Last pushed', '?sort=pushed', 'descending', 'agent'],
    ['Repository', '', 'ascending', 'agent'],
    ['Repository', '?sort=-name', 'descending', 'server'],
  ]) {
    await column(name).getByRole('button').click();
    await becomes(query(page), sort);
    await becomes(async () => (await shown(page)())[0], `sandpiper/${first}`, sort);
    assert.equal(await column(name).getAttribute('aria-sort'), order);
    assert.equal(await page.locator('th[aria-sort]').count(), 1);
  }
  await page.goBack();
  await page.goBack();
  await becomes(query(page), '?sort=pushed');
  const link = await visit.open('/n/sandpiper?sort=-tags&q=sandpiper', withRegistry('sandpiper'));
  await becomes(() => link.getByText('No repository fits “sandpiper”').or(link.locator('.repo').first()).count(), 1);
});

test('a repository opens to what it is at length and its tags, whose images can be copied', async (visit) => {
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), context: clipboard });
  const button = repository(page, 'sandpiper/server');
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.focus();
  await page.keyboard.press('Enter');
  const tags = page.getByRole('table', { name: 'Tags of sandpiper/server' });
  await tags.getByRole('row', { name: /^latest/ }).waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  assert.equal(await button.getAttribute('aria-controls'), await page.locator('tr.opened-row').getAttribute('id'));
  assert.equal(await tags.getByRole('row').count(), 6);
  await tags.getByText('linux/amd64, linux/arm64').first().waitFor();
  const opened = page.locator('tr.opened-row');
  await opened.getByRole('heading', { name: 'Start' }).waitFor();
  assert.equal(await opened.getByRole('link', { name: 'manual' }).getAttribute('href'), 'https://sandpiper.example/manual');
  assert.equal(await opened.locator('script, img, iframe, style, [onclick], [style]').count(), 0);

  await page.getByRole('button', { name: 'Copy pull: copy docker pull registry.example/sandpiper/server', exact: true }).click();
  await becomes(() => said(page), 'Copied docker pull registry.example/sandpiper/server');
  assert.equal(await copied(page), 'docker pull registry.example/sandpiper/server');
  await tags.getByRole('button', { name: 'Copy pull: copy docker pull registry.example/sandpiper/server:2.4.1' }).click();
  await becomes(() => copied(page), 'docker pull registry.example/sandpiper/server:2.4.1');
  await tags.getByRole('button', { name: 'Copy the digest of 2.4.1' }).click();
  await becomes(async () => /^sha256:[0-9a-f]{64}$/.test(await copied(page)), true);
  const [whole, short] = [await copied(page), await tags.getByRole('row', { name: /^2\.4\.1/ }).locator('.digest code').innerText()];
  assert.ok(whole.startsWith(short) && short.length === 'sha256:'.length + 12, `${short} of ${whole}`);
  await button.click();
  await becomes(() => tags.count(), 0);
});

test('long text cannot run anything, even if the server let it through', async (visit) => {
  // The server takes all of this out (`settings.test.mjs`); the page’s own policy is the second lock.
  const about_html = '<p>Before</p><script>window.ran = 1</script><img src="/favicon.svg" onload="window.ran = 2"><p onclick="window.ran = 3">After</p>';
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), expect: [/Content Security Policy|policy violation/] });
  await page.route('**/repositories/server', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), about_html } });
  });
  await repository(page, 'sandpiper/server').click();
  await page.getByText('After', { exact: true }).click();
  await becomes(() => page.locator('.at-length img').evaluate((image) => image.complete), true);
  assert.equal(await page.evaluate(() => window.ran), undefined);
});

test('what a repository opens to is read again when it could not be had', async (visit) => {
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), expect: [/ERR_FAILED/] });
  const path = '**/repositories/agent';
  await away(path)(page);
  await repository(page, 'sandpiper/agent').click();
  const alert = page.getByRole('alert').filter({ hasText: 'The server does not answer.' });
  await alert.waitFor();
  await page.unroute(path);
  await alert.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('table', { name: 'Tags of sandpiper/agent' }).waitFor();
  await becomes(() => alert.count(), 0);
});

test('Retry in an opened repository leaves the focus where one reads on', async (visit) => {
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), expect: [/ERR_FAILED/] });
  const path = '**/repositories/agent';
  await away(path)(page);
  await repository(page, 'sandpiper/agent').click();
  await page.getByRole('button', { name: 'Retry' }).focus();
  await page.unroute(path);
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Tags of sandpiper/agent' }).waitFor();
  await becomes(() => page.evaluate(() => document.activeElement !== document.body), true);
});

test('of very many repositories fifty are shown, and all when asked for', async (visit) => {
  const many = Array.from({ length: 130 }, (_, at) => ({ name: `part-${String(at).padStart(3, '0')}`, description: at === 120 ? 'the hidden one' : '', tags: at, pushed_at: null, missing: [] }));
  const page = await visit.open('/n/tidepool', { prepare: (page) => changePage(page, 'tidepool', () => ({ repositories: many, repository_count: 5000, registry: { ...REGISTRY, trouble: 'The registry answered 503.' } })) });
  await becomes(async () => (await shown(page)()).length, 50);
  await page.getByText('the first 130 of 5,000 repositories').waitFor();
  await page.getByText(/The registry answered 503\. What is shown was read Aug 13, 2026, 09:00 UTC\./).waitFor();
  await page.getByRole('searchbox', { name: 'Filter repositories' }).fill('hidden');
  await becomes(shown(page), ['tidepool/part-120'], 'those that are not shown are searched, too');
  await page.getByRole('searchbox', { name: 'Filter repositories' }).fill('');
  await page.getByRole('button', { name: 'Show all 130' }).click();
  await becomes(async () => (await shown(page)()).length, 130);
  await becomes(query(page), '?show=all');
  assert.equal(await page.getByRole('button', { name: /^Show all/ }).count(), 0);
  assert.notEqual(await focused(page)(), 'body', 'the focus is not lost with the button');
});

test('the badge for a readme: each format is what renders, and what can be copied', async (visit) => {
  const page = await visit.open('/n/tidepool', { context: clipboard });
  const part = page.getByRole('region', { name: 'Put the badge in your readme' });
  const [picture, target] = [`${BASE}/badge/tidepool.svg`, `${BASE}/verify/tidepool`];
  const snippet = async (format) => {
    await part.getByRole('button', { name: format, exact: true }).click();
    await becomes(() => part.getByRole('button', { name: format, exact: true }).getAttribute('aria-pressed'), 'true');
    await part.getByRole('button', { name: 'Copy what goes into your readme' }).click();
    const text = await part.locator('pre').innerText();
    await becomes(() => copied(page), text);
    return text;
  };
  assert.equal(await snippet('Markdown'), `[![Sponsorship of tidepool](${picture})](${target})`);
  assert.equal(await snippet('reST'), `.. image:: ${picture}\n   :target: ${target}\n   :alt: Sponsorship of tidepool`);
  assert.equal(await snippet('AsciiDoc'), `image:${picture}[Sponsorship of tidepool,link=${target}]`);
  const shields = (await snippet('shields.io')).match(/^\[!\[Sponsorship of tidepool\]\(https:\/\/img\.shields\.io\/endpoint\?url=([^)]+)\)\]\((.*)\)$/);
  assert.equal(shields[2], target);
  const endpoint = await (await fetch(decodeURIComponent(shields[1]))).json();
  assert.deepEqual([endpoint.schemaVersion, endpoint.message], [1, 'Sponsored OSS']);
  const html = await snippet('HTML');

  // Somebody’s readme, on another site.
  const readme = await page.context().newPage();
  await readme.setContent(`<div id="html">${html}</div><img id="markdown" src="${picture}">`);
  for (const theme of ['light', 'dark']) {
    await readme.emulateMedia({ colorScheme: theme });
    await becomes(() => readme.locator('#html img').evaluate((image) => image.currentSrc), `${picture}?theme=${theme}`);
    for (const image of await readme.locator('img').all()) {
      await becomes(() => image.evaluate((image) => image.complete && image.naturalHeight === 20 && image.naturalWidth > 100), true, `${theme}: it is drawn`);
    }
  }
  assert.equal(await readme.locator('#html a').getAttribute('href'), target);
  assert.equal(await readme.locator('#html img').getAttribute('alt'), 'Sponsorship of tidepool');
  for (const ground of ['light', 'dark']) {
    const looks = part.getByRole('img', { name: `The badge on a ${ground} page` });
    await becomes(() => looks.evaluate((image) => image.complete && image.naturalWidth > 100), true);
  }
});

test('maintainers see what a page lacks and go on to write it; others are asked nothing', async (visit) => {
  const theirs = await visit.open('/n/sandpiper', await as(OWNER, withRegistry('sandpiper')));
  const line = theirs.getByRole('region', { name: 'Perks' }).getByRole('listitem').filter({ hasText: 'Documentation' });
  await line.getByText('1 page to finish').waitFor();
  await line.getByText('sandpiper/migrate has no description. The badge asks for it. Shown to maintainers.').waitFor();
  await line.getByRole('link', { name: 'Write it now' }).click();
  await theirs.waitForURL('**/n/sandpiper/settings');
  await theirs.getByRole('heading', { name: 'Repository pages' }).waitFor();

  const asked = [];
  const stranger = await visit.open('/n/sandpiper', { prepare: (page) => page.on('request', (request) => asked.push(new URL(request.url()).pathname)) });
  await badge(stranger).waitFor();
  await stranger.waitForLoadState('networkidle');
  assert.equal(await stranger.getByText('page to finish').count(), 0);
  assert.deepEqual(asked.filter((path) => path.startsWith('/api/')), []);

  const other = await visit.open('/n/sandpiper', await as('jun@tidepool.example'));
  await badge(other).waitFor();
  await other.waitForLoadState('networkidle');
  assert.equal(await other.getByText('page to finish').count(), 0);
});

test('a phone shows all of it without scrolling sideways, the meaning of the badge, too', async (visit) => {
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), width: 360 });
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await becomes(shown(page), ['agent', 'dashboard', 'migrate', 'server'].map((name) => `sandpiper/${name}`));
  assert.ok((await sideways()) <= 0);
  const table = page.getByRole('region', { name: 'Repositories' });
  assert.ok(await table.evaluate((region) => region.scrollWidth <= region.clientWidth), 'not even within the table');
  await badge(page).click();
  await meaning(page).waitFor();
  const box = await meaning(page).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  await page.keyboard.press('Escape');
  await repository(page, 'sandpiper/server').click();
  await page.getByRole('table', { name: 'Tags of sandpiper/server' }).waitFor();
  assert.ok((await sideways()) <= 0);
});

test('the server away: said, and Retry reads it', async (visit) => {
  const page = await visit.open('/n/tidepool', {
    expect: [/ERR_FAILED/],
    prepare: async (page) => {
      await changeFirst(page, '**/n/tidepool', () => null);
      await away('**/api/v1/namespaces/**')(page);
    },
  });
  await page.getByRole('alert').getByText('The server does not answer.').waitFor();
  await page.unroute('**/api/v1/namespaces/**');
  await page.getByRole('button', { name: 'Retry' }).click();
  await heading(page, 'Tidepool').waitFor();
  await badge(page).waitFor();
  await becomes(focused(page), 'Tidepool');
});

test('with the keyboard alone: badge, filter, a repository, its snippet', async (visit) => {
  const page = await visit.open('/n/sandpiper', { ...withRegistry('sandpiper'), context: clipboard });
  await becomes(async () => (await shown(page)()).length, 4);
  const tabTo = async (words) => {
    const isThere = (words) => [document.activeElement?.id, document.activeElement?.textContent.trim(), document.activeElement?.getAttribute('aria-label')].includes(words);
    for (let presses = 0; presses < 60; presses += 1) {
      if (await page.evaluate(isThere, words)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${words}`);
  };
  await tabTo('badge-button');
  await page.keyboard.press('Enter');
  await meaning(page).waitFor();
  await page.keyboard.press('Escape');
  await becomes(focused(page), 'badge-button');
  await tabTo('repositories-filter');
  await page.keyboard.type('dash');
  await becomes(shown(page), ['sandpiper/dashboard']);
  await tabTo('sandpiper/dashboard');
  await page.keyboard.press('Space');
  await page.getByRole('table', { name: 'Tags of sandpiper/dashboard' }).waitFor();
  await tabTo('HTML');
  await page.keyboard.press('Enter');
  await tabTo('Copy what goes into your readme');
  await page.keyboard.press('Enter');
  await becomes(async () => (await copied(page)).startsWith('<a href='), true);
});

test('whoever signs out is a stranger here again', async (visit) => {
  // The browser remembers that somebody is signed in; the server no longer knows them.
  const state = await signedIn('jun@tidepool.example');
  const page = await visit.open('/n/tidepool', { context: { storageState: { ...state, cookies: [] } }, expect: [/status of 401/] });
  await badge(page).waitFor();
  await mounted(page);
  assert.equal(await page.getByText(/page to finish|pages are complete/).count(), 0);
});

test('without JavaScript, each page about namespaces says what it is about, and where it leads', async (visit) => {
  for (const [path, words, link] of [
    ['/n/tidepool', 'A message queue for small machines', '/explore'],
    ['/n/mossdb', 'mossdb has not been sponsored since', '/explore'],
    ['/explore', 'Tidepool: A message queue for small machines', '/n/tidepool'],
    ['/verify/tidepool', 'tidepool is in the Docker-Sponsored Open Source Program', '/credentials/tidepool'],
  ]) {
    const page = await visit.open(path, { javaScript: false });
    const text = await page.locator('body').innerText();
    assert.ok(text.includes(words), `${path}: ${text.slice(0, 400)}`);
    assert.ok((await page.locator(`a[href="${link}"]`).count()) > 0, `${path} leads to ${link}`);
    assert.equal(await page.getByText(/^Genuine/).count(), 0, path);
  }
});
