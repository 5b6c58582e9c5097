// The page of a namespace with a thousand repositories: what the app asks, and what a browser asks
// first.

import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { load } from './processes.mjs';

/** Pages a second. */
const RATE = 20;

const headers = { 'accept-encoding': 'gzip' };

/** Bytes of an answer as it comes, and packed: by the server, or as something before it would. */
async function bytes(server, path) {
  const answer = await new Promise((done, failed) => get(server.url + path, { headers }, done).on('error', failed));
  const body = await buffer(answer);
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`);
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  return { isPacked, packed: isPacked ? body.length : gzipSync(body).length };
}

/** One run: each of the two by itself. */
export async function measurePages(server, { large }) {
  const found = {};
  for (const [name, path] of [
    ['api', `/api/v1/namespaces/${large}/page`],
    ['html', `/n/${large}`],
  ]) {
    const stream = { rate: RATE, connections: 8, asks: [{ route: name, path, headers }] };
    const { routes } = await load(server, stream, { warm: 1, secs: 4 });
    found[name] = { times: routes[name], ...(await bytes(server, path)) };
  }
  return found;
}
