// Large files: what is told while one is read, and very many distinct values, counted exactly
// while the tab answers.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LONG, PAGES, assert, read, test } from './harness.mjs';
import { fixturePath } from './exports.mjs';
import { becomes, choose, chartTable, digits, input, options, showAs, slow, total } from './bench.mjs';

/** How many rows of a raw export are pulls, and how many there are. */
function counted(path) {
  const text = readFileSync(path);
  let [pulls, rows] = [0, -1];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    rows += 1;
    if (text.toString('latin1', at + 1, at + 6) === 'pull_') pulls += 1;
  }
  return { pulls, rows, bytes: text.length };
}

/** Runs in the page: notes, whenever the page changes, what it says of reading. */
function note() {
  window.notes = [];
  new MutationObserver(() => {
    const bar = document.querySelector('[role=progressbar]');
    if (!bar) return;
    window.notes.push({
      percent: Number(bar.getAttribute('aria-valuenow')),
      figures: [...bar.parentElement.querySelectorAll('.line span')].map((part) => part.textContent),
      heading: document.querySelector('.chart-head h2')?.textContent ?? null,
      pulls: document.querySelector('.totals dd')?.firstChild.textContent ?? null,
      table: [...document.querySelectorAll('.series tbody tr')].map((line) => line.lastElementChild.textContent),
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}

test('while a large file is read: bytes, rows and rate, and a chart of what there is so far', async (visit) => {
  const path = fixturePath('raw', '--rows', 600_000);
  const { pulls, rows, bytes } = counted(path);
  const page = await visit.open(`${PAGES.insights}?form=table`);
  await slow(page, 40);
  await page.evaluate(note);
  await input(page).setInputFiles(path);
  await page.getByRole('progressbar', { name: 'Reading files' }).waitFor();
  await page.getByRole('heading', { name: 'Pulls per tag, by week, so far' }).waitFor();
  // The chart is drawn, too, before the end.
  await showAs(page, 'Stacked');
  const colors = () =>
    page.getByRole('application').locator('canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const found = new Set();
      for (let at = 0; at < data.length; at += 4) found.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return found.size;
    });
  await becomes(async () => (await colors()) > 10, true, 'the partial chart has colors');
  assert.equal(await page.getByRole('progressbar', { name: 'Reading files' }).count(), 1, 'it is still being read');
  await showAs(page, 'Table');
  await read(page);
  await becomes(total(page, 'Pulls'), pulls);
  await page.getByRole('heading', { name: 'Pulls per tag, by week', exact: true }).waitFor();

  const notes = await page.evaluate(() => window.notes);
  const said = notes.map(({ figures }) => figures.join(' · '));
  const megabytes = Math.round(bytes / 1e6);
  const whole = new RegExp(`^[\\d.]+%, [\\d.]+\\s[kM]?B of ${megabytes}\\sMB · [\\d,]+ rows`);
  assert.ok(said.length > 10 && said.every((text) => whole.test(text)), `${said.find((text) => !whole.test(text))}`);
  assert.ok(said.some((text) => /rows · [\d.]+\s[kMG]?B\/s/.test(text)), 'the rate is told');
  assert.ok(said.some((text) => /B\/s · about \d+ s left$/.test(text)), 'the time left is told');
  // It only ever goes on, and never beyond the end.
  const grows = (name, numbers, most, steps = 5) => {
    assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other), name);
    assert.ok(new Set(numbers).size >= steps, `${name} in ${new Set(numbers).size} steps`);
    assert.ok(numbers.at(-1) <= most, name);
  };
  grows('percent', notes.map(({ percent }) => percent), 100);
  grows('rows', notes.map(({ figures }) => digits(figures[1])), rows);
  const partly = notes.filter(({ heading }) => heading?.endsWith(', so far'));
  grows('pulls so far', partly.map(({ pulls }) => digits(pulls)), pulls, 2);
  // Table and total of what is partly read are of the same moment.
  const tabled = partly.filter(({ table }) => table.length);
  assert.ok(tabled.length > 0);
  const sums = tabled.map(({ table }) => table.reduce((sum, text) => sum + (text === '–' ? 0 : digits(text)), 0));
  assert.ok(sums.some((sum, at) => sum === digits(tabled[at].pulls)), 'the table adds up to the total');
  assert.ok(sums.every((sum) => sum <= pulls));
});

/** At the long level a million. */
const DISTINCT = LONG ? 1_000_000 : 200_000;
/** Every so many digests are pulled twice. */
const TWICE = 1000;
const digest = (number) => `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;

/** Writes a raw export: digests are pulled, some of them twice, and one by a tag. */
async function write(path) {
  const lines = function* () {
    yield 'action,action_day,digest,namespace,reference,repository,tag\n';
    let piece = '';
    for (let number = 0; number < DISTINCT; number += 1) {
      const name = digest(number);
      piece += `pull_by_digest,2026-10-0${1 + (number % 2)},${name},a,${name},b,\n`;
      if (number % TWICE === 0) piece += `pull_by_digest,2026-10-03,${name},a,${name},b,\n`;
      if (number === 0) piece += `pull_by_tag,2026-10-03,${name},a,latest,b,latest\n`;
      if (piece.length > 1 << 20) {
        yield piece;
        piece = '';
      }
    }
    yield piece;
  };
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

test('very many distinct digests: exact to the last one, and the tab answers', { timeout: 240_000 }, async (visit) => {
  const folder = mkdtempSync(join(tmpdir(), 'dsos-large-'));
  try {
    const path = join(folder, 'digests.csv');
    await write(path);
    const page = await visit.open(`${PAGES.insights}?by=day&form=table`, options);
    // The longest time in which no frame could be drawn.
    await page.evaluate(() => {
      window.longest = 0;
      let last = performance.now();
      const beat = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
        requestAnimationFrame(beat);
      };
      requestAnimationFrame(beat);
    });
    await input(page).setInputFiles(path);
    await read(page);
    const whole = DISTINCT + DISTINCT / TWICE + 1;
    await becomes(total(page, 'Pulls'), whole);
    await becomes(total(page, 'By digest'), whole - 1);
    await becomes(async () => (await chartTable(page)).map((line) => line.Total), [DISTINCT / 2, DISTINCT / 2, DISTINCT / TWICE + 1]);
    await page.getByText(`digests.csv, ${whole.toLocaleString('en-US')} rows`).waitFor();

    // It answers on: another count, and back.
    await choose(page, 'Count', 'Version checks');
    await becomes(total(page, 'Pulls'), whole);
    await page.getByText('Nothing to draw').waitFor();
    await choose(page, 'Count', 'Pulls');
    await becomes(async () => (await chartTable(page)).length, 3);

    // To the last of its rows.
    const list = page.getByRole('region', { name: 'Table of rows' });
    const last = list.locator(`tr[aria-rowindex="${whole + 1}"]`);
    await list.press('End');
    await becomes(async () => (await last.boundingBox()).y + 31 < (await list.boundingBox()).y + (await list.boundingBox()).height, true, 'the last row is in sight');

    await page.locator('#export').getByRole('radio', { name: /^Summary, per tag/ }).check();
    const waiting = page.waitForEvent('download', { timeout: 60_000 });
    await page.locator('#export').getByRole('button', { name: 'Download', exact: true }).click();
    const seen = new Set();
    let twice = 0;
    let before = '';
    for await (const line of createInterface({ input: createReadStream(await (await waiting).path()) })) {
      const [namespace, repository, reference, , byTag, byDigest, checks] = line.split(',');
      if (namespace === 'namespace') continue;
      if (reference === 'latest') {
        assert.equal(`${byTag},${byDigest},${checks}`, '1,0,0');
        continue;
      }
      assert.ok(namespace === 'a' && repository === 'b' && byTag === '0' && checks === '0' && (byDigest === '1' || byDigest === '2'), line);
      assert.ok(before < reference, 'in order, each once');
      before = reference;
      seen.add(reference);
      if (byDigest === '2') twice += 1;
    }
    assert.equal(seen.size, DISTINCT);
    assert.equal(twice, DISTINCT / TWICE);
    for (let number = 0; number < DISTINCT; number += 997) assert.ok(seen.has(digest(number)), `digest ${number}`);
    const longest = await page.evaluate(() => window.longest);
    // Two cores are shared with the server and other readers: a tab that hangs does so for longer.
    assert.ok(longest < 4_000, `${Math.round(longest)} ms without a frame`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
