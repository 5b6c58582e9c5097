// Drives an unpatched Firefox through WebDriver BiDi: the few commands that a smoke test needs.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { removeProfile } from './profile.mjs';

const CANDIDATES = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The browser's path, if there is one. */
export const FIREFOX = CANDIDATES.find((path) => path && existsSync(path));

/** Quiet: no first-run pages, no reports, no updates. */
const PREFERENCES = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'intl.accept_languages': 'en-US',
};

/** A running Firefox with one tab. */
export class Firefox {
  #child;
  #profile;
  #socket;
  #waiting = new Map();
  #number = 0;
  #tab;
  /** Messages of level "error" that the pages wrote, and exceptions. */
  errors = [];
  /** Addresses that were asked for. */
  requests = [];

  /** Starts the browser; end it with `close`. */
  static async start() {
    const firefox = new Firefox();
    try {
      await firefox.#start();
    } catch (error) {
      await firefox.close();
      throw error;
    }
    return firefox;
  }

  async #start() {
    this.#profile = mkdtempSync(join(tmpdir(), 'dsos-firefox-'));
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    writeFileSync(join(this.#profile, 'user.js'), lines.join('\n'));
    this.#child = spawn(
      FIREFOX,
      ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', this.#profile, 'about:blank'],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: this.#profile } },
    );
    this.#socket = new WebSocket(`${await this.#address()}/session`);
    await new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
    });
    this.#socket.on('message', (text) => this.#hear(JSON.parse(text)));
    await this.send('session.new', { capabilities: {} });
    await this.send('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
    const { contexts } = await this.send('browsingContext.getTree', {});
    this.#tab = contexts[0].context;
  }

  #address() {
    return new Promise((resolve, reject) => {
      let said = '';
      const hear = (piece) => {
        said += piece;
        const address = said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/)?.[1];
        if (address) resolve(address);
      };
      this.#child.stderr.on('data', hear);
      this.#child.stdout.on('data', hear);
      this.#child.once('error', reject);
      this.#child.once('exit', () => reject(new Error(`Firefox ended: ${said.slice(-500)}`)));
    });
  }

  #hear(message) {
    if (message.method === 'log.entryAdded' && message.params.level === 'error') this.errors.push(message.params.text);
    if (message.method === 'network.beforeRequestSent') this.requests.push(message.params.request.url);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`));
    else waiting.resolve(message.result);
  }

  /** Sends a command and waits for its result. */
  send(method, params) {
    const id = (this.#number += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Goes to an address and waits until it has loaded. */
  go(url) {
    return this.send('browsingContext.navigate', { context: this.#tab, url, wait: 'complete' });
  }

  /** The value of an expression in the page, by way of JSON; promises are waited for. */
  async value(expression) {
    const answer = await this.send('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
      target: { context: this.#tab },
      awaitPromise: true,
      userActivation: true,
    });
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
    return JSON.parse(answer.result.value);
  }

  /** Waits until an expression is true in the page. */
  async until(expression, milliseconds = 30_000) {
    const end = Date.now() + milliseconds;
    while (!(await this.value(expression))) {
      if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Gives a file on disk to a file input. */
  async choose(selector, path) {
    const { nodes } = await this.send('browsingContext.locateNodes', {
      context: this.#tab,
      locator: { type: 'css', value: selector },
    });
    await this.send('input.setFiles', { context: this.#tab, element: { sharedId: nodes[0].sharedId }, files: [path] });
  }

  /** Ends the browser and removes its profile. */
  async close() {
    this.#socket?.close();
    if (this.#child && this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill();
      await ended;
    }
    if (this.#profile) removeProfile(this.#profile);
  }
}
