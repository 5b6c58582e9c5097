// A fresh browser for a measurement, the memory of its renderers, and small statistics.

import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { removeProfile } from '../browser/profile.mjs';

/** How the browser is started: quiet, fit for containers, and with no page but the measured one. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A renderer kept in reserve would be counted as the page's. The address bar's lists are pages
  // too: built at the start, they take half a second of what the measured page needs.
  '--disable-features=SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

/** Starts a browser, hands it to `use`, and ends it. One at a time: see `renderers`. */
export async function withBrowser(use) {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    // The only browser below this process: what its renderers are found by.
    return await use(browser, process.pid);
  } finally {
    await browser.close();
  }
}

/**
 * Starts a browser with a profile on disk, as people have one, and hands its context to `use`. What
 * other contexts store stays in memory, as in a private window.
 */
export async function withProfile(options, use) {
  const folder = mkdtempSync(join(tmpdir(), 'dsos-bench-'));
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: ARGUMENTS, ...options });
  try {
    return await use(context);
  } finally {
    await context.close();
    removeProfile(folder);
  }
}

/** The process numbers of the renderers below a process. */
function renderers(root) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const below = (pid) => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === root) return true;
    return false;
  };
  return [...parents.keys()].filter((pid) => {
    try {
      return below(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
    } catch {
      return false;
    }
  });
}

/** Resident memory of all renderers below a process in MB: their proportional share, and counted whole. */
export function rendererMemory(root) {
  const sum = { pss: 0, rss: 0 };
  for (const pid of renderers(root)) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      for (const key of ['pss', 'rss']) sum[key] += Number(text.match(new RegExp(`^${key}:\\s+(\\d+)`, 'im'))?.[1] ?? 0) / 1000;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Samples the memory until stopped; answers the peaks. */
export function watchMemory(root) {
  const peak = { pss: 0, rss: 0 };
  const look = () => {
    const now = rendererMemory(root);
    for (const key of ['pss', 'rss']) peak[key] = Math.max(peak[key], now[key]);
  };
  const timer = setInterval(look, 200);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** The countries that filters keep, one after the other. */
export const COUNTRIES = ['US', 'DE', 'CN', 'FR', 'GB', 'IN', 'NL', 'JP'];

/** Each list of numbers as its spread. */
export const spreads = (all) => Object.fromEntries(Object.entries(all).map(([name, numbers]) => [name, spread(numbers)]));

/** Median, least and greatest of some numbers; `undefined` for none. */
export function spread(numbers) {
  const sorted = numbers.filter((number) => Number.isFinite(number)).sort((one, other) => one - other);
  if (!sorted.length) return undefined;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], greatest: sorted.at(-1), runs: sorted.length };
}
