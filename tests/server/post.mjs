// The mail server of the tests (`mail_server.py`), and what the server under test keeps of mails.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LeftOut, PYTHON, assert, until } from './harness.mjs';
import { sql } from './data.mjs';

const SCRIPT = fileURLToPath(new URL('mail_server.py', import.meta.url));

/** Between two looks of the server at what is due there are 5 s. */
export const LOOK_MS = 5_000;

/** What is due now is out within this. */
export const SOON_MS = 3 * LOOK_MS;

/** Leaves the test out where there is no aiosmtpd. */
function hasPython() {
  if (!PYTHON) throw new LeftOut('DSOS_PYTHON names no Python with aiosmtpd');
  const tried = spawnSync(PYTHON, ['-c', 'import aiosmtpd']);
  if (tried.status !== 0) throw new LeftOut(`${PYTHON} has no aiosmtpd`);
}

/** A mail server that runs. */
export class Post {
  /** Starts one, on a free port unless one is given. */
  static async open(place, port = 0) {
    hasPython();
    const post = new Post(place, place.spawn(PYTHON, [SCRIPT, `${port}`]));
    let end;
    post.child.ended.then(() => (end = true));
    await until('the mail server', () => {
      assert.ok(!end, `the mail server ended: ${post.child.output.stderr}`);
      return post.lines.length > 0;
    });
    post.port = post.lines[0].port;
    return post;
  }

  constructor(place, child) {
    Object.assign(this, { place, child });
  }

  get lines() {
    return this.child.output.stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  }

  /** The words that have a server use it. */
  get words() {
    return ['--smtp', `smtp://127.0.0.1:${this.port}`, '--mail-from', 'Program <program@hub.example>'];
  }

  /** What happened to mails: `taken`, `refused`, `slow` or `dropped`. */
  events(event) {
    return this.lines.filter((line) => line.event === event);
  }

  /** Has it do something else from now on: see the script. */
  async tell(line) {
    const before = this.events('told').length;
    this.child.stdin.write(`${line}\n`);
    await until('the mail server to listen', () => this.events('told').length > before);
  }

  /** The mails to an address that came to that end, once there are some. */
  async mails(to, event = 'taken', count = 1) {
    const found = () => this.events(event).filter((mail) => mail.to.includes(to));
    await until(`${count} mails ${event} for ${to}`, () => found().length >= count, SOON_MS);
    return found();
  }

  async close() {
    this.child.stdin.end();
    await this.child.ended;
  }
}

export const header = (mail, name) => mail.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

/** Waits until the server has noted of every mail that it went out or why not. */
export const settled = (place, server, condition) =>
  until(`mails to be ${condition}`, async () => (await sql(place, server.data, `SELECT count(*) FROM outbox WHERE NOT (${condition})`)) === '0', SOON_MS);

/**
 * Makes every mail due that waits. A retry is minutes away, and no setting shortens that: what the
 * server noted as the time is set back instead.
 */
export const makeDue = (place, server) =>
  sql(place, server.data, 'UPDATE outbox SET next_try_at = 0 WHERE sent_at IS NULL');
