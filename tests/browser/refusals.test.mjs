// What the workbench refuses, and what refuses the workbench: bad files, each with its own
// sentence; rows that are skipped and named; exports that may not be written or find no room, and
// what they leave behind (nothing).

import { gzipSync } from 'node:zlib';
import { BASE, PAGES, assert, mounted, test } from './harness.mjs';
import { file, fixture, pulls, records, rows } from './exports.mjs';
import { becomes, beginExport, download, exportEnds, hold, input, open, options, says, total, workers } from './bench.mjs';

const RAW = ['raw', '--rows', 20_000];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));
const head = () => `${raw().toString().split('\n')[0]}\n`;
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500, 7)]);

const BAD = {
  'empty.csv': ['', /Not an export[^]*The file is empty\. Download the export again/],
  'header.csv': [head, /Not read[^]*a header line and no rows/],
  'picture.csv': [PNG, /Not an export[^]*It is a picture\.[^]*export was expected/],
  'picture.csv.gz': [() => gzipSync(PNG), /It is a picture/],
  'sign-in.csv': ['\n<!DOCTYPE html><title>Sign in</title><form>', /web page; perhaps the sign-in page was saved/],
  'archive.csv': [Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(300, 1)]), /archive\. Unpack it/],
  'print.csv': ['%PDF-1.7\n1 0 obj\n', /It is a PDF/],
  'wide.csv': [() => Buffer.from(`\uFEFF${head()}`, 'utf16le'), /UTF-16\. Save it as UTF-8/],
  'bytes.csv': [Buffer.from([0, 1, 2, 3, 0, 255, 254, 10, 0]), /It is not text/],
  'words.csv': ['only words\n', /text without columns|not an export/i],
  'other.csv': ['name,age\nAda,36\n', /columns are missing: action, action_day, reference\.[^]*Found: name, age\./],
  'nearly.csv': [() => raw().toString().replace('action,', 'deed,'), /columns are missing: action\.[^]*Found: deed, action_day, country,/],
  'cut.csv.gz': [() => gzipSync(raw()).subarray(0, 100_000), /ends too early: its download was cut off/],
  'stub.csv.gz': [() => gzipSync(raw()).subarray(0, 15), /ends too early: its download was cut off/],
  'damaged.csv.gz': [
    () => {
      const packed = gzipSync(raw());
      return Buffer.concat([packed.subarray(0, 90_000), Buffer.alloc(2000, 0xa5), packed.subarray(92_000)]);
    },
    /damaged and cannot be unpacked/,
  ],
  'checksum.csv.gz': [
    () => {
      const packed = gzipSync(raw());
      packed[packed.length - 6] ^= 1;
      return packed;
    },
    /damaged and cannot be unpacked/,
  ],
  'skipped.csv': [
    () => `${head()}pull_by_tag,2026-08-24\n${all()[0].text.replace(/^[a-z_]+/, 'push')}${all()[1].text.replace(/,\d{4}-\d\d-\d\d,/, ',2026-02-30,')}`,
    /No row could be read\.[^]*3 rows skipped: line 2, 2 fields; line 3, no known action; line 4, no such date\./,
  ],
};

test('bad files beside a good one: each has its own sentence, and the good one counts', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const bad = Object.entries(BAD).map(([name, [content]]) => file(name, typeof content === 'function' ? content() : content));
  await input(page).setInputFiles([...bad.slice(0, 9), file('good.csv', raw()), ...bad.slice(9)]);
  for (const [name, [, said]] of Object.entries(BAD)) await says(page, name, said);
  await becomes(total(page, 'Pulls'), pulls(all()));
  const lines = page.locator('.opening li');
  assert.equal(await lines.count(), bad.length + 1);
  // Each can be put away; then only the good one is left.
  for (let left = bad.length; left > 0; left -= 1) {
    await lines.getByRole('button', { name: 'Leave it out' }).first().click();
    await becomes(() => lines.count(), left === 1 ? 0 : left);
  }
  await page.getByText(/^good\.csv, 20,000 rows/).waitFor();
  await becomes(total(page, 'Pulls'), pulls(all()));
});

test('JSON that is no answer of the publisher API is refused, with what it holds', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await input(page).setInputFiles([file('other.json', '{"items":[]}'), file('cut.json', '{"pulls":[{"start":')]);
  await says(page, 'other.json', /Not read[^]*no answer of the publisher API[^]*it holds items/);
  await says(page, 'cut.json', /Not read[^]*it is not complete JSON/);
});

const SPOILT = [
  [(text) => text.replace('\n', ',and,more\n'), '17 fields'],
  [(text) => text.split(',').slice(0, 3).join(',') + '\n', '3 fields'],
  [(text) => text.replace(/^[a-z_]+/, 'push'), 'no known action'],
  [(text) => text.replace(/,\d{4}-\d\d-\d\d,/, ',2026-02-30,'), 'no such date'],
  [(text) => text.replace('kelpworks', 'kelp\xff'), 'not UTF-8'],
];

test('bad rows all over a file: all are counted, the first hundred are listed by line with the reason', async (visit) => {
  const good = [];
  const spoilt = [];
  let line = 2;
  // The other text is ASCII: one byte a character.
  const text = records(raw().toString('latin1')).slice(1).map(({ text }, at) => {
    const [spoil, why] = at % 133 === 60 ? SPOILT[spoilt.length % SPOILT.length] : [];
    if (spoil) spoilt.push(`line ${line.toLocaleString('en-US')}: ${why}`);
    else good.push(all()[at]);
    line += text.split('\n').length - 1;
    return spoil ? spoil(text) : text;
  });
  assert.ok(spoilt.length > 140);
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', Buffer.from(head() + text.join(''), 'latin1')));
  await becomes(total(page, 'Pulls'), pulls(good));
  await page.locator('.skips li').first().waitFor({ state: 'attached' });
  const told = await page.locator('.skips li').allTextContents();
  assert.deepEqual(told.slice(0, 100), spoilt.slice(0, 100));
  assert.deepEqual(told.slice(100), [`and ${spoilt.length - 100} more; the first hundred of a file are listed.`]);
  assert.match(await page.locator('.opened').innerText(), new RegExp(`, ${spoilt.length} skipped`));
});

/** The page with a dialog for saving that always chooses the same file. */
const chooses = {
  prepare: (page) =>
    page.addInitScript(() => {
      window.showSaveFilePicker = async () => {
        window.asked = (window.asked ?? 0) + 1;
        if (window.answers) throw new DOMException('no', window.answers);
        return (await navigator.storage.getDirectory()).getFileHandle('chosen.csv', { create: true });
      };
    }),
};

/** Names in the origin's private file system. */
const stored = (page) =>
  page.evaluate(async () => {
    const names = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names.sort();
  });

/** What the chosen file holds. */
const chosen = (page) =>
  page.evaluate(async () => (await (await (await navigator.storage.getDirectory()).getFileHandle('chosen.csv')).getFile()).text());

const exportRaw = (page) => beginExport(page, /^Raw/);

test('a raw export goes to the chosen file, byte for byte, and leaves nothing else', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`, chooses);
  await open(page, file('raw.csv', raw()));
  await exportRaw(page);
  await exportEnds(page, /^Done: .* written/);
  assert.ok((await chosen(page)) === raw().toString(), 'the same bytes');
  assert.deepEqual(await stored(page), ['chosen.csv']);
});

test('the dialog for saving is left with Cancel: nothing happens, and it can be asked again', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`, chooses);
  await open(page, file('raw.csv', raw()));
  await page.evaluate(() => (window.answers = 'AbortError'));
  await exportRaw(page);
  await page.waitForFunction(() => window.asked === 1);
  await page.waitForTimeout(300);
  const status = page.locator('#export').getByRole('status').last();
  assert.equal(await status.innerText(), '');
  assert.equal(await page.locator('#export').getByRole('button', { name: 'Cancel' }).count(), 0);
  assert.deepEqual(await stored(page), []);
  await page.evaluate(() => (window.answers = ''));
  await exportRaw(page);
  await exportEnds(page, /^Done: /);
  assert.ok((await chosen(page)) === raw().toString());
});

test('the browser refuses the dialog: the export becomes a download', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`, chooses);
  await open(page, file('raw.csv', raw()));
  await page.evaluate(() => (window.answers = 'SecurityError'));
  const { bytes } = await download(page, /^Raw/);
  assert.ok(bytes.equals(raw()));
});

/** Makes the desk's browser refuse: a method of the chosen file's class fails from its nth call. */
async function refuse(page, [type, method, error, from]) {
  const [desk] = await workers(page, 'desk');
  await desk.evaluate(
    ([type, method, error, from]) => {
      const real = self[type].prototype[method];
      let calls = 0;
      self[type].prototype[method] = function (...given) {
        calls += 1;
        return calls < from ? real.apply(this, given) : Promise.reject(new DOMException('refused', error));
      };
      self.relent = () => (self[type].prototype[method] = real);
    },
    [type, method, error, from],
  );
  return () => desk.evaluate(() => void self.relent());
}

const NO_ROOM = /There is no room left where the export was written\. Free some space/;
const REFUSED = /The browser did not let us write the file\. Choose another place/;
const REFUSALS = {
  'the file may not be written': [['FileSystemFileHandle', 'createWritable', 'NotAllowedError', 1], REFUSED],
  'writing is refused halfway': [['FileSystemWritableFileStream', 'write', 'NotAllowedError', 3], REFUSED],
  'the disk is full halfway': [['FileSystemWritableFileStream', 'write', 'QuotaExceededError', 3], NO_ROOM],
  'the disk is full at the very end': [['FileSystemWritableFileStream', 'close', 'QuotaExceededError', 1], NO_ROOM],
};
for (const [name, [what, said]] of Object.entries(REFUSALS)) {
  test(`an export to a chosen file, but ${name}: said, nothing is left, and the next one works`, async (visit) => {
    const page = await visit.open(`${PAGES.insights}?count=both`, chooses);
    await open(page, file('raw.csv', raw()));
    for (const format of ['CSV', 'CSV.gz']) {
      await page.getByRole('group', { name: 'Format' }).getByRole('button', { name: format, exact: true }).click();
      const relent = await refuse(page, format === 'CSV' ? what : [...what.slice(0, 3), 1]);
      await exportRaw(page);
      await exportEnds(page, said);
      // Who may not write may not remove either.
      if (said !== REFUSED) assert.deepEqual(await stored(page), []);
      await relent();
    }
    await page.getByRole('group', { name: 'Format' }).getByRole('button', { name: 'CSV', exact: true }).click();
    await exportRaw(page);
    await exportEnds(page, /^Done: /);
    assert.ok((await chosen(page)) === raw().toString());
    await becomes(total(page, /Pulls/.source), pulls(all()));
  });
}

test('no room for a download: said instead of a file that is cut off, nothing is left, and the next one works', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`, options);
  await open(page, file('raw.csv', raw()));
  const browser = await page.context().newCDPSession(page);
  await browser.send('Storage.overrideQuotaForOrigin', { origin: BASE, quotaSize: 2_500_000 });
  await exportRaw(page);
  await exportEnds(page, NO_ROOM);
  assert.deepEqual(await stored(page), []);
  await browser.send('Storage.overrideQuotaForOrigin', { origin: BASE });
  const { bytes } = await download(page, /^Raw/);
  assert.ok(bytes.equals(raw()));
});

for (const [where, how] of [['a chosen file', chooses], ['a download', options]]) {
  test(`an export to ${where} is called off: nothing is left, and the next one works`, async (visit) => {
    const page = await visit.open(`${PAGES.insights}?count=both`, how);
    await open(page, file('raw.csv', raw()));
    const { letGo } = await hold(page);
    await exportRaw(page);
    await becomes(async () => (await stored(page)).length > 0, true, 'it is under way');
    await page.locator('#export').getByRole('button', { name: 'Cancel' }).click();
    await letGo();
    await exportEnds(page, 'Stopped. Nothing was kept.');
    assert.deepEqual(await stored(page), []);
    await exportRaw(page);
    await exportEnds(page, /^Done: /);
  });
}

test('a second download does not touch the first; both are removed in the end', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`, options);
  await open(page, file('raw.csv', raw()));
  const [desk] = await workers(page, 'desk');
  // Minutes pass when the test says so.
  await desk.evaluate(() => {
    const later = self.setTimeout;
    self.afterMinutes = [];
    self.setTimeout = (then, ms) => (ms > 60_000 ? self.afterMinutes.push(then) : later(then, ms));
  });
  const first = await download(page, /^Raw/);
  const second = await download(page, /^Raw/);
  assert.ok(first.bytes.equals(raw()) && second.bytes.equals(raw()));
  const names = await stored(page);
  assert.ok(names.length === 2 && names.every((name) => /^export-\d+$/.test(name)), `${names}`);
  await desk.evaluate(() => self.afterMinutes.forEach((then) => then()));
  await becomes(async () => (await stored(page)).join(), '', 'both are removed');
});

test('what a crashed tab left behind is removed by the next one; what another tab downloads is not', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const now = `export-${await page.evaluate(() => Date.now())}`;
  const leave = async (names) => {
    const directory = await navigator.storage.getDirectory();
    for (const name of names) {
      const writing = await (await directory.getFileHandle(name, { create: true })).createWritable();
      await writing.write('rows');
      await writing.close();
    }
  };
  const long = 'export-1700000000002';
  await page.evaluate(leave, ['export-1700000000000', 'export-1700000000001', long, now, 'theirs']);
  // Another tab has been at one of them for long, and still is.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.evaluate((name) => new Promise((held) => {
    navigator.locks.request(name, () => new Promise(held));
  }), long);
  await page.reload();
  await mounted(page);
  // Once there is something to do: opening a page touches nothing.
  await open(page, file('raw.csv', raw()));
  await becomes(async () => (await stored(page)).join(), `${long},${now},theirs`);
  await other.close();
});
