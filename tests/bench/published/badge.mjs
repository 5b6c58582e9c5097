// Badges: as many as can be had, and how long one takes at a constant rate.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { done, load, script } from './processes.mjs';

/** Connections that ask without a pause. */
const CONNECTIONS = 32;

/** Badges a second, asked at a constant rate. */
const RATE = 2_000;

const path = (namespace) => `/badge/${namespace}.svg`;

/** The paths of all, those of the program and others mixed the same way each time. */
function mixed({ sponsored, others }) {
  const step = Math.floor(sponsored.length / others.length) + 1;
  const all = [...sponsored];
  for (const [at, name] of others.entries()) all.splice(at * step, 0, name);
  return all.map(path);
}

/** What wrk counts in so many seconds over the lines of a file. */
async function asked(server, file, secs) {
  const words = ['-t1', `-c${CONNECTIONS}`, `-d${secs}s`, '-s', script('ask.lua'), server.url, '--', file];
  const [begun, used] = [performance.now(), server.cpu()];
  const said = await done(process.env.WRK ?? 'wrk', words);
  const share = (server.cpu() - used) / (performance.now() - begun);
  const { count, us, failed } = JSON.parse(said.trim().split('\n').at(-1));
  if (failed) throw new Error(`${failed} of ${count} badges could not be had`);
  return { rate: (count / us) * 1e6, share };
}

/** One run; `fresh` and `known` are nothing without wrk. */
export async function measureBadges(server, asks, folder) {
  const paths = mixed(asks);
  const found = {};
  if (process.env.WRK !== '') {
    const tags = [];
    for (const one of paths) {
      const answer = await fetch(server.url + one);
      const isThere = (await answer.text()).includes('<svg') && answer.status === 200;
      if (!isThere) throw new Error(`${one} is no badge`);
      tags.push(answer.headers.get('etag'));
    }
    const [fresh, known] = ['paths', 'tags'].map((name) => join(folder, name));
    writeFileSync(fresh, `${paths.join('\n')}\n`);
    writeFileSync(known, paths.map((one, at) => `${one} ${tags[at]}\n`).join(''));
    const answer = await fetch(server.url + paths[0], { headers: { 'if-none-match': tags[0] } });
    if (answer.status !== 304) throw new Error(`a badge that is known answers ${answer.status}`);
    found.fresh = await asked(server, fresh, 10);
    found.known = await asked(server, known, 5);
  }
  const stream = { rate: RATE, connections: 64, asks: paths.map((one) => ({ route: 'badge', path: one })) };
  found.steady = await load(server, stream, { warm: 2, secs: 5 });
  return found;
}
