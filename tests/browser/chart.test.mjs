// The chart: what the cursor reads from it by pointer and by keys, clicks and stretches, its two
// forms, and the pictures to take away. Held against the table, which other tests hold against
// the file.

import { readFileSync } from 'node:fs';
import { PAGES, assert, openSample, test } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { becomes, chartTable, digits, open, said, showAs, shows, total } from './bench.mjs';
import { viewOf } from './counts.mjs';

const RAW = ['raw', '--rows', 20_000];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));

const chart = (page) => page.getByRole('application');

/** Waits until the chart is drawn, a picture after it is there: until then it has the size that every canvas has. */
const drawn = (page) => becomes(() => chart(page).locator('canvas').evaluate((canvas) => canvas.width !== 300), true, 'the chart is drawn');

/** The page with the file open, its table, and the chart shown. */
async function opened(visit, query = '') {
  const page = await visit.open(`${PAGES.insights}?form=table${query}`);
  await open(page, file('raw.csv', raw()));
  await becomes(async () => (await chartTable(page)).length > 0, true);
  const table = await chartTable(page);
  await showAs(page, 'Stacked');
  await chart(page).waitFor();
  await drawn(page);
  return { page, table };
}

/** What the tooltip says, in the table's terms, and which series the cursor is on. */
const tip = (page) =>
  page.locator('.chart .tip').evaluate(
    (tip) => {
      const text = (part, of = tip) => of.querySelector(part)?.textContent;
      const series = [...tip.querySelectorAll('li')].map((line) => [text('.w', line), text('.n', line)]);
      return { period: text('.tip-h span'), total: text('.tip-h .n'), series, on: text('li.on .w') ?? null, compared: text('.cmp') ?? null, x: tip.style.getPropertyValue('--tx') };
    },
    null,
    { timeout: 5_000 },
  );

/** What of a tooltip is in the table. */
const read = async (page) => {
  const { period, total, series } = await tip(page);
  return { period, Total: digits(total), ...Object.fromEntries(series.map(([name, count]) => [name, digits(count)])) };
};

/** A period's days, without how many of them are there. */
const daysOf = ({ period }) => period.replace(/ \(.*/, '');

/** A line of the table as the tooltip says it: without what is zero. */
const inTip = (line) => ({ ...Object.fromEntries(Object.entries(line).filter(([name, count]) => count !== 0 && name !== 'Compared')), period: daysOf(line) });

/** Where the periods are on the screen: the keys go there, and the tooltip says where it stands. */
async function places(page, table) {
  await chart(page).focus();
  const { x, width, y, height } = await chart(page).locator('canvas').boundingBox();
  const found = [];
  for (const [at] of table.entries()) {
    await page.keyboard.press(at === 0 ? 'Home' : 'ArrowRight');
    found.push(x + (width * parseFloat((await tip(page)).x)) / 100);
  }
  await page.keyboard.press('Escape');
  return { xs: found, top: y, bottom: y + height };
}

for (const form of ['Stacked', 'Lines']) {
  test(`${form}: arrow keys go through the periods, and tooltip and voice say the table’s numbers`, async (visit) => {
    const { page, table } = await opened(visit);
    await showAs(page, form);
    await chart(page).focus();
    for (const [at, line] of table.entries()) {
      await page.keyboard.press(at === 0 ? 'Home' : 'ArrowRight');
      await becomes(() => read(page), inTip(line));
      // It is told at most once a second: of some the words are waited for.
      if (at % 5 === 2) await becomes(() => said(page), `${daysOf(line)}: ${line.Total.toLocaleString('en-US')} pulls`);
    }
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await becomes(() => read(page), inTip(table.at(-2)));
    await page.keyboard.press('Escape');
    await becomes(() => page.locator('.chart .tip').count(), 0);
  });

  test(`${form}: the pointer reads the table’s numbers, and what it is over is marked`, async (visit) => {
    const { page, table } = await opened(visit);
    await showAs(page, form);
    const { xs, top, bottom } = await places(page, table);
    const marked = new Set();
    for (const [at, line] of table.entries()) {
      await page.mouse.move(xs[at], (top + bottom) / 2);
      await becomes(() => read(page), inTip(line));
      if (at !== 4 && at !== 9) continue;
      for (let y = top + 10; y < bottom - 30; y += 5) {
        await page.mouse.move(xs[at], y);
        marked.add((await tip(page)).on);
      }
    }
    // What is a fifteenth of the whole is thick enough to be hit.
    const large = Object.keys(inTip(table[4])).filter((name) => name !== 'period' && name !== 'Total' && table[4][name] * 15 > table[4].Total);
    assert.ok(large.length >= 3, `${large}`);
    for (const name of large) assert.ok(marked.has(name), `${name} was marked`);
    assert.ok(marked.has(null), 'nothing is marked beside the series');
    await page.mouse.move(xs[0], top - 100);
    await becomes(() => page.locator('.chart .tip').count(), 0);
  });
}

test('the tooltip says what a period is compared with', async (visit) => {
  const { page, table } = await opened(visit, '&by=week&from=2026-10-12&to=2026-11-15&compare=before');
  assert.ok(table.every((line) => line.Compared > 0));
  await chart(page).focus();
  await page.keyboard.press('Home');
  for (const line of table) {
    await becomes(async () => (await tip(page)).compared, `compared with ${line.Compared.toLocaleString('en-US')}`);
    await page.keyboard.press('ArrowRight');
  }
});

test('the voice says which series the keys have come to, and Enter keeps it', async (visit) => {
  const { page, table } = await opened(visit);
  await chart(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  const name = (await tip(page)).on;
  assert.ok(table[0][name] !== undefined, `${name} is a series`);
  await becomes(async () => (await said(page)).includes(`${name} ${table[0][name].toLocaleString('en-US')}`), true, 'the series is told');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `Remove filter: tag is ${name}` }).waitFor();
  await becomes(total(page, 'Pulls'), all().filter((row) => row.tag === name && row.action !== 'version_check').length);
});

test('a click on a series keeps its tag, Alt+click leaves it out; other tags are many', async (visit) => {
  const { page, table } = await opened(visit);
  const { xs, top, bottom } = await places(page, table);
  /** Moves onto a series: there it is marked. */
  const onto = async (name) => {
    for (const x of xs) {
      for (let y = top + 10; y < bottom - 30; y += 4) {
        await page.mouse.move(x, y);
        if ((await tip(page)).on === name) return [x, y];
      }
    }
    return assert.fail(`${name} is nowhere`);
  };
  const pulled = (keep) => viewOf(all(), { keep }).pulls;
  const press = async (at, alt) => {
    if (alt) await page.keyboard.down('Alt');
    await page.mouse.click(...at);
    if (alt) await page.keyboard.up('Alt');
  };
  for (const [series, tag, name] of [['latest', 'latest', 'latest'], ['by digest (no tag)', '', 'by digest (no tag)']]) {
    const at = await onto(series);
    await press(at, false);
    await page.getByRole('button', { name: `Remove filter: tag is ${name}` }).waitFor();
    await becomes(total(page, 'Pulls'), pulled((row) => row.tag === tag));
    await page.goBack();
    await becomes(total(page, 'Pulls'), pulled());
    await press(at, true);
    await page.getByRole('button', { name: `Remove filter: tag is not ${name}` }).waitFor();
    await becomes(total(page, 'Pulls'), pulled((row) => row.tag !== tag));
    await page.goBack();
    await becomes(total(page, 'Pulls'), pulled());
  }
  await press(await onto('other tags'), false);
  await becomes(() => said(page), 'Other tags are many: choose one in the list.');
  assert.doesNotMatch(page.url(), /filter/);
});

test('drag zooms into a stretch, and so do Shift and arrows with Enter; Escape lets it be', async (visit) => {
  const { page, table } = await opened(visit);
  const { periods } = viewOf(all());
  const { xs, top, bottom } = await places(page, table);
  const [from, to] = [3, 7];
  const span = [periods[from].span[0], periods[to].span[1]];
  const zoomed = async () => {
    await becomes(async () => ['from', 'to'].map((name) => new URL(page.url()).searchParams.get(name)), span);
    await showAs(page, 'Table');
    await shows(page, all(), { span, by: 'week' });
    await page.goBack();
    await becomes(async () => new URL(page.url()).searchParams.get('from'), null);
    await becomes(total(page, 'Pulls'), viewOf(all()).pulls);
    await chart(page).waitFor();
    await drawn(page);
  };
  // From right to left as well.
  for (const [one, other] of [[from, to], [to, from]]) {
    await page.mouse.move(xs[one], (top + bottom) / 2);
    await page.mouse.down();
    await page.mouse.move((xs[one] + xs[other]) / 2, (top + bottom) / 2, { steps: 3 });
    await page.mouse.move(xs[other], (top + bottom) / 2, { steps: 3 });
    assert.equal(await page.locator('.stretch').count(), 1, 'the stretch is shown');
    await page.mouse.up();
    await zoomed();
  }
  const stretch = async () => {
    await chart(page).focus();
    await page.keyboard.press('Home');
    for (let at = 0; at < from; at += 1) await page.keyboard.press('ArrowRight');
    for (let at = from; at < to; at += 1) await page.keyboard.press('Shift+ArrowRight');
    assert.equal(await page.locator('.stretch').count(), 1, 'the stretch is shown');
  };
  await stretch();
  await page.keyboard.press('Escape');
  await becomes(() => page.locator('.stretch').count(), 0);
  await page.keyboard.press('Enter');
  assert.doesNotMatch(page.url(), /from=/);
  await stretch();
  await page.keyboard.press('Enter');
  await zoomed();
});

test('Stacked, Lines and Table: three forms of the same figures, and no step to go back to', async (visit) => {
  const { page, table } = await opened(visit);
  const picture = () => chart(page).locator('canvas').evaluate((canvas) => canvas.toDataURL());
  const steps = await page.evaluate(() => history.length);
  const stacked = await picture();
  await showAs(page, 'Lines');
  await page.waitForURL(/form=lines/);
  await becomes(async () => (await picture()) === stacked, false, 'lines look different');
  const lines = await picture();
  await showAs(page, 'Table');
  await becomes(() => chartTable(page), table);
  await showAs(page, 'Lines');
  await becomes(picture, lines);
  await showAs(page, 'Stacked');
  await becomes(picture, stacked);
  assert.equal(await page.evaluate(() => history.length), steps);
  for (const [form, is] of [['Stacked', 'true'], ['Lines', 'false'], ['Table', 'false']]) {
    const button = page.getByRole('group', { name: 'Form' }).getByRole('button', { name: form });
    assert.equal(await button.getAttribute('aria-pressed'), is, form);
  }
});

/** Downloads the chart. */
async function picture(page, kind) {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: `Download the chart as ${kind}` }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** The size of a picture, and how often each color is in it. */
const pixels = (page, bytes) =>
  page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data: all } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const colors = {};
    for (let at = 0; at < all.length; at += 4) {
      const color = `${all[at]} ${all[at + 1]} ${all[at + 2]} ${all[at + 3]}`;
      colors[color] = (colors[color] ?? 0) + 1;
    }
    return { width: bitmap.width, height: bitmap.height, colors };
  }, bytes.toString('base64'));

for (const theme of ['light', 'dark']) {
  test(`the chart as PNG, ${theme}: twice the size, on the page’s paper, with every series in its color`, async (visit) => {
    const page = await visit.open(PAGES.insights, { theme });
    await openSample(page);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).join(' '));
    for (const form of ['Stacked', 'Lines']) {
      await showAs(page, form);
      const { name, bytes } = await picture(page, 'PNG');
      assert.match(name, /^pulls-per-tag_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.png$/);
      const { width, height, colors } = await pixels(page, bytes);
      assert.deepEqual([width, height], [2000, 880], form);
      const [most] = Object.entries(colors).sort(([, one], [, other]) => other - one);
      assert.equal(most[0], `${paper} 255`, 'the ground is the page’s, and nothing shines through');
      const drawn = width * height - most[1];
      assert.ok(drawn > width * height * (form === 'Stacked' ? 0.15 : 0.01), `${drawn} pixels are drawn`);
      // Eight tags, other tags, no tag: each has an area or a line of its own color.
      const areas = Object.values(colors).filter((count) => count > 300).length;
      assert.ok(areas >= 10, `${areas} colors`);
    }
  });
}

test('the chart as SVG: whole, with its words and numbers', async (visit) => {
  const { page, table } = await opened(visit);
  const blank = await page.context().newPage();
  for (const form of ['Stacked', 'Lines']) {
    await showAs(page, form);
    const { name, bytes } = await picture(page, 'SVG');
    assert.match(name, /\.svg$/);
    // In a page without a policy: parsing is not showing.
    const { title, desc, shapes, problem } = await blank.evaluate((text) => {
      const picture = new DOMParser().parseFromString(text, 'image/svg+xml');
      const read = (part) => picture.querySelector(part)?.textContent;
      return { title: read('title'), desc: read('desc'), shapes: picture.querySelectorAll('path, polyline, polygon').length, problem: read('parsererror') };
    }, bytes.toString());
    assert.equal(problem, undefined);
    assert.equal(title, 'Pulls per tag, by week');
    const highest = table.toSorted((one, other) => other.Total - one.Total)[0];
    assert.ok(desc.includes(`highest ${highest.Total.toLocaleString('en-US')} in ${highest.period}`), desc);
    assert.ok(desc.includes(`${Object.keys(table[0]).length - 2} series`), desc);
    assert.ok(shapes >= 10, `${shapes} shapes`);
  }
});
