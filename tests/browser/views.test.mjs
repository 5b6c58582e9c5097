// Every choice of span, period, count and comparison: table and totals are those of a second,
// naive count of the file. Over two years, with days without rows and periods cut off at both ends.

import { PAGES, assert, test } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { becomes, choose, open, showAs, shows, spansInWords } from './bench.mjs';
import { COUNTS, plus } from './counts.mjs';

const RAW = ['raw', '--rows', 4000, '--days', 800, '--first-day', '2024-08-22'];
const raw = () => fixture(...RAW);
let known;
const all = () => (known ??= rows(raw()));

/** The page with the file open and the table shown. */
async function opened(visit, query = '') {
  const page = await visit.open(`${PAGES.insights}?form=table${query}`);
  await open(page, file('raw.csv', raw()));
  return page;
}

const SPANS = { '3 mo': 3, '6 mo': 6, '12 mo': 12, All: 'all' };
const PERIODS = { Day: 'day', Week: 'week', Month: 'month' };

test('the last 3, 6 and 12 months and all, by day, week and month', async (visit) => {
  const page = await opened(visit);
  const seen = new Set();
  for (const [word, by] of Object.entries(PERIODS)) {
    await choose(page, 'By', word);
    for (const [name, span] of Object.entries(SPANS)) {
      await choose(page, 'Time span', name);
      const view = await shows(page, all(), { span, by });
      seen.add(`${view.periods.length} ${view.pulls}`);
      const [first, last] = view.days;
      assert.equal(await page.getByLabel('First day').inputValue(), first);
      assert.equal(await page.getByLabel('Last day').inputValue(), last);
    }
  }
  // Twelve choices, of which none shows what another does.
  assert.equal(seen.size, 12);
});

test('a span of one’s own: first and last day, then the spans before and after it', async (visit) => {
  const page = await opened(visit, '&by=week');
  await page.getByLabel('First day').fill('2025-03-05');
  await page.waitForURL(/from=2025-03-05/);
  await page.getByLabel('Last day').fill('2025-05-13');
  await page.waitForURL(/to=2025-05-13/);
  const days = ['2025-03-05', '2025-05-13'];
  await shows(page, all(), { span: days });
  const shifted = (count) => days.map((day) => plus(day, 70 * count));
  await page.getByRole('button', { name: 'Span before' }).click();
  await shows(page, all(), { span: shifted(-1) });
  for (const count of [0, 1]) {
    await page.getByRole('button', { name: 'Span after' }).click();
    await shows(page, all(), { span: shifted(count) });
  }
  // By months, whole months are stepped over.
  await choose(page, 'By', 'Month');
  await shows(page, all(), { span: shifted(1), by: 'month' });
  await page.getByRole('button', { name: 'Span before' }).click();
  await page.waitForURL(/from=2025-02-01/);
  await shows(page, all(), { span: ['2025-02-01', '2025-04-30'], by: 'month' });
  // A first day after the last one moves that along.
  await page.getByLabel('First day').fill('2025-08-01');
  await shows(page, all(), { span: ['2025-08-01', '2025-08-01'], by: 'month' });
});

test('what is counted: pulls, version checks, both; with and without a filter', async (visit) => {
  const page = await opened(visit, '&by=month');
  for (const keep of [undefined, (row) => row.repository === 'agent']) {
    if (keep) await page.getByLabel('Repository', { exact: true }).selectOption('agent');
    for (const [word, count] of [['Version checks', 'checks'], ['Both', 'both'], ['Pulls', 'pulls']]) {
      await choose(page, 'Count', word);
      const view = await shows(page, all(), { by: 'month', count, keep });
      await page.getByText(`${view.rows.length.toLocaleString('en-US')} match, of 4,000 read`).waitFor();
      assert.equal(view.rows.length, all().filter(keep ?? Boolean).filter(COUNTS[count]).length);
    }
  }
});

/** A change as the page says it. */
const inWords = (page, { now, then }) =>
  page.evaluate(
    (change) =>
      new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(change),
    (now - then) / then,
  );

test('compared with the span before and with a year earlier, by day, week and month', async (visit) => {
  const page = await opened(visit, '&span=6m');
  const under = (name) =>
    page.locator('.totals > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}`) }) }).locator('.sub').innerText();
  for (const [word, by] of Object.entries(PERIODS)) {
    await choose(page, 'By', word);
    for (const [compare, against] of [['before', 'on the span before'], ['year', 'on a year earlier']]) {
      await page.getByLabel('Compare with').selectOption(compare);
      for (const [name, count] of [['Pulls', 'pulls'], ['Version checks', 'checks']]) {
        await choose(page, 'Count', name);
        const { change } = await shows(page, all(), { span: 6, by, count, compare });
        assert.ok(change.periods > 4 && change.then > 0, 'there is something to compare');
        await becomes(() => under(name), `${await inWords(page, change)} ${against}`, `${compare} by ${by}`);
        const many = `${change.periods} whole ${by}s against those of`;
        assert.ok((await page.locator('main').textContent()).includes(many), many);
      }
    }
  }
  // Nothing lies before all there is.
  await choose(page, 'Time span', 'All');
  await choose(page, 'Count', 'Pulls');
  await page.getByLabel('Compare with').selectOption('before');
  await shows(page, all(), { by: 'month', compare: 'before' });
  await becomes(() => under('Pulls'), 'nothing to compare with');
  await page.getByLabel('Compare with').selectOption('');
  await shows(page, all(), { by: 'month' });
});

test('of both, pulls are compared with pulls', async (visit) => {
  const page = await opened(visit, '&span=6m&by=month&compare=before&count=both');
  const { change } = await shows(page, all(), { span: 6, by: 'month', count: 'both', compare: 'before' });
  await page.getByText(`${await inWords(page, change)} on the span before`).waitFor();
});

/** Why the last period is short: the day that it is, what the link says, and the sentence. */
const SHORT = {
  'it is not over': ['2026-10-31', '', 'Month not over: 30 of 31 days'],
  'the files do not hold all of it': ['2027-02-01', '', 'The files hold 30 of 31 days of the last month'],
  'the span cuts it': ['2027-02-01', '&from=2026-05-01&to=2026-09-12', 'The time span cuts the last month: 12 of 30 days'],
};
for (const [why, [today, query, told]] of Object.entries(SHORT)) {
  test(`a period is short because ${why}: said in the table and below the chart`, async (visit) => {
    const prepare = (page) => page.addInitScript((now) => {
      const Real = Date;
      window.Date = class extends Real {
        constructor(...given) {
          super(...(given.length ? given : [now]));
        }

        static now() {
          return now;
        }
      };
    }, Date.parse(today));
    const page = await visit.open(`${PAGES.insights}?form=table&by=month${query}`, { prepare });
    await open(page, file('raw.csv', raw()));
    const { periods } = await shows(page, all(), { by: 'month', span: query ? ['2026-05-01', '2026-09-12'] : 'all' });
    const { covered, days, span } = periods.at(-1);
    assert.ok(covered < days);
    const [name] = await spansInWords(page, [span]);
    await page.getByRole('rowheader', { name: `${name} (${covered} of ${days} days)` }).waitFor();
    await showAs(page, 'Stacked');
    await page.getByRole('list', { name: 'Lines and marks' }).getByText(told).waitFor();
  });
}

test('a few days are shown by day unless the link says otherwise', async (visit) => {
  const few = ['raw', '--rows', 900, '--days', 30];
  const page = await visit.open(`${PAGES.insights}?form=table`);
  await open(page, file('few.csv', fixture(...few)));
  await shows(page, rows(fixture(...few)), { by: 'day' });
  await choose(page, 'By', 'Week');
  await shows(page, rows(fixture(...few)), { by: 'week' });
});
