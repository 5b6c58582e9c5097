// Measures how the pages arrive: Lighthouse's performance, first paint and mounting on a slow
// line, shipped bytes.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { removeProfile } from '../browser/profile.mjs';
import { ARGUMENTS, spread, withBrowser } from './browser.mjs';

/** Lighthouse's performance, 0 to 100, mobile settings. */
export async function measureLighthouse(base, path, runs) {
  const scores = [];
  for (let run = 0; run < runs; run += 1) {
    const profile = mkdtempSync(join(tmpdir(), 'dsos-lighthouse-'));
    const child = spawn(
      process.env.CHROMIUM || '/usr/bin/chromium',
      ['--headless=new', ...ARGUMENTS, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
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
      removeProfile(profile);
    }
  }
  return spread(scores);
}

/** Milliseconds after which a page on the slow line is left in peace no longer. */
const SLOW_ENOUGH = 4000;

/**
 * Runs in the page from the beginning: notes when the app has taken the static text's place. It
 * asks for no frames: those would be drawn before there is any text, at the cost of the frame that
 * counts.
 */
function watchMount() {
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
      await page.addInitScript(watchMount);
      await page.goto(base + path, { waitUntil: 'commit' });
      // What would look at the page meanwhile is itself a script of 50 ms at this speed.
      await page.waitForTimeout(SLOW_ENOUGH);
      await page.waitForFunction(() => window.mountedAt && performance.getEntriesByName('first-contentful-paint').length);
      paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
      mounts.push(await page.evaluate(() => window.mountedAt));
    });
  }
  return { paint: spread(paints), mounted: spread(mounts) };
}

/**
 * Bytes as sent in brotli: of what is asked for before a page is interactive, with its workers, without
 * which the page is nothing; and of what comes by itself after that.
 */
export async function measureShipped(base, path) {
  const [before, after] = [new Set([base + path]), new Set()];
  await withBrowser(async (browser) => {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(watchMount);
    const workers = [];
    page.on('worker', (worker) => workers.push(new URL('.', worker.url()).href));
    const answered = new Set();
    page.on('response', (response) => answered.add(response.url()));
    await page.goto(base + path);
    await page.waitForFunction(() => window.mountedAt);
    await page.waitForLoadState('networkidle');
    const asked = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name, startTime }) => [name, startTime < window.mountedAt]),
    );
    for (const [url, isBefore] of [...asked, ...[...answered].map((url) => [url, false])]) {
      // Icon and manifest hold nothing up.
      if (!url.startsWith(base) || !/\.(css|js|wasm)$/.test(url) || before.has(url)) continue;
      if (isBefore || workers.some((folder) => url.startsWith(folder))) before.add(url);
      else after.add(url);
    }
  });
  return { before: await sent(before), after: await sent(after) };
}

async function sent(urls) {
  let bytes = 0;
  for (const url of urls) bytes += await sentBytes(url);
  return { bytes, files: urls.size };
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
