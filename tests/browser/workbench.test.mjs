// The workbench with real files: open, filter, share, go back, cancel, export; every number held
// against a second, naive reader.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PAGES, assert, mounted, openSample, read, test } from './harness.mjs';
import { file, fixture, fixturePath, pulls, records, rows } from './exports.mjs';
import { becomes, download, input, open, options, showAs, shows, total } from './bench.mjs';

const ROWS = 20_000;
let bytes;
const raw = () => (bytes ??= fixture('raw', '--rows', ROWS));

test('a raw export: totals and every cell of the table are those of a naive count', async (visit) => {
  const page = await visit.open(PAGES.insights, options);
  await open(page, file('raw.csv', raw()));
  await showAs(page, 'Table');
  const { periods } = await shows(page, rows(raw()));
  assert.ok(periods.length >= 13 && Object.keys(periods[0].values).length === 11, 'weeks, and eight tags with others');
});

test('filters: a click keeps, Alt+click leaves out, chips remove, Back returns', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  const all = rows(raw());
  const country = page.getByRole('region', { name: /^countr/i });
  const first = country.getByRole('listitem').first().getByRole('button');
  await first.click();
  await page.waitForURL(/filter=country(:|%3A)US/);
  await becomes(total(page, 'Pulls'), pulls(all.filter((row) => row.country === 'US')));
  await page.goBack();
  await becomes(total(page, 'Pulls'), pulls(all));
  await first.click({ modifiers: ['Alt'] });
  await becomes(total(page, 'Pulls'), pulls(all.filter((row) => row.country !== 'US')));
  await page.getByRole('button', { name: /^Remove filter: country is not/ }).click();
  await becomes(total(page, 'Pulls'), pulls(all));
  assert.doesNotMatch(page.url(), /filter/);
});

test('a shared link keeps its view until the file is opened', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?filter=country%3ADE&by=month`);
  await page.getByText(/open the file to see this view/i).waitFor();
  await open(page, file('raw.csv', raw()));
  await becomes(total(page, 'Pulls'), pulls(rows(raw()).filter((row) => row.country === 'DE')));
  assert.match(page.url(), /by=month/);
});

test('keyboard only: choose a file, filter by a tag, and remove the filter again', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const all = rows(raw());
  const tabTo = async (locator) => {
    for (let step = 0; step < 150; step += 1) {
      if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('Tab never came there');
  };
  await tabTo(input(page));
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await choosing).setFiles(file('raw.csv', raw()));
  await read(page);
  const tag = page.getByRole('region', { name: /^tags/i }).getByRole('button', { name: 'latest', exact: true });
  await tabTo(tag);
  await page.keyboard.press('Enter');
  await becomes(total(page, 'Pulls'), pulls(all.filter((row) => row.tag === 'latest')));
  const chip = page.getByRole('button', { name: 'Remove filter: tag is latest' });
  await tabTo(chip);
  await page.keyboard.press('Enter');
  await becomes(total(page, 'Pulls'), pulls(all));
});

test('a raw export of matching rows is byte for byte what the file holds', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?filter=repository%3Aagent&filter=country%3AUS&count=both`, options);
  await open(page, file('raw.csv', raw()));
  const matching = rows(raw()).filter((row) => row.repository === 'agent' && row.country === 'US');
  const expected = records(raw().toString())[0].text + matching.map((row) => row.text).join('');
  const plain = await download(page, /^Raw/);
  assert.match(plain.name, /^kelpworks_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_raw\.csv$/);
  assert.ok(plain.bytes.equals(Buffer.from(expected)), `${plain.bytes.length} bytes instead of ${expected.length}`);
  const packed = await download(page, /^Raw/, { gzip: true });
  assert.match(packed.name, /\.csv\.gz$/);
  assert.ok(gunzipSync(packed.bytes).equals(Buffer.from(expected)));
});

const lines = () => raw().toString().split('\n');
const SAME = {
  'gzip, one member': () => gzipSync(raw()),
  'gzip, three members': () => {
    const text = raw();
    const [first, second] = [text.length / 3, (2 * text.length) / 3].map(Math.floor);
    return Buffer.concat([text.subarray(0, first), text.subarray(first, second), text.subarray(second)].map((part) => gzipSync(part)));
  },
  'BOM and CRLF': () => `\uFEFF${lines().join('\r\n')}`,
  'header in other words': () => [lines()[0].replaceAll('_', ' ').toUpperCase(), ...lines().slice(1)].join('\n'),
  'semicolons, columns reversed': () =>
    records(raw().toString())
      .map(({ cells }) => cells.toReversed().map((cell) => (/[;"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(';'))
      .join('\n'),
  'tabs, an extra column': () =>
    records(raw().toString())
      .map(({ cells }, at) => ['extra', ...cells].map((cell, place) => (place === 0 && at ? '"more\nthan one line"' : /["\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t'))
      .join('\n'),
};
for (const [name, content] of Object.entries(SAME)) {
  test(`the same answer from: ${name}`, async (visit) => {
    const page = await visit.open(PAGES.insights);
    await open(page, file(name.startsWith('gzip') ? 'raw.csv.gz' : 'raw.csv', content()));
    const all = rows(raw());
    await becomes(total(page, 'Pulls'), pulls(all));
    await becomes(total(page, 'Version checks'), all.length - pulls(all));
  });
}

test('several files of one span are joined; the same file again counts nothing twice', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const head = `${lines()[0]}\n`;
  const days = rows(raw());
  // Split between two days: a shared day would be an overlap, which is asked about.
  const day = days[ROWS / 2].action_day;
  const parts = [days.filter((row) => row.action_day < day), days.filter((row) => row.action_day >= day)];
  await open(page, ...parts.map((part, at) => file(`part-${at + 1}.csv`, head + part.map((row) => row.text).join(''))));
  await becomes(total(page, 'Pulls'), pulls(days));
  await input(page).setInputFiles([file('part-1-again.csv', head + parts[0].map((row) => row.text).join(''))]);
  await page.getByText(/Open already|same file/i).first().waitFor();
  await becomes(total(page, 'Pulls'), pulls(days));
});

test('overlapping spans are noticed before anything counts twice', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const all = rows(raw());
  const head = lines()[0];
  const part = all.slice(ROWS / 4, ROWS / 2);
  await open(page, file('raw.csv', raw()));
  await input(page).setInputFiles([file('part.csv', `${head}\n${part.map((row) => row.text).join('')}`)]);
  await page.getByRole('button', { name: 'Leave it out' }).first().waitFor();
  await becomes(total(page, 'Pulls'), pulls(all));
});

test('a file that differs from another in its middle only is not the same', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const text = raw().toString();
  const at = text.indexOf(',US,', text.length / 2);
  await open(page, file('raw.csv', raw()));
  await input(page).setInputFiles([file('other.csv', `${text.slice(0, at)},DE,${text.slice(at + 4)}`)]);
  await page.getByRole('button', { name: 'Count it too' }).first().waitFor();
  await becomes(total(page, 'Pulls'), pulls(rows(raw())));
});

test('a summary counts beside a raw file where that says nothing of it', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const all = rows(raw());
  const [{ namespace, repository }] = all;
  const head = 'namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n';
  const summary = (name, owner, count) => file(name, `${head}${owner},${repository},latest,,${count},0,0\n`);
  await open(page, summary('ours.csv', namespace, 5), file('raw.csv', raw()), summary('theirs.csv', 'elsewhere', 7));
  await page.getByText('Left aside').first().waitFor();
  await becomes(total(page, 'Pulls'), pulls(all) + 7);
});

test('summary, trends and the data API’s answers are opened too', async (visit) => {
  const all = rows(fixture('raw', '--rows', 3000));
  const pulled = pulls(all);
  for (const kind of ['summary', 'repo-summary', 'trends', 'publisher-json', 'repos-json']) {
    const page = await visit.open(PAGES.insights);
    const name = kind.endsWith('json') ? `${kind}.json` : `${kind}.csv`;
    // A summary has no chart, so its picture is never marked as complete.
    await input(page).setInputFiles([file(name, fixture(kind, '--rows', 3000))]);
    await becomes(total(page, 'Pulls'), pulled, kind);
  }
});

const head = () => `${lines()[0]}\n`;
const BAD = {
  'an empty file': [() => '', /Not an export[^]*The file is empty\./],
  'a header only': [head, /Not read[^]*a header line and no rows\./],
  'a picture': [() => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500, 7)]), /Not an export[^]*It is a picture\./],
  'a web page': [() => '<!doctype html><html><body>Sign in</body></html>', /Not an export[^]*It is a web page/],
  'a truncated gzip': [() => gzipSync(raw()).subarray(0, 100_000), /Not read[^]*The gzip file ends too early/],
  'other columns': [() => 'name,age\nAda,36\n', /Not an export[^]*columns are missing[^]*Found: name, age\./],
};
for (const [name, [content, said]] of Object.entries(BAD)) {
  test(`${name} is refused with a clear message, and the file that was open stays`, async (visit) => {
    const page = await visit.open(PAGES.insights);
    await open(page, file('raw.csv', raw()));
    await input(page).setInputFiles([file(name.includes('gzip') ? 'bad.csv.gz' : 'bad.csv', content())]);
    const line = page.locator('.opening li', { hasText: 'bad.csv' }).first();
    await line.waitFor();
    await becomes(async () => said.test(await line.innerText()), true, `${said}`);
    await becomes(total(page, 'Pulls'), pulls(rows(raw())));
  });
}

test('bad rows are skipped, counted, and named by their lines', async (visit) => {
  const page = await visit.open(PAGES.insights);
  const good = lines().slice(1, 101);
  const bad = [
    'pull_by_tag,2026-08-24,US',
    `${good[0]},and,more`,
    good[1].replace(/^[a-z_]+/, 'push'),
    good[2].replace(/,\d{4}-\d\d-\d\d,/, ',2026-02-30,'),
  ];
  const content = Buffer.concat([
    Buffer.from(`${head()}${good.join('\n')}\n${bad.join('\n')}\n`),
    Buffer.from(good[3].replace('kelpworks', 'kelp\u0000')).map((byte) => (byte === 0 ? 0xff : byte)),
    Buffer.from('\n'),
  ]);
  await open(page, file('raw.csv', content));
  const expected = rows(Buffer.from(`${head()}${good.join('\n')}\n`));
  await becomes(total(page, 'Pulls'), pulls(expected));
  await page.locator('.skips li').first().waitFor({ state: 'attached' });
  const text = await page.locator('main').textContent();
  assert.match(text, /5 skipped/);
  for (const line of [102, 103, 104, 105, 106]) assert.match(text, new RegExp(`\\b${line}\\b`), `line ${line} is named`);
});

test('Cancel keeps nothing, and another file can be opened', async (visit) => {
  const page = await visit.open(PAGES.insights);
  // Large enough to be interrupted.
  await input(page).setInputFiles(fixturePath('raw', '--rows', 1_500_000));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Drop one or more files here').waitFor();
  assert.equal(await page.locator('.totals').count(), 0);
  await open(page, file('raw.csv', raw()));
  await becomes(total(page, 'Pulls'), pulls(rows(raw())));
});

/** Addresses that the site has: its files, by the folder that is served, and its pages. */
function addresses() {
  const folder = process.env.DSOS_DIST;
  assert.ok(folder, 'DSOS_DIST names the folder that is served');
  const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
  return new Set([...files.map((name) => `/${name}`), ...Object.values(PAGES)]);
}

test('reading a file sends nothing: all that is asked for are files of the site, and nothing is said with it', async (visit) => {
  const asked = [];
  const page = await visit.open(PAGES.insights, {
    ...options,
    prepare: async (page) => {
      await options.prepare(page);
      page.context().on('request', (request) => asked.push({ method: request.method(), url: request.url(), body: request.postData(), headers: request.headers() }));
      page.on('websocket', (socket) => asked.push({ method: 'WEBSOCKET', url: socket.url() }));
    },
  });
  // Two members, so that the unpacking worker is asked for, too.
  const half = raw().length / 2;
  await open(page, file('secret-name.csv.gz', Buffer.concat([gzipSync(raw().subarray(0, half)), gzipSync(raw().subarray(half))])));
  await page.getByRole('region', { name: /^countr/i }).getByRole('listitem').first().getByRole('button').click();
  await page.getByRole('searchbox', { name: 'Search tags' }).fill('latest');
  await becomes(total(page, 'Pulls'), pulls(rows(raw()).filter((row) => row.country === 'US')));
  await download(page, /^Summary, per tag/);
  await download(page, /^Raw/);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('Drop one or more files here').waitFor();

  const known = addresses();
  const own = asked.filter(({ url }) => !/^(blob|data):/.test(url));
  assert.ok(own.length > 5, `${own.length} requests`);
  for (const { method, url, body, headers } of own) {
    const { pathname, search, hash } = new URL(url);
    assert.equal(method, 'GET', url);
    assert.ok(known.has(pathname), `${url} is no file of the site`);
    assert.equal(search + hash, '', url);
    assert.equal(body ?? null, null, url);
    assert.doesNotMatch(JSON.stringify(headers), /kelpworks|secret-name|country/, url);
  }
  for (const part of ['gunzip-worker', 'pulls-worker']) assert.ok(own.some(({ url }) => url.includes(part)), `${part} was seen`);
});

test('the sample and its view survive leaving the page and coming back', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await openSample(page);
  const before = await total(page, 'Pulls')();
  assert.ok(before > 10_000);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Program' }).click();
  await page.waitForFunction(() => location.pathname === '/');
  await page.goBack();
  await mounted(page);
  await becomes(total(page, 'Pulls'), before);
});
