// What a registry reports: Debian's own, with the very lines that `dsos add-registry` prints in its
// settings, and Debian's own client that pushes and pulls.

import { writeFile } from 'node:fs/promises';
import { assert, LeftOut, SERVER, test, until } from './harness.mjs';
import { canAsk, sql } from './data.mjs';
import { openRegistry } from './registry.mjs';
import { copy, hasSkopeo, image, index, SKOPEO } from './images.mjs';
import { hire, signIn } from './people.mjs';

const TOGETHER = { together: true };

const WEB = image({ text: 'web' });
const MANY = index([image({ text: 'amd64' }), image({ text: 'arm64', architecture: 'arm64' })]);

/** How many pulls and version checks were counted. */
const counted = (place, server) => sql(place, server.data, 'SELECT coalesce(sum(rows), 0) FROM part WHERE gone = 0', 'pulls.sqlite');

/** What was pushed, as the maintainers' page asks for it: each tag once, whatever else a client pushes with it. */
async function pushed(server) {
  await hire(server, 'marta@hub.example');
  const { cookie } = await signIn(server, 'marta@hub.example');
  const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
  const answer = await fetch(`${server.url}/api/v1/namespaces/kelpworks/pulls/pushes?from=${from}&to=${to}`, { headers: { cookie } });
  assert.equal(answer.status, 200);
  const { pushes, has_earlier } = await answer.json();
  assert.equal(has_earlier, false);
  return pushes.map(({ repository, tag, digest, times }) => [repository, tag, digest, times]).sort();
}

/** Both files, the publisher API and an import say just those pulls: three by what was asked, one look. */
async function takenAway(place, server, count) {
  await hire(server, 'marta@hub.example');
  const { cookie } = await signIn(server, 'marta@hub.example');
  const get = async (path) => {
    const answer = await fetch(server.url + path, { headers: { cookie } });
    assert.equal(answer.status, 200, path);
    return answer;
  };
  const files = '/api/v1/namespaces/kelpworks/pulls/files';
  const raw = await (await get(`${files}/raw.csv`)).text();
  const [head, ...lines] = raw.trimEnd().split('\n');
  const columns = head.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [columns[at], cell])));
  assert.equal(rows.length, count, raw);
  const of = (row) => [row.action, row.repository, row.tag, row.user_agent_tool].join(' ');
  assert.equal(rows.filter((row) => of(row) === 'pull_by_tag many 1.0 skopeo').length, 1, raw);
  assert.equal(rows.filter((row) => of(row) === 'pull_by_digest web  skopeo' && row.digest === WEB.digest).length, 1, raw);
  assert.ok(rows.filter((row) => row.repository === 'web' && row.tag === '1.0').length === 2, raw);
  const summary = await (await get(`${files}/summary.csv`)).text();
  const totals = summary.trimEnd().split('\n').slice(1).map((line) => line.split(',').slice(-3).map(Number));
  const sum = (at) => totals.reduce((all, one) => all + one[at], 0);
  const counts = ['pull_by_tag', 'pull_by_digest', 'version_check'].map((action) => rows.filter((row) => row.action === action).length);
  assert.deepEqual([sum(0), sum(1), sum(2)], counts, summary);
  const about = await (await get('/api/publisher/analytics/v1/namespaces/kelpworks')).json();
  assert.deepEqual(about.datasets[0].views, ['raw', 'summary', 'repo-summary', 'namespace-summary']);
  // This month is not over: it is no whole period yet.
  assert.deepEqual(await (await get('/api/publisher/analytics/v1/namespaces/kelpworks/pulls')).json(), { pulls: [] });
  // Nobody answers whether to import: nothing is, and it says so.
  const unanswered = await place.path('unanswered.csv');
  await writeFile(unanswered, raw);
  const silent = await place.tool('sh', ['-c', '"$0" "$@" </dev/null', SERVER, 'import', unanswered, '--data', server.data]);
  assert.deepEqual([silent.code, silent.stderr], [2, 'dsos: nobody is there to answer, and nothing was changed: say --yes beforehand.\n']);
  // The same days once more change nothing that is counted.
  const file = await place.path('raw.csv');
  await writeFile(file, raw);
  const imported = await place.run(['import', file, '--yes', '--data', server.data]);
  assert.deepEqual([imported.code, imported.stderr], [0, '']);
  assert.match(imported.stdout, new RegExp(`Imported: ${count} rows\\.`));
  assert.equal(await (await get(`${files}/raw.csv`)).text(), raw);
}

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
  // What dsos itself reads is none: neither a manifest, the first time, nor a tag.
  for (let times = 0; times < 2; times += 1) {
    const done = await place.run(['read-registry', '--registry', registry.origin, '--data', server.data]);
    assert.equal(done.code, 0, done.stderr);
  }
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
  await takenAway(place, server, count);
  const tags = [['many', '1.0', MANY.digest, 1], ['web', '1.0', WEB.digest, 1]];
  assert.deepEqual(await pushed(server), tags);
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
  assert.deepEqual(await pushed(again), tags);
  // Once the month is over the publisher API has just these pulls, and links to them.
  await again.stop();
  const later = await place.start({ words: ['--session-secs', '1', '--days-ahead', '35'] });
  const { cookie } = await signIn(later, 'marta@hub.example');
  const get = async (path) => {
    const answer = await fetch(`${later.url}/api/publisher/analytics/v1${path}`, { headers: { cookie } });
    assert.equal(answer.status, 200, path);
    return answer.json();
  };
  const { pulls } = await get('/namespaces/kelpworks/pulls?timespan=months&period=last-3-months&group=repo');
  const month = new Date().toISOString().slice(0, 7);
  const seen = pulls.map(({ start, repo, namespace, pullCount }) => [start.slice(0, 7), namespace, repo, pullCount]);
  assert.deepEqual(seen.sort((one, other) => (one[2] < other[2] ? -1 : 1)), [
    [month, 'kelpworks', 'many', 1],
    [month, 'kelpworks', 'web', count - 1],
  ]);
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  const { data } = await get(`/namespaces/kelpworks/pulls/exports/years/${year}/months/${number}/raw`);
  const linked = await (await fetch(data[0].url)).text();
  assert.equal(linked.trimEnd().split('\n').length, count + 1, linked);
});
