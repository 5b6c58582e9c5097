// Measures redrawing, raster included: 20 series of 365 days by our chart and by uPlot in turns on
// one page, and what the workbench redraws.

import { spread, withBrowser } from './browser.mjs';
import { measureRedraw } from './dsos.mjs';
import { rawExport } from './files.mjs';

const TIMES = 30;

/** Ours, uPlot's and the workbench's redraw, by form and pixel ratio. */
export async function measureRedraws(base, address) {
  const file = rawExport(400_000, { days: 365 });
  const figures = {};
  for (const ratio of [1, 2]) {
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, deviceScaleFactor: ratio });
      const page = await context.newPage();
      await page.goto(`${address}/redraw`);
      await page.waitForFunction(() => window.ready && window.ours);
      for (const form of ['stacked', 'lines']) {
        const { ours, uplot } = await page.evaluate(
          ([stacked, times]) => window.redraw(stacked, times),
          [form === 'stacked', TIMES],
        );
        figures[`${form} ${ratio}`] = { ours: spread(ours), uplot: spread(uplot) };
      }
    });
    const workbench = await measureRedraw(base, file, ratio, TIMES);
    for (const [form, figure] of Object.entries(workbench)) figures[`${form} ${ratio}`].workbench = figure;
  }
  return figures;
}
