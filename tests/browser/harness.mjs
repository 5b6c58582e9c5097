// What the browser tests share: registering a test, opening a page that is watched, small waits.
//
// Every page that a test opens is watched to its end. A console error, an uncaught exception, a
// violation of the Content-Security-Policy or a request to another origin fails the test, unless
// the test names what it expects through `expect`.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

/** Base address of the server under test, without a slash at the end. */
export const BASE = (process.env.DSOS_URL ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** Whether the long level is asked for. */
export const LONG = Boolean(process.env.LONG) && process.env.LONG !== '0';

/** Whether the app under test comes in several files; `SPLIT=0` says that it is one. */
export const SPLIT = process.env.SPLIT !== '0';

/** The browser, and how it is started: quiet, and fit for containers. */
export const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Each window would build two pages of the browser's own, for its address bar.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

/** The pages there are, by name. */
export const PAGES = { program: '/', insights: '/insights', apply: '/apply', verify: '/verify', 'not-found': '/nowhere' };

/** Pages that the server writes something into: what it knows of their namespaces. */
export const DESCRIBED = { explore: '/explore', 'a namespace': '/n/tidepool', 'the badge of a namespace': '/verify/tidepool' };

/** What Chromium says about the document of the not-found page, which is rightly a 404. */
export const NOT_FOUND_MESSAGE = /the server responded with a status of 404/;

export { assert };

const registered = [];

/**
 * Registers a test. Options: `long` (only at the long level), `timeout` in milliseconds.
 * @param {string} name what holds if it passes
 */
export function test(name, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options];
  registered.push({ name, body, ...options });
}

/** The tests registered since the last call. */
export function takeTests() {
  return registered.splice(0);
}

let browser;

/** The one browser of this run; another one, if it has crashed. */
export async function sharedBrowser() {
  if (!browser?.isConnected()) browser = undefined;
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
  return browser;
}

/** Closes the browser, if there is one. */
export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

/** What a test is given: opens watched pages and closes them afterwards. */
export class Visit {
  #contexts = [];
  #problems = [];

  /**
   * Opens a page and waits until the app has taken the place of the static shell.
   * @param {string} path from the root
   * @param {object} options `theme` (light, dark), `width`, `height`, `javaScript`, `mounted`
   *   (false: do not wait), `expect` (patterns of messages that belong here), `prepare` (called
   *   with the page before it navigates), `asks` (origins beside its own that the page may ask),
   *   `context` (more options of Playwright's)
   */
  async open(path, options = {}) {
    const context = await (await sharedBrowser()).newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      colorScheme: options.theme ?? 'light',
      javaScriptEnabled: options.javaScript ?? true,
      acceptDownloads: true,
      locale: 'en-US',
      timezoneId: 'America/New_York',
      ...options.context,
    });
    this.#contexts.push(context);
    const expected = options.expect ?? (path === PAGES['not-found'] ? [NOT_FOUND_MESSAGE] : []);
    const complain = (text) => {
      if (!expected.some((pattern) => pattern.test(text))) this.#problems.push(text);
    };
    context.on('page', (page) => watch(page, complain, options.asks ?? []));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await options.prepare?.(page);
    page.response = await page.goto((options.base ?? BASE) + path);
    if ((options.javaScript ?? true) && (options.mounted ?? true)) await mounted(page);
    return page;
  }

  /** Throws what the pages complained about, and closes them. */
  async end() {
    for (const context of this.#contexts) await context.close();
    assert.deepEqual(this.#problems, [], `the page complained: ${this.#problems.join(' | ')}`);
  }
}

function watch(page, complain, asks) {
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complain(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const own = url.origin === new URL(BASE).origin || url.protocol === 'data:' || url.protocol === 'blob:';
    if (!own && !asks.includes(url.origin)) complain(`request to ${url.origin}`);
  });
}

/** Waits until the app stands where the static shell stood. */
export async function mounted(page) {
  await page.waitForFunction(() => {
    const app = document.getElementById('app');
    return app && !app.hidden && !document.getElementById('boot');
  });
}

/** Waits until the workbench has read everything that was opened. */
export async function read(page, times = 1) {
  await page.waitForFunction((n) => performance.getEntriesByName('dsos:complete').length >= n, times, {
    timeout: 60_000,
  });
}

/** Opens the sample data in the workbench and waits for the whole picture. */
export async function openSample(page) {
  await page.getByRole('main').getByRole('button', { name: /sample/i }).first().click();
  await read(page);
}
