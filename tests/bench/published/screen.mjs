// The directory and a large namespace in a browser: from a key to the painted list, and until a page
// can be used on a phone.

import { spread, withBrowser } from '../browser.mjs';

/** What is typed, key by key, a hand’s pace apart. */
const [WORDS, KEY] = ['observatory', 180];

/** A phone: the processor of this machine four times slower, 1.6 Mbit/s and 150 ms. */
const PHONE = { throttle: 4, bitsPerSecond: 1.6e6, latency: 150 };

/** Runs in the page: for each key, the moments from its event to the frame that shows its list. */
function watchList() {
  window.keys = [];
  let since;
  addEventListener('input', () => (since ??= performance.now()), true);
  const look = new MutationObserver(() => {
    if (since === undefined || document.querySelector('main [aria-busy="true"]')) return;
    const from = since;
    since = undefined;
    // A message after the frame callback comes once the frame is drawn.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.keys.push(performance.now() - from);
      port2.postMessage(0);
    });
  });
  look.observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
}

const mounted = (page) => page.waitForFunction(() => !document.getElementById('boot') && document.getElementById('app')?.hidden === false);

/** Milliseconds from each key to the frame that shows what fits. */
async function keys(base) {
  return withBrowser(async (browser) => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.goto(`${base}/explore`);
    await mounted(page);
    await page.evaluate(watchList);
    const field = page.getByRole('searchbox', { name: 'Search' });
    await field.focus();
    await page.keyboard.type(WORDS, { delay: KEY });
    await page.waitForTimeout(1_000);
    return page.evaluate(() => window.keys);
  });
}

/** Milliseconds until a page is mounted, from the click on its link in the directory and loaded by itself. */
async function opened(base, namespace, isSlow) {
  return withBrowser(async (browser) => {
    const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const { throttle, bitsPerSecond, latency } = PHONE;
    // Who reads a namespace’s page has come from the directory, or has been here before.
    await page.goto(`${base}/explore`);
    await mounted(page);
    if (isSlow) {
      const bytes = bitsPerSecond / 8;
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: bytes, uploadThroughput: bytes });
      await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    }
    const begin = await page.evaluate(() => performance.now());
    const from = Date.now();
    await page.evaluate((path) => {
      const link = document.createElement('a');
      link.href = path;
      document.querySelector('main').append(link);
      link.click();
    }, `/n/${namespace}`);
    await page.getByRole('button', { name: /^Copy pull/ }).first().waitFor();
    return { ms: Date.now() - from, begin };
  });
}

/** Runs all of it so often: spreads in milliseconds. */
export async function measureScreens(server, { large }, runs) {
  const all = { key: [], slowestKey: [], fast: [], phone: [] };
  for (let run = 0; run < runs; run += 1) {
    const times = (await keys(server.url)).toSorted((one, other) => one - other);
    all.key.push(times[times.length >> 1]);
    all.slowestKey.push(times.at(-1));
    all.fast.push((await opened(server.url, large, false)).ms);
    all.phone.push((await opened(server.url, large, true)).ms);
  }
  return Object.fromEntries(Object.entries(all).map(([name, list]) => [name, spread(list)]));
}
