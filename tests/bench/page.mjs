// What the benchmark knows of the workbench: where to click, which marks it sets. Nothing else
// here depends on the page's markup.

/** Runs in the page from the beginning: pairs the page's marks, notes long tasks, forces rasters. */
export function watchPage() {
  window.longTasks = [];
  window.draws = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  // Raw exports go by way of the origin's private file system and a download: no file picker.
  delete window.showSaveFilePicker;

  const mark = performance.mark.bind(performance);
  let waiting = [];
  const set = (name, options) => {
    const entry = mark(name, options);
    waiting = waiting.filter((look) => !look());
    return entry;
  };
  // What was drawn is painted with the next frame: a message posted from that frame's callback
  // arrives when its style, layout and paint are done.
  const shown = (detail) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => set('bench:shown', { detail });
      port2.postMessage(null);
    });
  let began = 0;
  performance.mark = (name, options) => {
    if (name === 'dsos:draw-begin') began = performance.now();
    if (name === 'dsos:draw-end' && window.forceRaster) {
      document.querySelector('main canvas').getContext('2d').getImageData(0, 0, 1, 1);
      window.draws.push(performance.now() - began);
    }
    const entry = set(name, options);
    if (name === 'dsos:painted') shown(entry.startTime);
    return entry;
  };

  const entries = (name) => performance.getEntriesByName(name);
  const first = (name, is, patience = 20_000) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${name} in ${patience} ms`)), patience);
      const look = () => {
        const entry = entries(name).find(is);
        if (entry) {
          clearTimeout(timer);
          resolve(entry.startTime);
        }
        return entry;
      };
      if (!look()) waiting.push(look);
    });
  /** The first mark of a name at or after a time. */
  const from = (name, time, patience) => first(name, (entry) => entry.startTime >= time, patience);
  /** When what was drawn at or after a time had been painted. */
  const shownFrom = async (time) => {
    const painted = await from('dsos:painted', time);
    return first('bench:shown', (entry) => entry.detail >= painted);
  };

  /** Goes to another view of the same data, as a link within the page would. */
  window.goToView = (query) => {
    history.pushState(null, '', `${location.pathname}${query}`);
    dispatchEvent(new PopStateEvent('popstate'));
  };

  /** Goes to a view that no query is needed for, and waits until it is painted. */
  window.drawView = async (query) => {
    const changed = performance.now();
    window.goToView(query);
    await shownFrom(changed);
  };

  /** Goes to a view that a query is needed for: milliseconds to its answer and until it is painted. */
  window.askView = async (query) => {
    const changed = performance.now();
    window.goToView(query);
    const sent = await from('dsos:query-sent', changed);
    const answered = await from('dsos:query-answered', sent);
    const shown = await shownFrom(answered);
    const asked = entries('dsos:query-sent').filter((entry) => entry.startTime >= changed).length;
    if (asked !== 1) throw new Error(`${asked} queries were sent for one change`);
    return { answer: answered - changed, paint: shown - changed };
  };

  /** Waits until files that were chosen at or after a time are read. */
  window.openedFrom = async (time) => {
    const chosen = await from('dsos:files-chosen', time);
    const first = await shownFrom(await from('dsos:query-answered', chosen));
    const told = await from('dsos:complete', chosen, 600_000);
    const answers = entries('dsos:query-answered').map((entry) => entry.startTime);
    const complete = await shownFrom(answers.findLast((answered) => answered <= told));
    const tasks = window.longTasks.filter(({ startTime }) => startTime >= chosen && startTime <= complete);
    return {
      read: complete - chosen,
      first: first - chosen,
      longest: Math.max(0, ...tasks.map(({ duration }) => duration)),
    };
  };

  /** How many queries were sent and answered so far. */
  window.queries = () => [entries('dsos:query-sent').length, entries('dsos:query-answered').length];
}

/** Waits until the app stands where the static shell stood. */
export const mounted = (page) =>
  page.waitForFunction(() => !document.getElementById('boot') && document.getElementById('app')?.hidden === false);

/** Opens a file and waits for the complete chart. Times in milliseconds. */
export async function openFile(page, path) {
  const time = await page.evaluate(() => performance.now());
  await page.locator('input[type=file]').first().setInputFiles(path);
  return page.evaluate((time) => window.openedFrom(time), time);
}

/** Goes to a view that is drawn from the answer at hand. */
export const drawView = (page, query) => page.evaluate((query) => window.drawView(query), query);

/** Goes to a view that the engine is asked for; answers the milliseconds. */
export const askView = (page, query) => page.evaluate((query) => window.askView(query), query);

/** How a filter is written in the address. */
export const filterQuery = (column, value) => `?filter=${encodeURIComponent(`${column}:${value}`)}`;

/** The list of tags beside the chart, as pairs of name and count. */
export const shownTags = (page) =>
  page
    .locator('.main-row .breakdown li')
    .evaluateAll((items) => items.map((item) => [item.querySelector('button').textContent.trim(), item.querySelector('.n').textContent]));

/**
 * The table that says the same as the chart, as rows of cells, at a view that the page is at, and
 * back to the chart. It is made from the answer that the chart was drawn from, which is made sure of.
 */
export async function shownTable(page, query) {
  const before = await page.evaluate(() => window.queries());
  await page.evaluate((query) => window.goToView(query), query ? `${query}&form=table` : '?form=table');
  const table = page.locator('.main-row table').first();
  await table.waitFor();
  const cells = await table.evaluate((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  await drawView(page, query);
  const after = await page.evaluate(() => window.queries());
  if (String(before) !== String(after)) throw new Error('the engine was asked again between chart and table');
  return cells;
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
