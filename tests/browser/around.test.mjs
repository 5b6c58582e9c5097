// What surrounds the reader: a new version while a tab is open, paper, another language, colors
// and motion that the system decides.

import { PAGES, assert, mounted, openSample, test } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { becomes, breakdown, choose, chartTable, look, open, showAs, slow, spansInWords, watchful } from './bench.mjs';
import { COUNTS, frequencies, viewOf } from './counts.mjs';

const raw = () => fixture('raw', '--rows', 20_000);
let known;
const all = () => (known ??= rows(raw()));

test('a new version: an open tab says so, goes on until asked, and then loads it', async (visit) => {
  let build;
  const page = await visit.open(PAGES.insights, watchful(() => build));
  await page.evaluate(() => (window.before = true));
  const notice = page.getByText('A new version is out.');
  // Twice, so that what the first answer did is done.
  for (const _ of [1, 2]) await look(page);
  assert.equal(await notice.count(), 0, 'the same version is not worth a word');

  build = 'another';
  await look(page);
  await notice.waitFor();
  await openSample(page);
  assert.ok(await page.evaluate(() => window.before), 'it never reloads by itself');
  await page.getByRole('button', { name: 'Later' }).click();
  await becomes(() => notice.count(), 0);

  await page.reload();
  await mounted(page);
  await page.evaluate(() => (window.before = true));
  await look(page);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => !window.before);
  await mounted(page);
  assert.equal(await notice.count(), 0);
});

test('a server that is away or answers nonsense is no new version', async (visit) => {
  const page = await visit.open(PAGES.program, { ...watchful(() => 'another'), expect: [/Failed to load resource/] });
  const notice = page.getByText('A new version is out.');
  for (const answer of [
    (route) => route.fulfill({ status: 502, body: '{"build":"another"}' }),
    (route) => route.fulfill({ body: '<!doctype html>' }),
    (route) => route.fulfill({ body: '{"name":"another"}' }),
    (route) => route.abort(),
  ]) {
    await page.route('**/build.json', answer);
    const asked = page.waitForRequest('**/build.json');
    await page.evaluate(() => window.look());
    await asked;
    assert.equal(await notice.count(), 0);
    await page.unroute('**/build.json', answer);
  }
  // The next look tells.
  await look(page);
  await notice.waitFor();
});

/** What is printed of these. */
const printed = (page, selector) => page.locator(selector).evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80)));

for (const form of ['Stacked', 'Table']) {
  test(`on paper, ${form}: what was found, on white, without what only a screen can do`, async (visit) => {
    const page = await visit.open(`${PAGES.insights}?filter=country%3AUS`, { theme: 'dark' });
    await open(page, file('raw.csv', raw()));
    await showAs(page, form);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const controls of ['button:not(li button, th button)', 'input', 'select', '.top', '.foot', '.skip', '.tip']) {
      assert.deepEqual(await printed(page, controls), [], `${controls} is not printed`);
    }
    assert.ok(await page.getByRole('heading', { level: 1, name: 'kelpworks' }).isVisible());
    await becomes(() => page.locator('.totals').isVisible(), true);
    // What was asked is told with what was answered.
    assert.ok(await page.getByText('Country is').isVisible(), 'the filters are told');
    assert.ok(await page.getByRole('heading', { name: 'Where these numbers come from' }).isVisible());
    assert.equal(await page.locator('.breakdown').first().getByRole('listitem').first().isVisible(), true);
    if (form === 'Table') {
      const region = page.getByRole('region', { name: 'Figures of the chart' });
      assert.ok(await region.isVisible());
      // Paper does not scroll: what does not fit is lost.
      assert.deepEqual(await region.evaluate((region) => [region.scrollWidth - region.clientWidth > 1 && getComputedStyle(region).overflowX !== 'visible', region.scrollHeight - region.clientHeight > 1]), [false, false]);
    } else {
      const canvas = page.getByRole('application').locator('canvas');
      assert.ok(await canvas.isVisible());
      const { width, height } = await canvas.boundingBox();
      assert.ok(width > 300 && height > 200, `${width} x ${height}`);
      // Drawn for paper, too: a dark chart on white paper is not readable.
      await becomes(() => corner(canvas), 'light', 'the chart is drawn for paper');
    }
    const ground = await page.evaluate(() => [document.documentElement, document.body].map((part) => getComputedStyle(part).backgroundColor));
    for (const color of ground) assert.match(color, /^rgba\(0, 0, 0, 0\)$|^rgb\(25\d, 25\d, 2[45]\d\)$/, 'no dark ground');
    const ink = await page.locator('h1').evaluate((heading) => getComputedStyle(heading).color.match(/\d+/g).map(Number));
    assert.ok(Math.max(...ink) < 100, `dark text: ${ink}`);
  });
}

/** Whether what is drawn suits light or dark ground: by the color of the axis' numbers. */
const corner = (canvas) =>
  canvas.evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, Math.round(canvas.width / 30), canvas.height);
    let [sum, count] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 200) continue;
      sum += data[at] + data[at + 1] + data[at + 2];
      count += 3;
    }
    return count === 0 ? 'empty' : sum / count < 140 ? 'light' : 'dark';
  });

test('in German: numbers, shares, days and countries as they are written there', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?form=table&compare=before&from=2026-10-05&to=2026-11-01`, { context: { locale: 'de-DE' } });
  await open(page, file('raw.csv', raw()));
  const view = viewOf(all(), { span: ['2026-10-05', '2026-11-01'], by: 'week', compare: 'before' });
  const german = new Intl.NumberFormat('de-DE');
  const share = new Intl.NumberFormat('de-DE', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const figure = page.locator('.totals > div', { has: page.locator('dt', { hasText: /^Pulls/ }) }).locator('dd');
  assert.ok(view.pulls > 1000);
  await becomes(() => figure.evaluate((figure) => figure.firstChild.textContent), german.format(view.pulls));
  assert.match(german.format(view.pulls), /^\d\.\d{3}$/);
  const change = new Intl.NumberFormat('de-DE', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  await becomes(() => figure.locator('.sub').innerText(), `${change.format((view.change.now - view.change.then) / view.change.then)} on the span before`);
  await becomes(async () => (await chartTable(page)).map((line) => line.Total), view.periods.map((period) => period.values.Total));
  const names = await spansInWords(page, view.periods.map((period) => period.span), 'de-DE');
  assert.match(names[0], /5\..*11\. Okt/);
  assert.deepEqual((await chartTable(page)).map((line) => line.period), names);
  const countries = frequencies(view.rows, 'country');
  const us = countries.find(([code]) => code === 'US')[1];
  const lines = await breakdown(page, 'Countries');
  assert.deepEqual(lines.find(([name]) => name === 'Vereinigte Staaten'), ['Vereinigte Staaten', german.format(us), share.format(us / view.rows.length)]);
  await page.getByText(`${german.format(view.rows.length)} match, of 20.000 read`).waitFor();
  await choose(page, 'By', 'Day');
  await becomes(async () => (await chartTable(page))[0]?.period, (await spansInWords(page, [['2026-10-05', '2026-10-05']], 'de-DE'))[0]);
});

/** The colors of the chart: how many there are, and how far the most colorful is from gray. */
const palette = (page) =>
  page.getByRole('application').locator('canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    let colorful = 0;
    for (let at = 0; at < data.length; at += 4) {
      const parts = [data[at], data[at + 1], data[at + 2]];
      colors.add(`${parts} ${data[at + 3]}`);
      // The color of what is nearly clear is a guess.
      if (data[at + 3] < 128) continue;
      colorful = Math.max(colorful, Math.max(...parts) - Math.min(...parts));
    }
    return { colors: colors.size, colorful };
  });

for (const [theme, ground] of [['light', 'rgb(255, 255, 255)'], ['dark', 'rgb(0, 0, 0)']]) {
  test(`forced colors, ${theme}: page and chart are drawn in the system’s few colors`, async (visit) => {
    const page = await visit.open(PAGES.insights, { theme, context: { forcedColors: 'active' } });
    await openSample(page);
    for (const form of ['Stacked', 'Lines']) {
      await showAs(page, form);
      // Canvas, its text, and what lies between where edges are smoothed: all gray here.
      await becomes(async () => {
        const { colors, colorful } = await palette(page);
        return colors > 3 && colorful < 12;
      }, true, `${form} is drawn in black and white`);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), ground);
    // What is chosen is told by more than its ground, which is gone.
    const chosen = page.getByRole('group', { name: 'Form' }).getByRole('button', { name: 'Lines' });
    assert.notEqual(await chosen.evaluate((button) => getComputedStyle(button).outlineStyle), 'none');
    // The same chart in its own colors once the system lets go.
    await page.emulateMedia({ forcedColors: 'none' });
    await becomes(async () => (await palette(page)).colorful > 60, true, 'colors come back');
  });
}

/** Runs in the page: how many animations and transitions ran at once, at most. */
function watchMotion() {
  window.moved = 0;
  const look = () => {
    const running = document.getAnimations().filter((one) => one.playState === 'running');
    window.moved = Math.max(window.moved, running.length);
    requestAnimationFrame(look);
  };
  look();
}

test('with reduced motion nothing moves by itself, not even while a file is read', async (visit) => {
  for (const reducedMotion of ['no-preference', 'reduce']) {
    const page = await visit.open(PAGES.insights, { context: { reducedMotion } });
    await slow(page, 30);
    await page.evaluate(watchMotion);
    await open(page, file('raw.csv', fixture('raw', '--rows', 60_000)));
    await choose(page, 'By', 'Day');
    await page.getByRole('application').hover();
    const moved = await page.evaluate(() => window.moved);
    // Without the wish something does, so that this can fail.
    if (reducedMotion === 'reduce') assert.equal(moved, 0);
    else assert.ok(moved > 0, 'otherwise something moves');
  }
});
