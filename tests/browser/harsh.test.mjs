// The workbench when things go wrong around it: files that are too large, that change or go away,
// that are called off or come twice; parts of the app that are lost; workers that die. Each ends in
// a clear sentence, and what was counted stays.

import { appendFileSync, closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PAGES, SPLIT, assert, mounted, read, test } from './harness.mjs';
import { file, fixture, fixturePath, pulls, rows } from './exports.mjs';
import { becomes, beginExport, download, exportEnds, hold, input, line, open, options, says, total, workers } from './bench.mjs';

// More slices than are read at once, so that some begin only after an interruption.
const RAW = ['raw', '--rows', 60_000];
// The same project, two years before: it shares no day with the other.
const EARLIER = ['raw', '--rows', 2000, '--seed', 7, '--first-day', '2024-08-26'];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));
const earlier = () => file('earlier.csv', fixture(...EARLIER));
const count = (words) => fixture(...words).toString().match(/^pull_/gm).length;

let folder;
const place = (name) => {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), 'dsos-harsh-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return join(folder, name);
};

/** A file of its own on the disk, old enough that every change is a later one. */
function onDisk(name, bytes = raw()) {
  const path = place(name);
  writeFileSync(path, bytes);
  utimesSync(path, 1_000_000, 1_000_000);
  return path;
}

/** The page still answers: a filter set and removed changes the figures there and back. */
async function worksOn(page, pulled) {
  await becomes(total(page, 'Pulls'), pulled);
  const first = page.getByRole('region', { name: /^countr/i }).getByRole('listitem').first().getByRole('button');
  await first.click();
  await page.waitForURL(/filter=country/);
  await becomes(async () => (await total(page, 'Pulls')()) < pulled, true, 'the filter is answered');
  await page.goBack();
  await becomes(total(page, 'Pulls'), pulled);
}

/** Memory that the largest page process holds, in bytes; 0 where the system does not say. */
function largestRenderer() {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const sizes = processes.map((id) => {
    try {
      if (!readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
      let ancestor = id;
      while (ancestor > 1 && ancestor !== String(process.pid)) ancestor = readFileSync(`/proc/${ancestor}/stat`, 'utf8').match(/.*\) \S (\d+)/)[1];
      return ancestor > 1 ? Number(readFileSync(`/proc/${id}/statm`, 'utf8').split(' ')[1]) * 4096 : 0;
    } catch {
      return 0; // it has ended meanwhile
    }
  });
  return Math.max(...sizes);
}

test('20 GB: said before anything is read; read in part as far as it fits; memory stays bounded', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, earlier());
  const path = place('large.csv');
  copyFileSync(fixturePath(...RAW), path);
  truncateSync(path, 20e9);
  const end = openSync(path, 'a');
  writeSync(end, `\n${raw().toString().split('\n').slice(1).join('\n')}`);
  closeSync(end);
  const { reads } = await hold(page, Infinity);
  await input(page).setInputFiles(path);
  await says(page, 'large.csv', /Too large[^]*about \d{2,3},\d{3},\d{3} rows in 20\sGB; [^]*enough for 40,000,000 in all/);
  assert.equal(await reads(), 0, 'none of it was read');
  await worksOn(page, count(EARLIER));

  await page.getByRole('button', { name: 'Read the part that fits' }).click();
  await becomes(async () => (await reads()) > 10, true, 'it is read');
  // While it is read, the page answers.
  await page.getByRole('radiogroup', { name: 'Theme' }).or(page.getByRole('group', { name: 'Theme' })).getByText('Dark', { exact: true }).click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await becomes(async () => (await reads()) > 30, true, 'and on');
  const held = largestRenderer();
  assert.ok(held < 600e6, `${held} bytes`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await worksOn(page, count(EARLIER));
  assert.equal(await line(page, 'large.csv').count(), 0);
  rmSync(path);
});

const CHANGES = {
  'grows': (path) => appendFileSync(path, raw().subarray(0, 100)),
  'is written anew': (path) => writeFileSync(path, raw().toString().replaceAll('pull_by_tag', 'pull_by_tug')),
  'is removed': unlinkSync,
};
for (const [how, change] of Object.entries(CHANGES)) {
  test(`a file that ${how} while it is read is refused; what was counted stays, and it can be chosen again`, async (visit) => {
    const page = await visit.open(PAGES.insights);
    await open(page, earlier());
    const { letGo } = await hold(page);
    const path = onDisk('moving.csv');
    await input(page).setInputFiles(path);
    await says(page, 'moving.csv', /Reading/);
    change(path);
    await letGo();
    await says(page, 'moving.csv', /Not read[^]*changed, moved or removed after it was chosen\. Choose it again/);
    await worksOn(page, count(EARLIER));
    onDisk('moving.csv');
    await input(page).setInputFiles(path);
    await becomes(total(page, 'Pulls'), count(EARLIER) + count(RAW));
    assert.doesNotMatch(await page.locator('.opening').innerText(), /Not read|Open already/);
  });

  test(`a file that ${how} after it was read is no longer exported raw, and that is said`, async (visit) => {
    const page = await visit.open(PAGES.insights, options);
    const path = onDisk('moving.csv');
    await open(page, path);
    change(path);
    await beginExport(page, /^Raw/);
    await exportEnds(page, /^The opened file was changed, moved or removed since it was read\. Open it again/);
    await worksOn(page, count(RAW));
    const { bytes } = await download(page, /^Summary, per tag/);
    assert.ok(rows(bytes).length > 10);
  });
}

test('another file opened while one is read: both are counted', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const { letGo } = await hold(page);
  await input(page).setInputFiles(file('raw.csv', raw()));
  await says(page, 'raw.csv', /Reading/);
  await input(page).setInputFiles(earlier());
  await says(page, 'earlier.csv', /Waiting/);
  await letGo();
  await read(page);
  await worksOn(page, count(RAW) + count(EARLIER));
});

test('Cancel keeps what was counted before and nothing of what was not, nor its twin', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, earlier());
  const { letGo } = await hold(page);
  await input(page).setInputFiles(file('raw.csv', raw()));
  await says(page, 'raw.csv', /Reading/);
  await input(page).setInputFiles(file('twin.csv', raw()));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await becomes(() => page.locator('.opening li', { hasText: /raw\.csv|twin\.csv/ }).count(), 0);
  await letGo();
  await worksOn(page, count(EARLIER));
  await input(page).setInputFiles(file('raw.csv', raw()));
  await becomes(total(page, 'Pulls'), count(EARLIER) + count(RAW));
});

test('an open file closed while another is read: only the other is counted', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, earlier());
  const { letGo } = await hold(page);
  await input(page).setInputFiles(file('raw.csv', raw()));
  await says(page, 'raw.csv', /Reading/);
  await line(page, 'earlier.csv').getByRole('button', { name: 'Close it' }).click();
  await letGo();
  await read(page, 2);
  await worksOn(page, count(RAW));
});

test('the same file dropped twice, and again, counts once', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const drop = (names) =>
    page.locator('.opening').evaluate(
      (target, [names, text]) => {
        const dataTransfer = new DataTransfer();
        for (const name of names) dataTransfer.items.add(new File([text], name));
        for (const type of ['dragover', 'drop']) target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      [names, raw().toString()],
    );
  await drop(['one.csv', 'two.csv']);
  await becomes(total(page, 'Pulls'), count(RAW));
  await says(page, 'two.csv', /Open already[^]*same file as one\.csv/);
  await drop(['three.csv']);
  await says(page, 'three.csv', /Open already[^]*same file as one\.csv/);
  await worksOn(page, count(RAW));
  // The one that counts is closed: one of the others takes its place.
  await line(page, 'one.csv').getByRole('button', { name: 'Close it' }).click();
  await becomes(() => page.locator('.opening li', { hasText: 'one.csv' }).count(), 0);
  await becomes(total(page, 'Pulls'), count(RAW));
  await says(page, 'three.csv', /same file as two\.csv/);
});

test('an overlapping file waits until somebody says: count it too, leave it out, or close the other', async (visit) => {
  const part = all().slice(0, 6000);
  const text = `${raw().toString().split('\n')[0]}\n${part.map((row) => row.text).join('')}`;
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  const overlap = async () => {
    await input(page).setInputFiles(file('part.csv', text));
    await says(page, 'part.csv', /Not counted yet[^]*It shares kelpworks\/[^]* with raw\.csv[^]*twice/);
    await becomes(total(page, 'Pulls'), pulls(all()));
  };
  await overlap();
  await page.getByRole('button', { name: 'Leave it out' }).click();
  await worksOn(page, pulls(all()));
  await overlap();
  await page.getByRole('button', { name: 'Count it too' }).click();
  await worksOn(page, pulls(all()) + pulls(part));
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('Drop one or more files here').waitFor();
  await input(page).setInputFiles(file('raw.csv', raw()));
  await page.getByText(/^raw\.csv, 60,000 rows/).waitFor();
  await overlap();
  await line(page, 'raw.csv').getByRole('button', { name: 'Close it' }).click();
  await worksOn(page, pulls(part));
});

test('a span split over a dozen files, opened at once and out of order, is one view', async (visit) => {
  const head = `${raw().toString().split('\n')[0]}\n`;
  const days = [...new Set(all().map((row) => row.action_day))].sort();
  const parts = Array.from({ length: 12 }, (_, at) => new Set(days.filter((_, day) => Math.floor((day * 12) / days.length) === at)));
  const files = parts.map((days, at) => {
    const text = head + all().filter((row) => days.has(row.action_day)).map((row) => row.text).join('');
    // Plain and packed ones mixed.
    return at % 4 ? file(`part-${at}.csv`, text) : file(`part-${at}.csv.gz`, gzipSync(text));
  });
  const page = await visit.open(PAGES.insights);
  await open(page, ...files.toSorted((one, other) => (one.name.at(-5) < other.name.at(-5) ? 1 : -1)));
  await worksOn(page, pulls(all()));
  await page.getByText(/^12 files, 60,000 rows/).waitFor();
});

const LOST = [/Failed to load resource/, /Failed to fetch/];

test('the part that draws a view is lost: a notice offers to load it again, with the file still open', async (visit) => {
  let refused = 0;
  const refuse = (route) => {
    refused += 1;
    return route.abort();
  };
  const page = await visit.open(PAGES.insights, { expect: LOST, prepare: (page) => page.route('**/split-*.wasm', refuse) });
  await input(page).setInputFiles(file('raw.csv', raw()));
  // A build in one file has nothing left to load.
  if (!SPLIT) return worksOn(page, count(RAW));
  await page.getByText('This part did not load').waitFor();
  assert.ok(refused > 0, 'the part is a file of its own');
  assert.equal(await page.locator('.totals').count(), 0);
  const again = page.getByRole('button', { name: 'Load it again' });
  const before = refused;
  await again.click();
  await becomes(async () => refused >= before + 4, true, 'tried again');
  await again.waitFor();
  await page.unroute('**/split-*.wasm', refuse);
  await again.click();
  await worksOn(page, count(RAW));
  assert.equal(await page.getByText('This part did not load').count(), 0);
});

test('the gunzip worker is lost: that is said, and what was counted stays', async (visit) => {
  const page = await visit.open(PAGES.insights, { expect: LOST, prepare: (page) => page.route('**/gunzip-worker*/**', (route) => route.abort()) });
  await open(page, earlier());
  const half = raw().length / 2;
  const packed = [raw().subarray(0, half), raw().subarray(half)].map((part) => gzipSync(part));
  await input(page).setInputFiles(file('raw.csv.gz', Buffer.concat(packed)));
  await says(page, 'raw.csv.gz', /Not read[^]*The part that reads files stopped/);
  assert.equal(await page.locator('.workbench > .notice').count(), 0, 'other files are read on');
  await worksOn(page, count(EARLIER));
});

test('what the workers load later is lost: an export ends with a reason, and once it is back nothing counts twice', async (visit) => {
  const later = '**/pulls-worker*/split-late-*.wasm';
  let lost = 0;
  const lose = (route) => {
    lost += 1;
    return route.abort();
  };
  const prepare = async (page) => {
    await options.prepare(page);
    await page.route(later, lose);
  };
  const page = await visit.open(PAGES.insights, { expect: LOST, prepare });
  await open(page, file('raw.csv', raw()));
  await becomes(total(page, 'Pulls'), pulls(all()));
  // A build in one file has nothing left to load.
  if (!SPLIT) return assert.equal(lost, 0);
  const notice = page.locator('.workbench > .notice');
  await notice.getByText('A part of this page could not be loaded.').waitFor();
  assert.ok(lost > 0, 'it is a file of its own');
  await beginExport(page, /^Summary, per tag/);
  await exportEnds(page, /^The part that reads files stopped/);
  const germany = page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button', { name: 'Germany' });
  // A filter that is not answered leaves what is shown, and is answered once the part is there.
  await germany.click();
  await notice.getByRole('button', { name: 'Try again' }).waitFor();
  assert.equal(await total(page, 'Pulls')(), pulls(all()));
  await page.unroute(later, lose);
  await notice.getByRole('button', { name: 'Try again' }).click();
  await becomes(total(page, 'Pulls'), pulls(all().filter((row) => row.country === 'DE')));
  assert.equal(await notice.count(), 0);
  await germany.click();
  const part = all().slice(0, 6000);
  await input(page).setInputFiles(file('part.csv', `${raw().toString().split('\n')[0]}\n${part.map((row) => row.text).join('')}`));
  await says(page, 'part.csv', /Not counted yet[^]*It shares kelpworks\/[^]* with raw\.csv[^]*twice/);
  await becomes(total(page, 'Pulls'), pulls(all()));
});

test('a stream that stops midway: the rest is read another way', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await becomes(async () => (await workers(page, 'reader')).length > 0, true, 'readers run');
  for (const reader of await workers(page, 'reader')) {
    await reader.evaluate(() => {
      const read = ReadableStreamBYOBReader.prototype.read;
      let asked = 0;
      ReadableStreamBYOBReader.prototype.read = function (...room) {
        asked += 1;
        self.stopped = asked > 1;
        return self.stopped ? new Promise(() => {}) : read.apply(this, room);
      };
    });
  }
  await open(page, file('raw.csv', raw()));
  const stopped = await Promise.all((await workers(page, 'reader')).map((reader) => reader.evaluate(() => self.stopped)));
  assert.ok(stopped.includes(true));
  await worksOn(page, pulls(all()));
});

test('the workers’ script is lost: the page says that it cannot read files', async (visit) => {
  const page = await visit.open(PAGES.insights, { expect: LOST, prepare: (page) => page.route('**/pulls-worker*/*', (route) => route.abort()) });
  await page.getByRole('alert').getByText(/The part that reads files did not start\. Reload the page/).waitFor();
});

/** Lets through the desk's wasm, and what `keep` says of the readers' that come after it. */
const readersOnly = (keep) => {
  let asked = 0;
  return {
    expect: [/./],
    prepare: (page) =>
      page.route('**/pulls-worker*/*.wasm', (route) => {
        asked += 1;
        return asked === 1 || keep(asked) ? route.continue() : route.abort();
      }),
  };
};

test('no reader starts: opening a file says so instead of waiting for it', async (visit) => {
  const page = await visit.open(PAGES.insights, readersOnly(() => false));
  await input(page).setInputFiles(file('raw.csv', raw()));
  await says(page, 'raw.csv', /Not read[^]*The part that reads files stopped\. Reload the page/);
});

test('a reader that does not start leaves the others', async (visit) => {
  const lost = [];
  const options = readersOnly((asked) => asked > 2 || lost.push(asked) === 0);
  const page = await visit.open(PAGES.insights, options);
  await open(page, file('raw.csv', raw()));
  assert.deepEqual(lost, [2]);
  await worksOn(page, pulls(all()));
});

test('a reader that neither runs nor fails is not waited for', { long: true }, async (visit) => {
  let asked = 0;
  const prepare = (page) =>
    page.route('**/pulls-worker*/*.wasm', (route) => {
      asked += 1;
      // The answer to the second never comes.
      return asked === 2 ? undefined : route.continue();
    });
  const page = await visit.open(PAGES.insights, { prepare });
  await input(page).setInputFiles(file('raw.csv', raw()));
  await read(page);
  await worksOn(page, pulls(all()));
  assert.ok(asked > 2);
});

test('nothing on the page moves by itself while a file is read: its frames take the time of the readers', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const { letGo } = await hold(page);
  await input(page).setInputFiles(file('raw.csv', raw()));
  await page.getByRole('progressbar').first().waitFor();
  // What moves once, when something appears, is over by then.
  await page.waitForTimeout(500);
  const moving = () => page.evaluate(() => document.getAnimations().map((one) => one.effect.target.outerHTML.slice(0, 80)));
  await becomes(moving, []);
  // Nor now and then.
  for (let again = 0; again < 10; again += 1) {
    await page.waitForTimeout(50);
    assert.deepEqual(await moving(), []);
  }
  assert.equal(await page.locator('.progress .bar > i').first().evaluate((bar) => getComputedStyle(bar).transitionDuration), '0s');
  await letGo();
  await worksOn(page, pulls(all()));
});

test('a reader that dies: said at once, and no export comes out short', async (visit) => {
  const page = await visit.open(PAGES.insights, { ...options, expect: [/crash/] });
  const crash = async () => {
    const [reader] = await workers(page, 'reader');
    await reader.evaluate(() => void setTimeout(() => { throw new Error('crash'); }));
    await page.locator('.workbench > .notice').getByText('The part that reads files stopped.').waitFor();
  };
  await open(page, file('raw.csv', raw()));
  await becomes(total(page, 'Pulls'), count(RAW));
  await crash();
  for (const what of [/^Raw/, /^Summary, per tag/]) {
    await beginExport(page, what);
    await exportEnds(page, /^The part that reads files stopped/);
  }
  await page.reload();
  await mounted(page);
  const { letGo } = await hold(page);
  await input(page).setInputFiles(file('raw.csv', raw()));
  await says(page, 'raw.csv', /Reading/);
  await crash();
  await letGo();
  await says(page, 'raw.csv', /Not read[^]*The part that reads files stopped\. Reload the page/);
  await page.reload();
  await mounted(page);
  await open(page, file('raw.csv', raw()));
  await worksOn(page, count(RAW));
});

test('keyboard only: the span by Shift and arrows, then the export', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?by=day`, options);
  await open(page, file('raw.csv', raw()));
  const tabTo = async (locator) => {
    for (let step = 0; step < 200; step += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('Tab never came there');
  };
  await tabTo(page.getByRole('application'));
  await page.keyboard.press('Home');
  for (let day = 1; day < 7; day += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  const days = [...new Set(all().map((row) => row.action_day))].sort().slice(0, 7);
  const week = all().filter((row) => days.includes(row.action_day));
  await becomes(total(page, 'Pulls'), pulls(week));
  await tabTo(page.getByRole('radio', { name: /^Summary, per tag/ }));
  for (const _ of [1, 2]) await page.keyboard.press('ArrowDown');
  await tabTo(page.getByRole('button', { name: 'Download', exact: true }));
  const waiting = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const taken = rows(readFileSync(await (await waiting).path()));
  // The chart counts pulls; so does the export of its view.
  assert.deepEqual([...new Set(taken.map((row) => row.action_day))].sort(), days);
  assert.equal(pulls(taken), pulls(week));
});
