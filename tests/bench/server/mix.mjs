// What is asked of the server: reads as people and scripts mix them, and applications.

import { readFileSync } from 'node:fs';
import { dice } from '../../server/harness.mjs';
import { answers } from '../../server/people.mjs';

/** Reads and how many of a hundred they are. */
const READS = [
  ['GET /api/v1/program', 15, () => ({ path: '/api/v1/program' })],
  ['GET /api/v1/namespaces/{name}', 20, ({ namespaces }, pick) => ({ path: `/api/v1/namespaces/${pick(namespaces)}` })],
  ['GET /api/v1/applications/{id}', 25, ({ applications }, pick) => {
    const { id, key } = pick(applications);
    return { path: `/api/v1/applications/${id}`, headers: { 'dsos-key': key } };
  }],
  ['GET /api/v1/review', 10, ({ staff }) => ({ path: '/api/v1/review', headers: signed(staff) })],
  ['GET /api/v1/review/{id}', 15, ({ staff, cases }, pick) => ({
    path: `/api/v1/review/${pick(cases)}`,
    headers: signed(staff),
  })],
  ['GET /api/v1/namespaces/{name}/membership', 15, ({ owners }, pick) => {
    const { namespace, token, session } = pick(owners);
    const headers = token ? { authorization: `Bearer ${token}` } : signed(session);
    return { path: `/api/v1/namespaces/${namespace}/membership`, headers };
  }],
];

/** The routes that are read. */
export const ROUTES = READS.map(([route]) => route);

export const SEND = 'POST /api/v1/applications';

export const FLOOR = 'GET /healthz';

const signed = (session) => ({ cookie: `dsos-session=${session}` });

/** What opens what is in the data, as `fill.py` wrote it down. */
export const openers = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** So many reads, mixed; always the same for a seed. */
export function reads(keys, count, seed) {
  const roll = dice(seed);
  const pick = (list) => list[Math.floor(roll() * list.length)];
  return Array.from({ length: count }, () => {
    let rest = roll() * 100;
    const [route, , ask] = READS.find(([, share]) => (rest -= share) < 0);
    return { route, ...ask(keys, pick) };
  });
}

/** So many applications that nobody has sent; `run` tells those of one run from another's. */
export const applications = (count, run) =>
  Array.from({ length: count }, (_, at) => {
    const namespace = `sent-${run}-${at}`;
    return {
      route: SEND,
      method: 'POST',
      path: '/api/v1/applications',
      headers: { 'content-type': 'application/json', 'idempotency-key': `of-the-bench-${namespace}` },
      body: JSON.stringify({ answers: answers(namespace, more(at)) }),
      expect: 201,
    };
  });

/** Forms are long and short. */
const more = (at) => [
  {},
  { website: 'https://tidal.example', contributing: 'https://tidal.example/contributing', image_pushed: '2026-01-02' },
  { remark: 'Two of the images are built by the distribution as well; what differs is written in the readme. '.repeat(6) },
][at % 3];
