// What is taken away: the summary adds up to chart and file, and no cell of an export that is safe
// for spreadsheets is run as a formula.

import { readFileSync } from 'node:fs';
import { PAGES, assert, test } from './harness.mjs';
import { file, fixture, records, rows } from './exports.mjs';
import { becomes, chartTable, download, open, options, showAs, shows } from './bench.mjs';

const ROWS = 20_000;
const raw = () => fixture('raw', '--rows', ROWS);
let known;
const all = () => (known ??= rows(raw()));

const sum = (numbers) => numbers.reduce((whole, number) => whole + Number(number), 0);

test('the summary adds up to the chart, its table, its picture, and the file', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?form=table&from=2026-09-07&to=2026-10-30&filter=!country%3AUS`, options);
  await open(page, file('raw.csv', raw()));
  const keep = (row) => row.country !== 'US';
  const view = await shows(page, all(), { span: ['2026-09-07', '2026-10-30'], by: 'week', keep });
  const table = await chartTable(page);
  await showAs(page, 'Stacked');
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the chart as SVG' }).click();
  const desc = readFileSync(await (await waiting).path(), 'utf8').match(/<desc[^>]*>([^<]*)/)[1];
  const column = (name) => sum(table.map((line) => line[name] ?? 0));
  assert.ok(desc.includes(`highest ${Math.max(...table.map((line) => line.Total)).toLocaleString('en-US')} in`), desc);

  for (const [what, key] of [
    [/^Summary, per tag/, (row) => `${row.repository} ${row.tag || row.digest}`],
    [/^Summary, per repository/, (row) => row.repository],
  ]) {
    const { name, bytes } = await download(page, what);
    assert.match(name, /^kelpworks_2026-09-07_2026-10-30_(repo-)?summary\.csv$/);
    const lines = rows(bytes);
    const pulled = (line) => Number(line.pull_by_tag) + Number(line.pull_by_digest);
    // To the chart: all of it, each tag of its own, and what has no tag.
    assert.equal(sum(lines.map(pulled)), column('Total'), 'all pulls');
    assert.equal(sum(lines.map(pulled)), view.pulls, 'the totals');
    if (lines[0].reference) {
      const named = Object.keys(table[0]).filter((name) => !['period', 'Total', 'other tags', 'by digest (no tag)'].includes(name));
      assert.equal(named.length, 8);
      for (const tag of named) assert.equal(sum(lines.filter((line) => line.reference === tag).map(pulled)), column(tag), tag);
      const digests = lines.filter((line) => line.reference.startsWith('sha256:'));
      assert.equal(sum(digests.map(pulled)), column('by digest (no tag)'));
      assert.equal(sum(lines.filter((line) => !named.includes(line.reference) && !digests.includes(line)).map(pulled)), column('other tags'));
    }
    // To the file: line by line.
    const expected = new Map();
    for (const row of all().filter(keep).filter((row) => '2026-09-07' <= row.action_day && row.action_day <= '2026-10-30')) {
      const counts = expected.get(key(row)) ?? { pull_by_tag: 0, pull_by_digest: 0, version_check: 0 };
      counts[row.action] += 1;
      expected.set(key(row), counts);
    }
    assert.equal(lines.length, expected.size);
    for (const line of lines) {
      const counts = expected.get(line.reference ? `${line.repository} ${line.reference}` : line.repository);
      assert.deepEqual([line.pull_by_tag, line.pull_by_digest, line.version_check].map(Number), Object.values(counts));
      assert.equal(line.unique_ip_address, '', 'addresses are not in a raw export');
    }
  }
});

/** What a spreadsheet takes for a formula, and values beside it that it does not. */
const CELLS = ['=1+1', '+49 30', '-2', '@SUM(A1)', '\tx', '\rx', '\nx', '=HYPERLINK("http://x","y")', "'=1", '1-1', 'a=b', 'plain, with comma'];
const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const safe = (cell) => (/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell);

/** A raw export with such cells in a known column, in tags, and in a column of somebody's own. */
function spiked() {
  const [head, ...lines] = records(fixture('raw', '--rows', 200).toString());
  const at = (name) => head.cells.indexOf(name);
  const cells = lines.map((line, number) => {
    const cell = CELLS[number % CELLS.length];
    const spiked = [...line.cells, cell];
    spiked[at('user_agent_version')] = cell;
    // A tag that holds a line end would be none.
    if (line.cells[at('tag')] && !/[\t\r\n]/.test(cell)) spiked[at('tag')] = spiked[at('reference')] = cell;
    return spiked;
  });
  const names = [...head.cells, '=own'];
  return { names, cells, text: [names, ...cells].map((line) => `${line.map(quoted).join(',')}\n`).join('') };
}

test('safe for spreadsheets: every cell that a spreadsheet would run is made plain, and no other', async (visit) => {
  const { names, cells, text } = spiked();
  const page = await visit.open(`${PAGES.insights}?count=both`, options);
  await open(page, file('raw.csv', text));
  const section = page.locator('#export');
  const box = section.getByRole('switch', { name: 'Safe for spreadsheets' });

  await section.getByRole('radio', { name: /^Raw/ }).check();
  assert.ok(!(await box.isChecked()) && (await box.isEnabled()), 'raw rows are the file’s own until asked');
  assert.equal((await download(page, /^Raw/)).bytes.toString(), text);
  await box.check();
  await section.getByText(/not byte for byte the file/).waitFor();
  const made = records((await download(page, /^Raw/)).bytes.toString());
  assert.deepEqual(made.map((line) => line.cells), [names, ...cells].map((line) => line.map(safe)));
  await box.uncheck();
  assert.equal((await download(page, /^Raw/)).bytes.toString(), text);
});

test('summaries are always safe for spreadsheets, and say so', async (visit) => {
  const { cells, names, text } = spiked();
  const page = await visit.open(`${PAGES.insights}?count=both`, options);
  await open(page, file('raw.csv', text));
  const box = page.locator('#export').getByRole('switch', { name: 'Safe for spreadsheets (always for summaries)' });
  await page.locator('#export').getByRole('radio', { name: /^Summary, per tag/ }).check();
  await becomes(async () => [await box.isChecked(), await box.isDisabled()], [true, true]);
  const lines = rows((await download(page, /^Summary, per tag/)).bytes);
  const tags = cells.map((line) => line[names.indexOf('tag')]).filter(Boolean);
  const references = lines.map((line) => line.reference).filter((name) => !name.startsWith('sha256:'));
  assert.deepEqual([...new Set(references)].sort(), [...new Set(tags.map(safe))].sort());
  assert.ok(references.includes("'=1+1") && references.includes("'@SUM(A1)"));
  assert.equal(sum(lines.flatMap((line) => [line.pull_by_tag, line.pull_by_digest, line.version_check])), cells.length);
});
