// What the workbench's tests share: opening files, asking for figures, exporting.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { assert, read } from './harness.mjs';
import { viewOf } from './counts.mjs';

/** What files are chosen with. */
export const input = (page) => page.locator('input[type=file]').first();

/** Opens files and waits for the whole picture. */
export async function open(page, ...files) {
  await input(page).setInputFiles(files);
  await read(page);
}

/** Waits until a question is answered as expected. */
export async function becomes(ask, expected, what) {
  let answer;
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    answer = await ask().catch((error) => error.message);
    if (isDeepStrictEqual(answer, expected)) return;
  }
  assert.deepEqual(answer, expected, what);
}

/** The number that a text shows. */
export const digits = (text) => Number(text.replace(/[^\d]/g, ''));

/** A figure of the totals, by its name. */
export const total = (page, name) => async () =>
  digits(
    await page.locator('.totals > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}`) }) })
      .locator('dd')
      .evaluate((figure) => figure.firstChild.textContent),
  );

/** Chooses the chart's form: Stacked, Lines or Table. */
export const showAs = (page, form) => page.getByRole('group', { name: 'Form' }).getByRole('button', { name: form }).click();

/**
 * The chart's table, a record a period: its name under `period`, and by series the number, or
 * `null` where there is none.
 */
export async function chartTable(page) {
  const [head, ...lines] = await page
    .getByRole('region', { name: 'Figures of the chart' })
    .getByRole('table')
    .evaluate((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())), null, { timeout: 5_000 });
  const number = (text) => (text === '–' ? null : digits(text));
  // What was pushed is no figure, and no file says it; neither does one say how many clients there were.
  const figures = (cells) => cells.map((cell, at) => [head[at + 1], number(cell)]).filter(([name]) => name !== 'Pushed' && name !== 'Unique addresses');
  return lines.map(([period, ...cells]) => ({ period, ...Object.fromEntries(figures(cells)) }));
}

/** Spans of days as the page names them, by the browser's own `Intl`. */
export const spansInWords = (page, spans, locale = 'en-US') =>
  page.evaluate(
    ([spans, locale]) => {
      const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
      return spans.map((days) => format.formatRange(...days.map((day) => new Date(`${day}T00:00:00Z`))));
    },
    [spans, locale],
  );

/**
 * Waits until table and totals say what a view of some rows holds, to the last number. The form is
 * Table. Gives back that view.
 */
export async function shows(page, all, query = {}) {
  const what = JSON.stringify(query);
  const view = viewOf(all, query);
  const names = await spansInWords(page, view.periods.map((period) => period.span));
  const lines = view.periods.map(({ covered, days, missing, values }, at) => ({
    period: missing || covered === days ? names[at] : `${names[at]} (${covered} of ${days} days)`,
    ...values,
  }));
  await becomes(() => chartTable(page), lines, what);
  await becomes(total(page, 'Pulls'), view.pulls, what);
  await becomes(total(page, 'By tag'), view.byTag, what);
  await becomes(total(page, 'By digest'), view.byDigest, what);
  await becomes(total(page, 'Version checks'), view.checks, what);
  return view;
}

/** Chooses one of a few that stand side by side: `choose(page, 'By', 'Month')`. */
export const choose = (page, group, word) =>
  page.getByRole('group', { name: group, exact: true }).getByRole('button', { name: word, exact: true }).click();

/** The list of a breakdown, by its heading: name, count and share of each line. */
export const breakdown = (page, heading) =>
  page.getByRole('region', { name: heading, exact: true }).getByRole('listitem').evaluateAll((items) =>
    items.map((item) => [item.querySelector('button').textContent, ...[...item.children].slice(1).map((part) => part.textContent)]),
  );

/** What was last said to those who hear the page. */
export const said = async (page) => (await page.locator('p[aria-live=polite]').innerText()).trim();

/** Downloads an export of the view. */
export async function download(page, what, { gzip = false } = {}) {
  const section = page.locator('#export');
  await section.getByRole('radio', { name: what }).check();
  if (gzip) await section.getByRole('group', { name: 'Format' }).getByRole('button', { name: 'CSV.gz' }).click();
  const waiting = page.waitForEvent('download');
  await section.getByRole('button', { name: 'Download', exact: true }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Begins an export without waiting for a download. */
export async function beginExport(page, what) {
  await page.locator('#export').getByRole('radio', { name: what }).check();
  // What the last one said stays until this one is under way.
  await page.locator('#export p[role=status]').last().evaluate((status) => {
    const look = () => (window.exportBegan ||= !status.textContent);
    window.exportBegan = false;
    new MutationObserver(look).observe(status, { childList: true, characterData: true, subtree: true });
    look();
  });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
}

/** Waits for what the export says at its end. */
export async function exportEnds(page, said) {
  await page.waitForFunction(() => window.exportBegan);
  await page.locator('#export').getByText(said).waitFor();
}

/** The page without a file picker for saving, as in Firefox and Safari. */
export const options = { prepare: (page) => page.addInitScript(() => delete window.showSaveFilePicker) };

/** The line of a file in the list of files. */
export const line = (page, name) => page.locator('.opening li', { hasText: name }).first();

/** Waits until the line of a file says something. */
export async function says(page, name, said) {
  const told = async () => {
    const text = await line(page, name).innerText({ timeout: 200 });
    return said.test(text) || text;
  };
  await becomes(told, true);
}

/** The desk (one) or the readers (several), once they are there. */
export async function workers(page, name) {
  const count = name === 'reader' ? await page.evaluate(() => Math.min(4, navigator.hardwareConcurrency)) : 1;
  for (const end = Date.now() + 10_000; ; await page.waitForTimeout(50)) {
    const named = [];
    for (const worker of page.workers()) {
      if ((await worker.evaluate(() => self.name)).split(' ')[0] === name) named.push(worker);
    }
    if (named.length === count) return named;
    assert.ok(Date.now() < end, `${named.length} workers called ${name}`);
  }
}

/**
 * Has each reader count its reads of parts of files, and wait before the one after `most`. Gives
 * back `letGo`, and `reads`, how many there were in all. What happens before `letGo` happens while
 * a file is being read, however fast the machine is.
 */
export async function hold(page, most = 1) {
  const readers = await workers(page, 'reader');
  for (const reader of readers) {
    await reader.evaluate((most) => {
      const gate = new Promise((go) => (self.letGo = go));
      self.reads = 0;
      // Whole parts, or piece by piece.
      for (const [type, method] of [[Blob, 'arrayBuffer'], [ReadableStreamBYOBReader, 'read']]) {
        const read = type.prototype[method];
        type.prototype[method] = async function (...given) {
          self.reads += 1;
          if (self.reads > most) await gate;
          return read.apply(this, given);
        };
      }
    }, most);
  }
  return {
    letGo: () => Promise.all(readers.map((reader) => reader.evaluate(() => self.letGo()))),
    reads: async () => (await Promise.all(readers.map((reader) => reader.evaluate(() => self.reads)))).reduce((sum, n) => sum + n),
  };
}

/** Has each reader take its time over each part of a file. */
export async function slow(page, milliseconds) {
  for (const reader of await workers(page, 'reader')) {
    await reader.evaluate((milliseconds) => {
      for (const [type, method] of [[Blob, 'arrayBuffer'], [ReadableStreamBYOBReader, 'read']]) {
        const read = type.prototype[method];
        type.prototype[method] = async function (...given) {
          await new Promise((go) => setTimeout(go, milliseconds));
          return read.apply(this, given);
        };
      }
    }, milliseconds);
  }
}

/**
 * A page that looks for a new version when it is told to, rather than every ten minutes; `build`
 * gives what the server then has, `undefined` for what it has indeed.
 */
export const watchful = (build) => ({
  prepare: async (page) => {
    await page.addInitScript(() => {
      const every = window.setInterval;
      window.setInterval = (tick, period, ...more) => {
        if (period > 60_000) window.look = tick;
        return every(tick, period, ...more);
      };
    });
    await page.route('**/build.json', async (route) => {
      const name = build();
      await (name === undefined ? route.continue() : route.fulfill({ json: { build: name } }));
    });
  },
});

/** Has such a page look for a new version, and waits for the answer. */
export async function look(page) {
  const answered = page.waitForResponse('**/build.json');
  await page.evaluate(() => window.look());
  await (await answered).finished();
}

/** Waits until the page no longer builds itself step by step: it stays as it is for so many ms. */
export async function settled(page, ms = 50) {
  const drawn = () => page.evaluate(() => document.body.innerHTML.length);
  let [before, since] = [-1, Date.now()];
  await becomes(async () => {
    const now = await drawn();
    if (now !== before) [before, since] = [now, Date.now()];
    return Date.now() - since >= ms;
  }, true, 'the page comes to rest');
}

