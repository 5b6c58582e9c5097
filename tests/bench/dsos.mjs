// Measures the workbench itself: reading, filtering, exporting, memory.

import assert from 'node:assert/strict';
import { COUNTRIES, rendererMemory, spreads, spread, watchMemory, withBrowser, withProfile } from './browser.mjs';
import { checkSummary, checkTable, checkTags, fingerprint } from './exact.mjs';
import { rowsOfRepository } from './files.mjs';
import {
  EXPORT, askView, download, drawView, filterQuery, mounted, openFile, shownTable, shownTags, watchPage,
} from './page.mjs';

/** The repository with the share of rows nearest to a quarter. */
function quarter(expected) {
  const shares = Object.entries(expected.columns.repository).map(([name, { pulls, version_checks: checks }]) => ({
    name,
    off: Math.abs((pulls + checks) / expected.rows - 0.25),
  }));
  return shares.sort((one, other) => one.off - other.off)[0].name;
}

const WINDOW = { viewport: { width: 1280, height: 900 }, acceptDownloads: true };

/** Opens the page, and hands it to `use`. */
async function onPage(context, base, use, pid) {
  const page = await context.newPage();
  await page.addInitScript(watchPage);
  const began = Date.now();
  await page.goto(`${base}/insights`);
  await mounted(page);
  return use(page, { pid, opened: Date.now() - began });
}

/** Opens the page in a browser of its own, in what is a private window, and hands it to `use`. */
const withPage = (base, use) =>
  withBrowser(async (browser, pid) => onPage(await browser.newContext(WINDOW), base, use, pid));

/** The same in a browser with a profile. */
const withPageInProfile = (base, use) => withProfile(WINDOW, (context) => onPage(context, base, use));

/** Holds what the page shows at `query` against the count. */
async function checkShown(page, query, expected, counted = expected) {
  checkTags(await shownTags(page), expected, counted);
  checkTable(await shownTable(page, query), expected, counted);
}

/** Times of reading and of changed filters, every answer checked. */
async function timeReading(base, file, all) {
  const { expected } = file;
  const filters = COUNTRIES.map((country) => [filterQuery('country', country), expected.countries[country]]);
  await withPage(base, async (page, { opened }) => {
    const { read, first, longest } = await openFile(page, file.path);
    all.opened.push(opened);
    all.read.push(read);
    all.first.push(first);
    all.longest.push(longest);
    await checkShown(page, '', expected);
    for (const [query, counted] of filters) {
      await page.waitForTimeout(150);
      const { answer, paint } = await askView(page, query);
      all.answer.push(answer);
      all.paint.push(paint);
      checkTags(await shownTags(page), expected, counted);
    }
    // What puts other things into the page comes after all times. The summary holds every tag,
    // also those that chart and list leave to a sum.
    for (const [query, counted] of [['', expected], ...filters]) {
      await askView(page, query);
      await checkShown(page, query, expected, counted);
      checkSummary((await download(page, EXPORT.summary)).path, counted);
    }
  });
}

/** Memory over the same course. In a browser of its own: looking at it takes time from the rest. */
async function watchReading(base, file, all) {
  await withPage(base, async (page, { pid }) => {
    const stop = watchMemory(pid);
    await openFile(page, file.path);
    for (const country of COUNTRIES) await askView(page, filterQuery('country', country));
    const peak = stop();
    all.peakPss.push(peak.pss);
    all.peakRss.push(peak.rss);
    await page.waitForTimeout(500);
    all.restPss.push(rendererMemory(pid).pss);
  });
}

/** One column of figures for one file: `runs` fresh browsers, every answer checked. */
export async function measureReading(base, file, runs) {
  const all = { opened: [], read: [], first: [], longest: [], peakPss: [], peakRss: [], restPss: [], answer: [], paint: [] };
  for (let run = 0; run < runs; run += 1) {
    await timeReading(base, file, all);
    await watchReading(base, file, all);
  }
  return spreads(all);
}

/** Reading alone: for compressed files. */
export async function measureCompressed(base, file, runs) {
  const reads = [];
  for (let run = 0; run < runs; run += 1) {
    await withPage(base, async (page) => {
      reads.push((await openFile(page, file.path)).read);
      await checkShown(page, '', file.expected);
    });
  }
  return spread(reads);
}

/**
 * Summary and raw exports, from the click to the file on disk, compared byte by byte; the raw one
 * also in a private window.
 */
export async function measureExports(base, file, runs) {
  const repository = quarter(file.expected);
  const wanted = rowsOfRepository(file, repository);
  const all = { summary: [], raw: [], rate: [], privately: [] };
  const rawOn = async (page) => {
    await askView(page, `${filterQuery('repository', repository)}&count=both`);
    await page.waitForTimeout(300);
    const { path, milliseconds } = await download(page, EXPORT.raw);
    assert.equal(await fingerprint(path), wanted, 'the raw export holds exactly the matching rows');
    return milliseconds;
  };
  for (let run = 0; run < runs; run += 1) {
    await withPageInProfile(base, async (page) => {
      await openFile(page, file.path);
      const short = await download(page, EXPORT.summary);
      checkSummary(short.path, file.expected);
      all.summary.push(short.milliseconds);
      const milliseconds = await rawOn(page);
      all.raw.push(milliseconds);
      all.rate.push(file.bytes / 1e3 / milliseconds);
    });
    await withPage(base, async (page) => {
      await openFile(page, file.path);
      all.privately.push(await rawOn(page));
    });
  }
  return spreads(all);
}

/** The workbench's own redraw at a pixel ratio, by form: drawing and raster, as it shows 365 days. */
export async function measureRedraw(base, file, ratio, times) {
  return withBrowser(async (browser) => {
    const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, deviceScaleFactor: ratio });
    const page = await context.newPage();
    await page.addInitScript(watchPage);
    await page.goto(`${base}/insights?span=all&by=day`);
    await mounted(page);
    await openFile(page, file.path);
    const figures = {};
    for (const form of ['stacked', 'lines']) {
      const view = `?span=all&by=day&form=${form}`;
      await page.evaluate((view) => window.goToView(view), view);
      await page.waitForTimeout(500);
      await page.evaluate(() => {
        window.forceRaster = true;
        window.draws = [];
      });
      // The checks are in every answer: their line comes and goes without a new one.
      for (let at = 0; at < times; at += 1) await drawView(page, `${view}&count=${at % 2 ? 'pulls' : 'both'}`);
      figures[form] = spread(await page.evaluate(() => window.draws));
    }
    return figures;
  });
}
