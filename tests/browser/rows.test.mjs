// Single rows and single values: the list of rows to its very end, in both orders, and the search
// within a breakdown; each held against the file.

import { PAGES, assert, test } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { becomes, breakdown, choose, open } from './bench.mjs';
import { COUNTS, frequencies } from './counts.mjs';

const RAW = ['raw', '--rows', 6000, '--days', 100];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));
const place = (page) => page.getByRole('region', { name: 'Table of rows' });

/** Rows as the list orders them: by day, within it as they stand in the file. */
const newest = (some) => some.toSorted((one, other) => (one.action_day < other.action_day) - (one.action_day > other.action_day));
const oldest = (some) => some.toSorted((one, other) => (one.action_day > other.action_day) - (one.action_day < other.action_day));

/** A row as the list writes it. */
function written(row) {
  const dash = (text) => text || '–';
  return [
    row.action_day,
    row.action,
    dash(row.repository),
    row.tag || 'no tag',
    row.digest.length > 19 ? `${row.digest.slice(0, 19)}…` : dash(row.digest),
    dash(row.country),
    dash([row.user_agent_tool, row.user_agent_version].filter(Boolean).join(' ')),
    dash(row.type),
    dash(row.host),
    dash(row.domain),
  ];
}

/** The rows that are drawn, by their number from 1, header not counted. */
const drawn = async (page) =>
  new Map(
    await place(page).locator('tbody tr').evaluateAll((lines) =>
      lines.map((line) => [line.ariaRowIndex - 1, [...line.cells].map((cell) => cell.textContent)]),
    ),
  );

/** The numbers of the rows that a reader sees whole. */
const inSight = (page) =>
  place(page).evaluate((place) => {
    const { top, bottom } = place.getBoundingClientRect();
    const head = place.querySelector('thead').getBoundingClientRect().height;
    const sees = (line) => {
      const box = line.getBoundingClientRect();
      return box.top >= top - 1 && box.bottom <= bottom + 1;
    };
    return { head, numbers: [...place.querySelectorAll('tbody tr')].filter(sees).map((line) => line.ariaRowIndex - 1) };
  });

/** Waits until a row is in sight, and holds every row drawn against the expected ones. */
async function sees(page, number, expected) {
  await becomes(async () => (await inSight(page)).numbers.includes(number), true, `row ${number} is in sight`);
  const lines = await drawn(page);
  assert.ok(lines.size >= 10 && lines.size < 200, `${lines.size} rows are drawn`);
  for (const [at, cells] of lines) assert.deepEqual(cells, written(expected[at - 1]), `row ${at}`);
}

/** To the very end, by the key that goes there. */
const toEnd = (page) => place(page).press('End');

const scrollTo = (page, share) => place(page).evaluate((place, share) => place.scrollTo(0, share * place.scrollHeight), share);

test('rows: from the first to the last, newest or oldest first, each as it stands in the file', async (visit) => {
  const page = await visit.open(`${PAGES.insights}?count=both`);
  await open(page, file('raw.csv', raw()));
  await place(page).waitFor();
  const count = all().length;
  for (const [order, sorted, word] of [[newest, 'descending', 'newest'], [oldest, 'ascending', 'oldest']]) {
    const expected = order(all());
    if (word === 'oldest') await page.getByRole('button', { name: 'Day (UTC)' }).click();
    await becomes(() => page.getByRole('columnheader', { name: 'Day (UTC)' }).getAttribute('aria-sort'), sorted);
    await scrollTo(page, 0);
    await becomes(async () => (await drawn(page)).get(1)?.join(), written(expected[0]).join());
    await sees(page, 1, expected);
    await page.getByText(`1–10 of ${count.toLocaleString('en-US')}, ${word} first`).waitFor();
    // Bit by bit, as a wheel does, and then in leaps.
    for (let wheel = 0; wheel < 12; wheel += 1) {
      await place(page).hover();
      await page.mouse.wheel(0, 240);
    }
    await becomes(async () => (await inSight(page)).numbers.length >= 9 && !(await inSight(page)).numbers.includes(1), true);
    for (const [number, cells] of await drawn(page)) assert.deepEqual(cells, written(expected[number - 1]), `row ${number}`);
    for (const share of [0.25, 0.5, 0.75]) {
      await scrollTo(page, share);
      const near = Math.round(share * count);
      await becomes(async () => (await inSight(page)).numbers.some((number) => Math.abs(number - near) < 30), true, `near ${near}`);
      for (const [number, cells] of await drawn(page)) assert.deepEqual(cells, written(expected[number - 1]), `row ${number}`);
    }
    await toEnd(page);
    await sees(page, count, expected);
    assert.equal(Math.max(...(await drawn(page)).keys()), count, 'nothing follows the last row');
    await page.getByText(new RegExp(`–6,000 of 6,000, ${word} first`)).waitFor();
  }
  assert.match(page.url(), /sort=oldest/);
});

test('rows follow filters and counts, and begin again at the top', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  await place(page).waitFor();
  await toEnd(page);
  const pulled = newest(all().filter(COUNTS.pulls));
  await sees(page, pulled.length, pulled);
  await page.getByLabel('Repository', { exact: true }).selectOption('operator');
  const operator = pulled.filter((row) => row.repository === 'operator');
  await becomes(async () => (await drawn(page)).get(1)?.join(), written(operator[0]).join());
  await sees(page, 1, operator);
  await choose(page, 'Count', 'Version checks');
  const checks = newest(all().filter((row) => row.repository === 'operator').filter(COUNTS.checks));
  await becomes(async () => (await drawn(page)).get(1)?.join(), written(checks[0]).join());
  await toEnd(page);
  await sees(page, checks.length, checks);
});

/** A breakdown's list as it should be: the first `most` of these counts, of all pulls shown. */
const listed = (page, counts, whole, most) =>
  page.evaluate(
    ([counts, whole]) => {
      const share = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
      return counts.map(([name, count]) => [name, count.toLocaleString('en-US'), share.format(count / whole)]);
    },
    [counts.slice(0, most), whole],
  );

test('search within the tags: what holds the text, however it is written, with its count and share', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  const search = page.getByRole('searchbox', { name: 'Search tags' });
  const found = async (keep, text) => {
    const pulled = all().filter(COUNTS.pulls).filter(keep);
    const counts = frequencies(pulled, 'tag').filter(([tag]) => tag.includes(text.toLowerCase()));
    await search.fill(text);
    await becomes(() => breakdown(page, 'Tags').then((lines) => lines.slice(0, 30)), await listed(page, counts, pulled.length, 30), text);
    return counts;
  };
  const any = () => true;
  assert.ok((await found(any, '-alpine')).length > 30, 'more than are listed');
  const few = await found(any, 'NIGHTLY');
  assert.deepEqual(few.map(([tag]) => tag).sort(), ['nightly', 'nightly-master']);
  // A search goes on when the view changes: its counts follow.
  await page.getByLabel('Repository', { exact: true }).selectOption('agent');
  await found((row) => row.repository === 'agent', 'nightly');
  // What was found is a filter like any other.
  await page.getByRole('region', { name: 'Tags', exact: true }).getByRole('button', { name: 'nightly-master' }).click();
  await page.getByRole('button', { name: 'Remove filter: tag is nightly-master' }).waitFor();
  await search.fill('no such tag');
  await page.getByText('Nothing matches.').waitFor();
  await search.fill('');
  await becomes(() => breakdown(page, 'Tags').then((lines) => lines.length), 1, 'only what the filter leaves');
});

test('search within the countries: by the names that are shown', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  const pulled = all().filter(COUNTS.pulls);
  const counts = frequencies(pulled, 'country').filter(([code]) => code === 'DE');
  const search = page.getByRole('searchbox', { name: 'Search countries' });
  for (const text of ['Germany', 'germ', 'DE']) {
    await search.fill(text);
    await becomes(
      async () => (await breakdown(page, 'Countries')).find(([name]) => name === 'Germany')?.join(),
      (await listed(page, [['Germany', counts[0][1]]], pulled.length, 1))[0].join(),
      text,
    );
  }
});

test('a breakdown lists the first few, all when asked, and what a filter hides', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await open(page, file('raw.csv', raw()));
  const pulled = all().filter(COUNTS.pulls);
  const counts = frequencies(pulled, 'repository');
  const region = page.getByRole('region', { name: 'Repositories', exact: true });
  await becomes(() => breakdown(page, 'Repositories'), await listed(page, counts, pulled.length, 6));
  await region.getByRole('button', { name: 'Show all 8' }).click();
  await becomes(() => breakdown(page, 'Repositories'), await listed(page, counts, pulled.length, 8));
  await region.getByRole('button', { name: 'Show fewer' }).click();
  await becomes(() => breakdown(page, 'Repositories'), await listed(page, counts, pulled.length, 6));
  await region.getByRole('button', { name: 'relay' }).click();
  await region.getByText('7 more outside the filter.').waitFor();
  await region.getByRole('button', { name: 'Show all 8' }).click();
  await becomes(() => breakdown(page, 'Repositories'), await listed(page, counts, pulled.length, 6));
  assert.doesNotMatch(page.url(), /filter/);
});
