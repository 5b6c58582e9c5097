// The insights of a namespace in a browser: from the link to the drawn chart, and from a filter to
// the repainted page; alone, and while events pour in.

import { withBrowser } from '../browser.mjs';
import { reported } from './events.mjs';

/**
 * Runs in the page: follows a link, and gives the milliseconds until the frame is painted in which
 * totals and chart are there.
 */
function follow(link) {
  return new Promise((done) => {
    const begun = performance.now();
    const look = () => {
      if (!document.querySelector('.totals') || !document.querySelector('canvas')) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now() - begun);
      return requestAnimationFrame(() => port2.postMessage(0));
    };
    link.click();
    requestAnimationFrame(look);
  });
}

/** Milliseconds until the chart is drawn, and until a filter is. */
async function opened(server, { namespace, cookie }, patience = 3_000) {
  return withBrowser(async (browser) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.addCookies([{ ...cookie, url: server.url }]);
    const page = await context.newPage();
    // Who opens the tab is on the page of the namespace, and has the program: the workbench is the same.
    await page.goto(`${server.url}/insights`);
    await page.getByRole('button', { name: /sample/ }).waitFor();
    await page.goto(`${server.url}/n/${namespace}`);
    const tab = page.getByRole('navigation', { name: `Pages of ${namespace}` }).getByRole('link', { name: 'Insights' });
    await tab.waitFor();
    const drawn = await tab.evaluate(follow);
    // By then rows are here, or the server has read ahead what filters need.
    await page.waitForTimeout(patience);
    const entry = page.getByRole('region', { name: 'Countries', exact: true }).getByRole('button').first();
    const filtered = await entry.evaluate((button) => {
      const before = document.querySelector('.totals').innerText;
      return new Promise((done) => {
        const from = performance.now();
        const look = () => {
          if (document.querySelector('.totals')?.innerText === before) return requestAnimationFrame(look);
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now() - from);
          return requestAnimationFrame(() => port2.postMessage(0));
        };
        button.click();
        requestAnimationFrame(look);
      });
    });
    return { drawn, filtered };
  });
}

/** The first time on a server that was just started, and the second, `patience` later; milliseconds. */
export async function measureTwice(server, who, patience) {
  const first = await opened(server, who, patience);
  return { first, again: await opened(server, who) };
}

/** The same, and while a registry reports. */
export async function measureScreens(server, who, report) {
  const { first, again } = await measureTwice(server, who);
  const pouring = reported(server, { ...report, events: 1, secs: 20, connections: 4 });
  const beside = await opened(server, who);
  await pouring;
  return { first, again, beside };
}
