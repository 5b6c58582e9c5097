// What a registry reports: Debian's own, with the very lines that `dsos add-registry` prints in its
// settings, and Debian's own client that pushes and pulls.

import { assert, LeftOut, test, until } from './harness.mjs';
import { canAsk, sql } from './data.mjs';
import { openRegistry } from './registry.mjs';
import { copy, hasSkopeo, image, index, SKOPEO } from './images.mjs';

const TOGETHER = { together: true };

const WEB = image({ text: 'web' });
const MANY = index([image({ text: 'amd64' }), image({ text: 'arm64', architecture: 'arm64' })]);

/** How many pulls and version checks were counted. */
const counted = (place, server) => sql(place, server.data, 'SELECT coalesce(sum(rows), 0) FROM part WHERE gone = 0', 'pulls.sqlite');

test('pulls of a real registry are counted, each once', TOGETHER, async (place) => {
  if (!canAsk) throw new LeftOut('nothing here reads SQLite');
  if (!hasSkopeo) throw new LeftOut(`there is no ${SKOPEO}`);
  const server = await place.start({ words: ['--session-secs', '1'] });
  const added = await place.run(['add-registry', 'hub', '--namespace', 'kelpworks', '--data', server.data, '--public-url', server.url]);
  assert.deepEqual([added.code, added.stderr], [0, '']);
  const registry = await openRegistry(place, { more: added.stdout });
  await copy(place, registry.origin, { 'kelpworks/web:1.0': WEB, 'kelpworks/many:1.0': MANY, 'tidal/web:1.0': WEB });
  const host = registry.origin.replace('http://', '');
  const pull = async (name) => {
    const to = `dir:${await place.path(`pulled-${name.replace(/\W/g, '-')}`)}`;
    const done = await place.tool(SKOPEO, ['copy', '--src-tls-verify=false', `docker://${host}/${name}`, to]);
    assert.equal(done.code, 0, done.stderr);
  };
  let count = Number(await counted(place, server));
  for (const [what, act] of Object.entries({
    'by tag': () => pull('kelpworks/web:1.0'),
    'by digest': () => pull(`kelpworks/web@${WEB.digest}`),
    'of several platforms': () => pull('kelpworks/many:1.0'),
    'looked at': () => place.tool(SKOPEO, ['inspect', '--tls-verify=false', `docker://${host}/kelpworks/web:1.0`]),
  })) {
    await act();
    count += 1;
    await until(`the pull ${what} to be counted`, async () => Number(await counted(place, server)) >= count, 15_000);
    assert.equal(Number(await counted(place, server)), count, what);
  }
  // What the registry may not report is set aside.
  await pull('tidal/web:1.0');
  const aside = () => sql(place, server.data, "SELECT count(*) > 0 FROM set_aside WHERE code = 'namespace'", 'spool.sqlite');
  await until('the other namespace to be set aside', async () => (await aside()) === '1', 15_000);
  assert.equal(Number(await counted(place, server)), count);
  // After a restart nothing is counted twice.
  await server.stop();
  const again = await place.start({ words: ['--session-secs', '1'] });
  await new Promise((done) => setTimeout(done, 2_500));
  assert.equal(Number(await counted(place, again)), count);
});
