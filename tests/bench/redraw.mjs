// Measures redrawing 20 series of 365 days, raster included: our chart and uPlot.

import { spread, withBrowser } from './browser.mjs';
import { rawExport } from './files.mjs';
import { MARK, countMarks, fileInput, goToView, mounted, nextMark, watchPage } from './page.mjs';

const TIMES = 30;

/** Our chart, redrawn by switching days on and off; by form and pixel ratio. */
export async function measureOurs(base) {
  const file = rawExport(400_000, { days: 365 });
  const figures = {};
  for (const ratio of [1, 2]) {
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, deviceScaleFactor: ratio });
      const page = await context.newPage();
      await page.addInitScript(watchPage);
      await page.goto(`${base}/insights?span=all&by=day`);
      await mounted(page);
      await fileInput(page).setInputFiles(file.path);
      await nextMark(page, MARK.complete, 0);
      for (const form of ['stacked', 'lines']) {
        await goToView(page, `?span=all&by=day&form=${form}`);
        await page.waitForTimeout(500);
        await page.evaluate(() => {
          window.forceRaster = true;
          window.draws = [];
        });
        for (let at = 0; at < TIMES; at += 1) {
          const before = await countMarks(page, MARK.drawEnd);
          await goToView(page, `?span=all&by=day&form=${form}&count=${at % 2 ? 'pulls' : 'both'}`);
          await nextMark(page, MARK.drawEnd, before, 10_000);
        }
        figures[`${form} ${ratio}`] = spread(await page.evaluate(() => window.draws));
      }
    });
  }
  return figures;
}

/** uPlot, by form and pixel ratio. */
export async function measureUplot(address) {
  const figures = {};
  for (const ratio of [1, 2]) {
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, deviceScaleFactor: ratio });
      const page = await context.newPage();
      await page.goto(`${address}/uplot`);
      await page.waitForFunction(() => window.ready);
      for (const form of ['stacked', 'lines']) {
        figures[`${form} ${ratio}`] = spread(
          await page.evaluate(([stacked, times]) => window.redraw(stacked, times), [form === 'stacked', TIMES]),
        );
      }
    });
  }
  return figures;
}
