// Measures the workbench itself: reading, filtering, exporting, memory.

import assert from 'node:assert/strict';
import { spread, watchMemory, withBrowser, rendererMemory } from './browser.mjs';
import { checkSummary, checkTable, fingerprint } from './exact.mjs';
import { rowsOfRepository } from './files.mjs';
import {
  EXPORT,
  MARK,
  chartTable,
  countMarks,
  download,
  fileInput,
  filterQuery,
  goToView,
  lastMark,
  mounted,
  nextMark,
  watchPage,
} from './page.mjs';

/** The repository with the share of rows nearest to a quarter. */
function quarter(expected) {
  const shares = Object.entries(expected.columns.repository).map(([name, { pulls, version_checks: checks }]) => ({
    name,
    off: Math.abs((pulls + checks) / expected.rows - 0.25),
  }));
  return shares.sort((one, other) => one.off - other.off)[0].name;
}

async function openPage(browser, base) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  await page.addInitScript(watchPage);
  const began = Date.now();
  await page.goto(`${base}/insights`);
  await mounted(page);
  return { page, opened: Date.now() - began };
}

/** Opens a file and waits for the whole picture. Times in milliseconds, memory in MB. */
async function readFile(page, pid, path) {
  const stop = watchMemory(pid);
  await fileInput(page).setInputFiles(path);
  await nextMark(page, MARK.complete, 0);
  const peak = stop();
  const [chosen, first, complete] = await Promise.all(
    [MARK.chosen, MARK.firstPicture, MARK.complete].map((name) => lastMark(page, name)),
  );
  const longest = await page.evaluate(
    ([from, to]) =>
      Math.max(0, ...window.longTasks.filter((task) => task.startTime >= from && task.startTime <= to).map((task) => task.duration)),
    [chosen, complete],
  );
  return { read: complete - chosen, first: first - chosen, longest, peak };
}

/** Changes a filter and waits for the repainted page. */
async function changeFilter(page, query) {
  const before = await countMarks(page, MARK.painted);
  await goToView(page, query);
  await nextMark(page, MARK.painted, before, 20_000);
  const [sent, answered, painted] = await Promise.all(
    [MARK.sent, MARK.answered, MARK.painted].map((name) => lastMark(page, name)),
  );
  return { answer: answered - sent, paint: painted - sent };
}

/** One column of figures for one file: `runs` fresh browsers, every answer checked. */
export async function measureReading(base, file, runs) {
  const all = { opened: [], read: [], first: [], longest: [], peakPss: [], peakRss: [], restPss: [], answer: [], paint: [] };
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser, pid) => {
      const { page, opened } = await openPage(browser, base);
      const { read, first, longest, peak } = await readFile(page, pid, file.path);
      all.opened.push(opened);
      all.read.push(read);
      all.first.push(first);
      all.longest.push(longest);
      all.peakPss.push(peak.pss);
      all.peakRss.push(peak.rss);
      checkTable(await chartTable(page), file.expected);
      const countries = ['US', 'DE', 'CN', 'FR', 'GB', 'IN', 'NL', 'JP'];
      for (const country of countries) {
        const { answer, paint } = await changeFilter(page, filterQuery('country', country));
        all.answer.push(answer);
        all.paint.push(paint);
      }
      await page.waitForTimeout(500);
      all.restPss.push(rendererMemory(pid).pss);
    });
  }
  return Object.fromEntries(Object.entries(all).map(([name, numbers]) => [name, spread(numbers)]));
}

/** Reading alone: for compressed files. */
export async function measureCompressed(base, file, runs) {
  const reads = [];
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser, pid) => {
      const { page } = await openPage(browser, base);
      reads.push((await readFile(page, pid, file.path)).read);
      checkTable(await chartTable(page), file.expected);
    });
  }
  return spread(reads);
}

/** Summary and raw exports, from the click to the file on disk, compared byte by byte. */
export async function measureExports(base, file, runs) {
  const repository = quarter(file.expected);
  const wanted = rowsOfRepository(file, repository);
  const [summary, raw] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser, pid) => {
      const { page } = await openPage(browser, base);
      await readFile(page, pid, file.path);
      const short = await download(page, EXPORT.summary);
      checkSummary(short.path, file.expected);
      summary.push(short.milliseconds);
      await goToView(page, `${filterQuery('repository', repository)}&count=both`);
      await page.waitForTimeout(300);
      const long = await download(page, EXPORT.raw);
      assert.equal(await fingerprint(long.path), wanted, 'the raw export holds exactly the matching rows');
      raw.push(long.milliseconds);
    });
  }
  const times = spread(raw);
  const rate = (milliseconds) => file.bytes / 1e6 / (milliseconds / 1000);
  return {
    summary: spread(summary),
    raw: times,
    rawRate: times && { median: rate(times.median), least: rate(times.greatest), greatest: rate(times.least), runs: times.runs },
  };
}
