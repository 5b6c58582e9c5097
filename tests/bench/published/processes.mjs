// Programs that are run to their end, and the load on a server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const script = (name) => fileURLToPath(new URL(name, import.meta.url));
export const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Has a process do a job; what it wrote. */
export async function done(program, words, job) {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(job);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`);
  return said;
}

/**
 * Asks a server at a constant rate from another process: latencies of each route and how late the
 * generator was, in milliseconds, and how much of a core the server had.
 * @param {object} stream `rate` a second, `connections`, `asks`
 */
export async function load(server, stream, { warm, secs }) {
  const job = { url: server.url, warm, secs, streams: [stream] };
  const [begun, used] = [performance.now(), server.cpu()];
  const counted = JSON.parse(await done(process.execPath, [script('../server/load.mjs')], JSON.stringify(job)));
  const share = (server.cpu() - used) / (performance.now() - begun);
  if (counted.unanswered) say(`${counted.unanswered} questions had no answer in time`);
  return { routes: counted.streams[0], late: counted.late, share };
}
