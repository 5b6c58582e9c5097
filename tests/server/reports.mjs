// What a registry reports, and what the server says of it.

import { randomUUID } from 'node:crypto';
import { assert } from './harness.mjs';
import { hire, signIn } from './people.mjs';

/** The namespace that is reported. */
export const NAMESPACE = 'kelpworks';

/** A session closes a second after its last request. */
export const SOON = ['--session-secs', '1'];

const DIGEST = `sha256:${'5a'.repeat(32)}`;

/** Lets a registry report; gives its token. */
export async function registry(place, data) {
  const added = await place.run(['add-registry', 'hub', '--namespace', NAMESPACE, '--data', data]);
  assert.deepEqual([added.code, added.stderr], [0, '']);
  return added.stdout.match(/dsos_reg_[\w-]+/)[0];
}

let clients = 0;

/** A pull of a tag that nobody else pulls, by a client of its own. */
export function pull(at = new Date()) {
  clients += 1;
  return {
    id: randomUUID(),
    timestamp: at.toISOString(),
    action: 'pull',
    target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST, repository: `${NAMESPACE}/web`, tag: `t${clients}` },
    request: { addr: `10.${(clients >> 16) % 256}.${(clients >> 8) % 256}.${clients % 256}:40000`, method: 'GET', useragent: 'skopeo/1.9.3' },
    source: { addr: '203.0.113.9:5000' },
  };
}

/** Reports events in one body; the answer. */
export const report = (server, token, events) =>
  server.ask('POST', '/events/distribution', {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.docker.distribution.events.v2+json' },
    body: JSON.stringify({ events }),
  });

/** Somebody of staff, who may see all pulls. */
export async function staff(server) {
  await hire(server, 'marta@hub.example');
  const { cookie } = await signIn(server, 'marta@hub.example');
  return { cookie };
}

/** How often each tag was counted, by the raw file. */
export async function counted(server, headers) {
  const answer = await server.ask('GET', `/api/v1/namespaces/${NAMESPACE}/pulls/files/raw.csv`, { headers, patience: 60_000 });
  if (answer.status === 404) return new Map();
  assert.equal(answer.status, 200, answer.text);
  const [head, ...lines] = answer.text.trimEnd().split('\n');
  const tag = head.split(',').indexOf('tag');
  const counts = new Map();
  for (const line of lines) {
    const name = line.split(',')[tag];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
