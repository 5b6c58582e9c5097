// The server that is measured: started in a folder of its own, watched from outside, stopped.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a server may take to answer first, and to end. */
const PATIENCE = 15_000;

/** Clock ticks a second in `/proc` (Linux: always, for programs). */
const TICKS = 100;

const running = new Set();

// Whoever stops the benchmark stops what it started, too.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Settings of this machine's own server do not reach the one that is measured. */
const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DSOS_')));

/** A server that runs. */
export class Server {
  /**
   * Starts one on the data of a folder and waits until it is ready; `ready` is how long that took,
   * in milliseconds. `more` are further words of its command line, `data` the folder in the folder.
   */
  static async start(folder, more = [], data = 'data') {
    const begun = performance.now();
    const { DSOS_SERVER: program, DSOS_DIST: site } = process.env;
    const words = ['--dir', site, '--data', join(folder, data), '--port', '0', '--outbox-port', '0'];
    // All requests come from one address, and no forge of the world is asked.
    words.push('--limits', 'off', '--forge', 'github,github.com,http://127.0.0.1:9');
    words.push(...more);
    // Its log goes to a file, as with a service manager; reading it would take time from both.
    const log = openSync(join(folder, 'log'), 'a');
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', log], env: environment(), cwd: folder });
    closeSync(log);
    running.add(child);
    child.once('exit', () => running.delete(child));
    const server = new Server(child);
    server.url = await server.#address(folder);
    // It listens before it answers: the question waits in the system until then.
    const response = await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) });
    server.ready = performance.now() - begun;
    if (response.status !== 200) throw new Error(`/readyz answers ${response.status}`);
    return server;
  }

  constructor(child) {
    this.child = child;
  }

  /** Where it says that it listens. */
  async #address(folder) {
    let text = '';
    this.child.stdout.setEncoding('utf8');
    const said = new Promise((done) => {
      this.child.stdout.on('data', (more) => {
        text += more;
        const found = text.match(/^(http:\/\/\S+)\/$/m);
        if (found) done(found[1]);
      });
    });
    const ended = once(this.child, 'exit').then(() => {
      throw new Error(`the server ended at its start: ${readFileSync(join(folder, 'log'), 'utf8')}`);
    });
    return Promise.race([said, ended]);
  }

  /** Its resident memory now and at its greatest, in MB. */
  memory() {
    const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const of = (name) => (Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))[1]) * 1024) / 1e6;
    return { now: of('VmRSS'), peak: of('VmHWM') };
  }

  /** Processor time that it has used, in milliseconds. */
  cpu() {
    const text = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    // The name of the program, which may hold anything, stands in parentheses.
    const [user, system] = text.slice(text.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
    return ((user + system) * 1000) / TICKS;
  }

  /** Asks it to end, and waits. */
  async stop() {
    const ended = once(this.child, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
    this.child.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  }
}
