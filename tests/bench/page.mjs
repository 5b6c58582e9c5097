// What the benchmark knows of the workbench: where to click, which marks it sets. Nothing else
// here depends on the page's markup.

/** Marks that the page sets through `performance.mark`. */
export const MARK = {
  chosen: 'dsos:files-chosen',
  firstPicture: 'dsos:first-picture',
  complete: 'dsos:complete',
  sent: 'dsos:query-sent',
  answered: 'dsos:query-answered',
  painted: 'dsos:painted',
  drawBegin: 'dsos:draw-begin',
  drawEnd: 'dsos:draw-end',
};

/** Runs in the page from the beginning: long tasks, and the raster of every drawing forced. */
export function watchPage() {
  window.longTasks = [];
  window.draws = [];
  if (window.PerformanceObserver) {
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
    }).observe({ type: 'longtask', buffered: true });
  }
  // Raw exports go by way of the origin's private file system and a download: no file picker.
  delete window.showSaveFilePicker;
  const mark = performance.mark.bind(performance);
  let began = 0;
  performance.mark = (name, options) => {
    if (name === 'dsos:draw-begin') began = performance.now();
    if (name === 'dsos:draw-end' && window.forceRaster) {
      for (const canvas of document.querySelectorAll('main canvas')) {
        canvas.getContext('2d').getImageData(0, 0, 1, 1);
      }
      window.draws.push(performance.now() - began);
    }
    return mark(name, options);
  };
}

/** Waits until the app stands where the static shell stood. */
export const mounted = (page) =>
  page.waitForFunction(() => !document.getElementById('boot') && document.getElementById('app')?.hidden === false);

/** The time of the last mark of a name, in milliseconds since navigation; `undefined` if never. */
export const lastMark = (page, name) =>
  page.evaluate((name) => performance.getEntriesByName(name).at(-1)?.startTime, name);

/** Waits for one more mark than `before`. */
export const nextMark = (page, name, before, timeout = 300_000) =>
  page.waitForFunction(([name, before]) => performance.getEntriesByName(name).length > before, [name, before], {
    timeout,
    polling: 20,
  });

/** How many marks of a name there are. */
export const countMarks = (page, name) => page.evaluate((name) => performance.getEntriesByName(name).length, name);

/** The file input. */
export const fileInput = (page) => page.locator('input[type=file]').first();

/** Goes to another view of the same data, as a link within the page would. */
export const goToView = (page, query) =>
  page.evaluate((query) => {
    history.pushState(null, '', `${location.pathname}${query}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, query);

/** How a filter is written in the address. */
export const filterQuery = (column, value) => `?filter=${encodeURIComponent(`${column}:${value}`)}`;

/** The table that says the same as the chart, as rows of cells. */
export async function chartTable(page) {
  await goToView(page, '?form=table');
  const table = page.locator('.main-row table').first();
  await table.waitFor();
  return table.evaluate((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
}

/** What can be exported, by the words beside its radio button. */
export const EXPORT = { summary: /^Summary, per tag/, raw: /^Raw, every matching record/ };

/** Downloads an export; answers its file and the milliseconds from the click to it. */
export async function download(page, what) {
  const section = page.locator('#export');
  await section.getByRole('radio', { name: what }).check();
  await page.evaluate(() => {
    addEventListener('click', () => (window.clickedAt = Date.now()), { capture: true, once: true });
  });
  const waiting = page.waitForEvent('download', { timeout: 600_000 });
  await section.getByRole('button', { name: 'Download', exact: true }).click();
  const file = await waiting;
  const path = await file.path();
  return { path, milliseconds: Date.now() - (await page.evaluate(() => window.clickedAt)) };
}
