// Measures how the pages arrive: Lighthouse's performance, first paint and mounting on a slow
// line, shipped bytes.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { spread, withBrowser } from './browser.mjs';
import { mounted } from './page.mjs';

/** Lighthouse's performance, 0 to 100, mobile settings. */
export async function measureLighthouse(base, path, runs) {
  const scores = [];
  for (let run = 0; run < runs; run += 1) {
    const profile = mkdtempSync(join(tmpdir(), 'dsos-lighthouse-'));
    const child = spawn(
      process.env.CHROMIUM || '/usr/bin/chromium',
      ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      const port = await new Promise((resolve) => {
        let said = '';
        child.stderr.on('data', (piece) => {
          said += piece;
          const found = said.match(/DevTools listening on ws:\/\/[^:]+:(\d+)/)?.[1];
          if (found) resolve(Number(found));
        });
      });
      const { lhr } = await lighthouse(base + path, { port, output: 'json', logLevel: 'silent', onlyCategories: ['performance'] });
      scores.push(Math.round(lhr.categories.performance.score * 100));
    } finally {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    }
  }
  return spread(scores);
}

/** First contentful paint and mounting at 1.6 Mbit/s, 150 ms, with a 4 times slower processor. */
export async function measureSlowLine(base, path, runs) {
  const [paints, mounts] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.setCacheDisabled', { cacheDisabled: true });
      const bytesPerSecond = 1.6e6 / 8;
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 150,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      // Looked for without asking for frames: those would be drawn before there is any text, at
      // the cost of the frame that counts.
      await page.addInitScript(() => {
        const observe = () => {
          if (document.readyState === 'loading') return;
          document.removeEventListener('readystatechange', observe);
          new MutationObserver((_, observer) => {
            if (document.getElementById('boot') || document.getElementById('app')?.hidden !== false) return;
            window.mountedAt = performance.now();
            observer.disconnect();
          }).observe(document.body, { childList: true });
        };
        document.addEventListener('readystatechange', observe);
      });
      await page.goto(base + path);
      await page.waitForFunction(
        () => window.mountedAt && performance.getEntriesByName('first-contentful-paint').length,
        undefined,
        { polling: 200 },
      );
      paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
      mounts.push(await page.evaluate(() => window.mountedAt));
    });
  }
  return { paint: spread(paints), mounted: spread(mounts) };
}

/** Bytes of everything that is loaded before a page is interactive, as sent in brotli. */
export async function measureShipped(base, path) {
  const urls = new Set();
  await withBrowser(async (browser) => {
    const page = await (await browser.newContext()).newPage();
    page.on('response', (response) => {
      const url = new URL(response.url());
      if (url.origin === new URL(base).origin && /\.(html|css|js|wasm)$|\/[^.]*$/.test(url.pathname)) urls.add(url.href);
    });
    page.on('worker', (worker) => urls.add(worker.url()));
    await page.goto(base + path);
    await mounted(page);
    await page.waitForLoadState('networkidle');
    const names = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    for (const name of names) if (name.startsWith(base) && /\.(css|js|wasm)$/.test(name)) urls.add(name);
  });
  let sum = 0;
  for (const url of urls) if (url.startsWith('http')) sum += await sentBytes(url);
  return { bytes: sum, files: urls.size };
}

function sentBytes(url) {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
        let bytes = 0;
        answer.on('data', (piece) => (bytes += piece.length));
        answer.on('end', () => resolve(bytes));
      })
      .on('error', reject);
  });
}
