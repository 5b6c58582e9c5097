// The application form under a slow processor: how long each interaction takes until its frame is
// painted, and how much of that is script. Chromium's own Event Timing entries, which it rounds to
// 8 ms; those that belong to one interaction (keydown, input, keyup) count as one, the longest.

import { PROFILE, repository } from '../browser/forge.mjs';
import { spreads, withBrowser } from './browser.mjs';
import { mounted } from './page.mjs';

const REPOSITORY = 'kelpworks/kelp';

/** Longer than the pause after which a forge is asked. */
const SETTLED = 1500;

/** Runs in the page from the beginning: notes how long each interaction took. */
function watchInteractions() {
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (!interactionId) continue;
      window.interactions.set(interactionId, Math.max(window.interactions.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: 'event', durationThreshold: 16 });
}

/**
 * Milliseconds from key to key: 170 words a minute, where what follows from a word waits for its end,
 * and 80, where it is worked out between two keys.
 */
const KEYS = { fast: 60, steady: 130 };

/** Milliseconds that a hand takes to the next field, and that it holds a button down there. */
const [HAND, PRESS] = [300, 80];

/**
 * Moves the hand to a control and presses it, with the mouse itself: a driver's click on an element
 * listens for it in the page, which would count as the page's own script.
 */
async function press(page, target) {
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  await page.waitForTimeout(HAND);
  await page.mouse.click(x + width / 2, y + height / 2, { delay: PRESS });
}

/** Types and presses through the whole form, key by key. */
async function fillIn(page, key = KEYS.fast) {
  const type = async (label, words) => {
    await press(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(words, { delay: key });
  };
  await press(page, page.getByLabel('To be created on acceptance'));
  await type('Name', 'kelpworks');
  await press(page, page.getByLabel('An organization’s'));
  await press(page, page.getByRole('group', { name: 'Does it have a paid plan?' }).getByLabel('No'));
  await type('Address 1', `https://github.com/${REPOSITORY}`);
  await page.waitForTimeout(SETTLED);
  await type('SPDX expression', 'BUSL-1.1 OR MPL-2.0');
  for (const no of await page.locator('.ask').getByRole('button', { name: 'No' }).all()) await press(page, no);
  await type('Mail address', 'ines@kelpworks.org');
  await type('Your name', 'Inês Caldeira');
  await page.waitForTimeout(SETTLED);
}

/** A page with nothing but two fields: what the browser itself takes. */
const BARE = '<title>Bare</title><label>One <input></label> <label>Two <input></label>';

async function fillBare(page) {
  for (const label of ['One', 'Two', 'One', 'Two']) {
    await press(page, page.getByLabel(label));
    await page.keyboard.type('https://github.com/kelp', { delay: KEYS.fast });
  }
  await page.waitForTimeout(SETTLED);
}

/** Opens the form in a fresh browser whose processor is `throttle` times slower, and hands its page to `use`. */
const withForm = (base, throttle, use) =>
  withBrowser(async (browser) => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.route('https://api.github.com/**', (route) =>
      route.fulfill({
        headers: { 'access-control-allow-origin': '*' },
        json: route.request().url().endsWith('/profile') ? PROFILE : repository(REPOSITORY),
      }),
    );
    await page.addInitScript(watchInteractions);
    await page.goto(`${base}/apply`);
    await mounted(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    return use(page, browser);
  });

/** Interaction to next paint as web vitals count it, where one of fifty may be slower; and the worst. */
async function interactions(page) {
  const { seen, count } = await page.evaluate(() => ({ seen: [...window.interactions.values()], count: performance.interactionCount }));
  const durations = seen.sort((one, other) => other - one);
  // What is below the threshold of 16 ms is not reported.
  return { usual: durations[Math.floor(count / 50)] ?? 16, worst: durations[0] ?? 16, count };
}

/** The longest of the browser's tasks of a kind while `use` runs, in milliseconds. */
async function longest(page, browser, kinds, use) {
  await browser.startTracing(page, { categories: ['devtools.timeline'] });
  await use();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  return kinds.map(({ name, type }) =>
    Math.max(0, ...traceEvents.filter((event) => event.name === name && (!type || event.args?.data?.type === type)).map(({ dur = 0 }) => dur / 1000)),
  );
}

/**
 * Interaction to next paint over the whole form with a processor 4 times slower, in turns with a bare
 * page; and at full speed, the longest script that a key waits for, and the longest that follows one.
 */
export async function measureForm(base, runs) {
  const all = { usual: [], worst: [], count: [], steady: [], bareUsual: [], bareWorst: [], key: [], after: [] };
  for (let run = 0; run < runs; run += 1) {
    await withForm(base, 4, async (page) => {
      await fillIn(page);
      const seen = await interactions(page);
      for (const [name, figure] of Object.entries(seen)) all[name].push(figure);
    });
    await withForm(base, 4, async (page) => {
      await fillIn(page, KEYS.steady);
      all.steady.push((await interactions(page)).usual);
    });
    await withForm(base, 4, async (page) => {
      await page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: BARE }));
      await page.goto(`${base}/bare`);
      await fillBare(page);
      const { usual, worst } = await interactions(page);
      all.bareUsual.push(usual);
      all.bareWorst.push(worst);
    });
    await withForm(base, 1, async (page, browser) => {
      const kinds = [{ name: 'EventDispatch', type: 'keypress' }, { name: 'TimerFire' }];
      const [key, after] = await longest(page, browser, kinds, () => fillIn(page));
      all.key.push(key);
      all.after.push(after);
    });
  }
  return spreads(all);
}
