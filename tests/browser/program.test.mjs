// The program page and what holds on every page: first paint, mounting, navigation, lost parts.

import { HtmlValidate } from 'html-validate';
import { BASE, DESCRIBED, PAGES, SPLIT, assert, mounted, test } from './harness.mjs';
import { settled } from './bench.mjs';
import { outline } from './outline.mjs';

/** As a server answers that has not seen enough decisions to say how long they take: the shell says so. */
const unmeasured = (page) =>
  page.route('**/api/v1/program', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), median_days: null } });
  });

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name}: the static shell and the app are the same text in the same elements`, async (visit) => {
    const shell = await visit.open(path, { javaScript: false });
    const before = await shell.evaluate(outline, '#boot');
    const app = await visit.open(path, { prepare: unmeasured });
    const after = await app.evaluate(outline, '#app');
    assert.ok(before.length > 20, `the shell holds ${before.length} elements`);
    // The shell names the usual forges; the server of the tests has one more.
    assert.deepEqual(before, after.map((line) => line.replace('gitlab.com, codeberg.org or forge.example', 'gitlab.com or codeberg.org')));
  });

  test(`${name}: nothing moves when the app mounts`, async (visit) => {
    for (const width of [360, 1280]) {
      const page = await visit.open(path, {
        width,
        prepare: async (page) => {
          await page.addInitScript(recordMoves);
          await afterShell(page);
        },
      });
      await page.waitForTimeout(300);
      const { shifts, before } = await page.evaluate(() => window.moves);
      assert.deepEqual(shifts, [], `layout shifts at ${width} px`);
      assert.ok(before.length > 0, 'headings of the shell were measured');
      assert.deepEqual(before, await page.evaluate(() => window.placesOf('#app')), `places at ${width} px`);
    }
  });
}

for (const [name, path] of Object.entries(DESCRIBED)) {
  test(`${name}: nothing moves when the app mounts and shows what came with the document`, async (visit) => {
    for (const width of [360, 1280]) {
      const page = await visit.open(path, {
        width,
        prepare: async (page) => {
          await page.addInitScript(recordMoves);
          await afterShell(page);
        },
      });
      await page.getByText(/tidepool/i).first().waitFor();
      await settled(page);
      const { shifts } = await page.evaluate(() => window.moves);
      assert.deepEqual(shifts, [], `layout shifts at ${width} px`);
    }
  });
}

for (const [name, path] of Object.entries({ ...PAGES, ...DESCRIBED })) {
  test(`${name}: the document is valid HTML with one h1, a language, a title and a description`, async (visit) => {
    const text = await (await fetch(BASE + path)).text();
    // The bundler writes a few things its own way; what is ours is held to the standard.
    const validator = new HtmlValidate({
      extends: ['html-validate:standard', 'html-validate:document'],
      rules: {
        'attribute-boolean-style': 'off',
        'no-inline-style': 'error',
        'no-trailing-whitespace': 'off',
        'require-sri': 'off',
        'script-type': 'off',
        'void-style': 'off',
      },
    });
    const report = await validator.validateString(text);
    const messages = report.results.flatMap((result) => result.messages);
    assert.deepEqual(
      messages.map((message) => `${message.line}: ${message.message} (${message.ruleId})`),
      [],
    );
    const page = await visit.open(path);
    assert.equal(await page.locator('h1').count(), 1);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.match(await page.title(), /Docker-Sponsored Open Source/);
    const description = await page.locator('meta[name=description]').getAttribute('content');
    assert.ok(description.length > 50 && description.length < 200);
  });
}

/** Holds the app back until the shell has been laid out, painted and measured by itself. */
const afterShell = (page) =>
  page.route('**/*.wasm', async (route) => {
    await page.waitForFunction(() => window.moves.before.length > 0);
    await route.continue();
  });

/** Runs in the page from the beginning: layout shifts, and where the shell's headings stood. */
function recordMoves() {
  window.moves = { shifts: [], before: [] };
  window.placesOf = (root) =>
    [...document.querySelectorAll(['h1', 'h2', 'h3', 'footer'].map((tag) => `${root} ${tag}`).join())].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return `${element.localName} ${[x, y + scrollY, width, height].map(Math.round)}`;
    });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.moves.shifts.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
  // What is below the first picture is laid out right after it.
  addEventListener('DOMContentLoaded', () => {
    const painted = () => {
      if (performance.getEntriesByName('first-contentful-paint').length === 0) return setTimeout(painted, 10);
      setTimeout(() => {
        if (document.querySelector('#boot')) window.moves.before = window.placesOf('#boot');
      }, 50);
    };
    painted();
  });
}

test('what was looked at stays where it was: after a reload, and where a link leads', async (visit) => {
  let release = () => {};
  let held;
  const prepare = (page) => page.route('**/*.wasm', async (route) => (await held, route.continue()));
  const page = await visit.open('/', { width: 360, prepare });
  const place = (root, id) => page.locator(`${root} #${id}`).evaluate((part) => Math.round(part.getBoundingClientRect().y));
  const hold = () => (held = new Promise((done) => (release = done)));
  const shellThenApp = async (id) => {
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await page.waitForTimeout(300);
    const shell = await place('#boot', id);
    release();
    await mounted(page);
    return [shell, await place('#app', id)];
  };
  await page.evaluate(() => document.getElementById('apply').scrollIntoView());
  const before = await place('#app', 'apply');
  assert.ok(Math.abs(before) < 100, `${before} px`);
  hold();
  await page.reload({ waitUntil: 'commit' });
  assert.deepEqual(await shellThenApp('apply'), [before, before]);
  await page.goto('about:blank');
  hold();
  await page.goto(`${BASE}/#questions`, { waitUntil: 'commit' });
  const [shell, app] = await shellThenApp('questions');
  assert.ok(Math.abs(shell) < 100, `${shell} px`);
  assert.equal(app, shell);
});

test('text paints before the wasm arrives', async (visit) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const page = await visit.open('/', {
    mounted: false,
    prepare: (page) =>
      page.route('**/*.wasm', async (route) => {
        await held;
        await route.continue();
      }),
  });
  await page.locator('#boot h1').waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const text = await page.locator('#boot').innerText();
  assert.match(text, /badge/i);
  release();
  await mounted(page);
});

test('without JavaScript the whole program is there', async (visit) => {
  const still = await visit.open('/', { javaScript: false });
  const app = await visit.open('/');
  const headings = (page) => page.locator('h1, h2, h3').allInnerTexts();
  const before = await headings(still);
  assert.ok(before.length > 8, `${before.length} headings`);
  assert.deepEqual(before, await headings(app));
  const text = await still.locator('main').innerText();
  for (const said of [
    /verified/i,
    /badge/i,
    /insights/i,
    /vulnerability scanning/i,
    /rate limit/i,
    /unlimited/i,
    /one year/i,
    /OSI|Open Source Initiative/,
    /(6|six) months/i,
    /commerciali[sz]ation/i,
    /renew/i,
  ]) {
    assert.match(text, said);
  }
});

test('the theme switch changes the page and is remembered', async (visit) => {
  const page = await visit.open('/');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const root = page.locator('html');
  const light = await background();
  const theme = page.getByRole('group', { name: 'Theme' }).or(page.getByRole('radiogroup', { name: 'Theme' }));
  const choose = (word) => theme.getByText(word, { exact: true }).click();
  await choose('Dark');
  assert.equal(await root.getAttribute('data-theme'), 'dark');
  const dark = await background();
  assert.notEqual(dark, light);
  // Set again before the app is there.
  let release;
  const held = new Promise((done) => (release = done));
  await page.route('**/*.wasm', async (route) => (await held, route.continue()));
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => document.documentElement?.dataset.theme === 'dark');
  release();
  await mounted(page);
  assert.equal(await background(), dark);
  await choose('System');
  assert.equal(await root.getAttribute('data-theme'), null);
  assert.equal(await background(), light);
});

test('navigation sets title and focus, without loading the document again', async (visit) => {
  const page = await visit.open('/');
  await page.evaluate(() => (window.sameDocument = true));
  const title = await page.title();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Insights' }).click();
  await page.waitForURL('**/insights');
  await page.waitForFunction(() => document.activeElement?.localName === 'h1');
  assert.notEqual(await page.title(), title);
  assert.equal(await page.locator('.top [aria-current=page]').innerText(), 'Insights');
  await page.goBack();
  await page.waitForFunction((title) => document.title === title, title);
  assert.ok(await page.evaluate(() => window.sameDocument));
});

test('an unknown address answers 404 with a way on', async (visit) => {
  const page = await visit.open(PAGES['not-found']);
  assert.equal(page.response.status(), 404);
  assert.equal(await page.locator('meta[name=robots]').getAttribute('content'), 'noindex');
  await page.getByRole('main').getByRole('link').first().click();
  await page.waitForURL(`${BASE}/`);
});

test('every link within the app leads somewhere', async (visit) => {
  for (const path of Object.values({ ...PAGES, ...DESCRIBED })) {
    const page = await visit.open(path);
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.href));
    for (const link of new Set(links)) {
      const url = new URL(link);
      if (url.origin !== new URL(BASE).origin) continue;
      const answer = await fetch(url);
      assert.equal(answer.status, path === PAGES['not-found'] && url.pathname === path ? 404 : 200, link);
      if (url.hash) {
        const text = await answer.text();
        assert.ok(text.includes(`id="${url.hash.slice(1)}"`), `${link} names no element`);
      }
    }
  }
});

test('a part that fails to load offers to try again and leaves the app alive', async (visit) => {
  const page = await visit.open('/', { expect: [/Failed to load resource/, /Failed to fetch/] });
  let refused = 0;
  const refuse = (route) => {
    refused += 1;
    return route.abort();
  };
  await page.route(/\.(wasm|js)(\?|$)/, refuse);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Insights' }).click();
  const again = page.getByRole('button', { name: /again/i }).first();
  if (SPLIT) {
    await again.waitFor();
    assert.ok(refused > 0, 'the page has a part of its own');
    assert.equal(await page.locator('h1').count(), 1, 'what was there stays');
    await page.unroute(/\.(wasm|js)(\?|$)/, refuse);
    await again.click();
  }
  await page.waitForFunction(() => location.pathname === '/insights' && document.activeElement?.localName === 'h1');
  assert.equal(await again.count(), 0);
  await page.getByText('Drop one or more files here').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Program' }).click();
  await page.waitForFunction(() => location.pathname === '/' && document.activeElement?.localName === 'h1');
});

/** What can be lost before the first page is there, and the files of it. */
const LOST_AT_FIRST = {
  'the app itself': /\/dsos-[^/]*\.wasm$/,
  'its script': /\/dsos-[^/]*\.js$/,
  'everything compiled': /\.wasm$/,
  ...(SPLIT && { 'the page’s own part': /-part-[0-9a-f]+\.wasm$/ }),
};
for (const [what, files] of Object.entries(LOST_AT_FIRST)) {
  test(`the first page, but ${what} is lost: the text stays, and the page can be loaded again`, async (visit) => {
    for (const path of [PAGES.program, PAGES.insights]) {
      let refused = 0;
      const refuse = (route) => {
        refused += 1;
        return route.abort();
      };
      const page = await visit.open(path, { mounted: false, expect: [/./], prepare: (page) => page.route(files, refuse) });
      const again = page.getByRole('alert').getByRole('button', { name: 'Load the page again' });
      await again.waitFor();
      assert.ok(refused > 0, 'something was lost');
      await page.getByText('This page could not be made interactive').waitFor();
      assert.ok(await page.locator('#boot h1').isVisible(), 'the text stays');
      // Pressed too early, it says the same again.
      await again.click();
      await again.waitFor();
      await page.unroute(files, refuse);
      await again.click();
      await mounted(page);
      await page.getByText('This page could not be made interactive').waitFor({ state: 'hidden' });
    }
  });
}
