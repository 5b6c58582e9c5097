// Reading a registry: Debian's own, filled by Debian's own client, and a stand-in for what those
// do not do. Whatever a registry does, the server stays well and keeps what it knew.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { assert, test, until } from './harness.mjs';
import {
  CATALOG, Counter, LOGIN, READER, StandIn, basic, config, details, digestOf, directory, head, isIn, isNowhere, json, list, listed, openRegistry, page,
  read, reads, serve, whole,
} from './registry.mjs';
import { OCI_IMAGE, copy, image, index, labels, push, remove } from './images.mjs';

const TOGETHER = { together: true };

const AWAY = 'The registry cannot be reached.';
const SILENT = 'The registry takes too long to answer.';
const FAILING = 'The registry answers with an error of its own.';
const REFUSED = 'The registry wants somebody who may list it: see --registry-login of the server.';
/** The same for visitors, who have no settings. */
const CLOSED = 'The registry does not let this site read it.';
const LIMITED = 'The registry asks to be asked less often.';
const TOO_MUCH = 'The registry’s answer is longer than any answer has to be.';
const GARBLED = 'The registry’s answer is none that we understand.';
const SENT_ON = 'The registry sends on to another address, which is not followed.';

/** An image that says of itself what pages show. */
const WEB = image({
  text: 'web',
  labels: labels({ description: 'Overridden by the manifest.', source: 'https://github.com/kelpworks/web', url: 'https://kelp.example/web' }),
  annotations: labels({ description: 'Counts kelp, frond by frond.' }),
});

/** An index of three platforms; what the first one says is said of all. */
const MANY = index(
  [
    image({ text: 'amd64', created: '2026-06-05T04:03:02Z', labels: labels({ source: 'https://codeberg.org/kelpworks/many' }) }),
    image({ text: 'arm64', architecture: 'arm64', variant: 'v8' }),
    image({ text: 'riscv64', architecture: 'riscv64' }),
  ],
  labels({ description: 'For every pond.' }),
);

const GROUP = image({ text: 'group', created: '2025-01-02T03:04:05Z' });
const POOL = image({ text: 'pool', labels: labels({ description: 'Keeps connections warm.', url: 'javascript:alert(1)' }) });

test('what a registry has is on the pages: images, platforms, tags, words', TOGETHER, async (place) => {
  const registry = await openRegistry(place);
  await copy(place, registry.origin, {
    'kelpworks/web:1.0': WEB,
    'kelpworks/many:2.0': MANY,
    'kelpworks/group/image:v1': GROUP,
    'tidal/pool:latest': POOL,
    'alone:latest': GROUP,
  });
  await push(registry.origin, 'kelpworks/web', ['latest'], WEB);
  const gone = image({ text: 'emptied' });
  await push(registry.origin, 'kelpworks/emptied', ['a', 'b'], gone);
  await remove(registry.origin, 'kelpworks/emptied', gone.digest);
  await reads(place, registry.origin, '5 repositories, 4 new manifests, 0 gone, 1 name set aside.', { data: 'before' });

  const server = await serve(place, registry.origin);
  const { repositories, repository_count, registry: state } = await page(server, 'kelpworks');
  const rows = repositories.map(({ missing, ...row }) => [row.name, row.description, row.tags, row.pushed_at, row.pull_tag, missing.includes('source')]);
  assert.deepEqual(rows, [
    ['emptied', '', 0, null, null, true],
    ['group/image', '', 1, '2025-01-02T03:04:05Z', 'v1', true],
    ['many', 'For every pond.', 1, '2026-06-05T04:03:02Z', '2.0', false],
    ['web', 'Counts kelp, frond by frond.', 2, '2026-05-04T03:02:01Z', null, false],
  ]);
  assert.equal(repository_count, 4);
  assert.equal(state.host, registry.origin.replace('http://', ''));
  assert.equal(state.trouble, null);
  assert.ok(Math.abs(Date.parse(state.read_at) - Date.now()) < 60_000, state.read_at);

  const web = await details(server, 'kelpworks', 'web');
  const { description, source, website } = web.page;
  assert.deepEqual([description, source, website], ['Counts kelp, frond by frond.', 'https://github.com/kelpworks/web', 'https://kelp.example/web']);
  const tag = { digest: WEB.digest, bytes: WEB.size, platforms: ['linux/amd64'], made_at: '2026-05-04T03:02:01Z', unknown_kind: null };
  assert.deepEqual([web.tag_count, web.tags], [2, [{ tag: '1.0', ...tag }, { tag: 'latest', ...tag }]]);

  const many = await details(server, 'kelpworks', 'many');
  const platforms = ['linux/amd64', 'linux/arm64/v8', 'linux/riscv64'];
  assert.deepEqual(many.tags, [{ tag: '2.0', digest: MANY.digest, bytes: null, platforms, made_at: '2026-06-05T04:03:02Z', unknown_kind: null }]);
  assert.equal(many.page.source, 'https://codeberg.org/kelpworks/many');

  assert.equal((await details(server, 'kelpworks', 'group/image')).tags[0].tag, 'v1');
  assert.deepEqual((await details(server, 'kelpworks', 'emptied')).tags, []);
  assert.equal((await details(server, 'tidal', 'pool')).page.website, '', 'an address that runs something');
  assert.equal(await details(server, 'kelpworks', 'group'), undefined);
  assert.equal(await page(server, 'alone'), undefined);

  const { namespaces, total } = await directory(server);
  const found = namespaces.map((one) => [one.namespace, one.repositories, one.pushed_at]);
  assert.deepEqual([total, found.sort()], [2, [['kelpworks', 4, '2026-06-05T04:03:02Z'], ['tidal', 1, '2026-05-04T03:02:01Z']]]);
  const warm = await directory(server, 'connections warm');
  assert.deepEqual(warm.namespaces.map(({ namespace, fitting }) => [namespace, fitting]), [['tidal', ['pool']]]);
});

test('a later reading asks for what is new alone', TOGETHER, async (place) => {
  const registry = await openRegistry(place);
  const counter = await Counter.open(place, registry.origin);
  await push(registry.origin, 'kelpworks/web', ['1.0', 'latest'], WEB);
  await push(registry.origin, 'kelpworks/many', ['2.0'], MANY);
  await push(registry.origin, 'tidal/pool', ['latest'], POOL);
  const tags = [['kelpworks/web', '1.0'], ['kelpworks/web', 'latest'], ['kelpworks/many', '2.0'], ['tidal/pool', 'latest']];
  const lists = () => [CATALOG, ...['kelpworks/web', 'kelpworks/many', 'tidal/pool'].map(list)];
  const step = async (said, more, how = head) => {
    await reads(place, counter.origin, said);
    assert.deepEqual(counter.take(), [...lists(), ...tags.map((one) => how(...one)), ...more].sort());
  };
  const firstOf = MANY.children[0];
  // Of a repository that was never read, each tag’s manifest at once.
  await step(
    '3 repositories, 3 new manifests, 0 gone, 0 names set aside.',
    [config('kelpworks/web', WEB), config('tidal/pool', POOL), whole('kelpworks/many', firstOf), config('kelpworks/many', firstOf)],
    (name, tag) => head(name, tag).replace('HEAD', 'GET'),
  );
  await step('3 repositories, 0 new manifests, 0 gone, 0 names set aside.', []);
  // A tag that moves to what is new, and one that moves to what is known.
  const next = image({ text: 'next' });
  await push(registry.origin, 'kelpworks/web', ['latest'], next);
  await step('3 repositories, 1 new manifest, 0 gone, 0 names set aside.', [whole('kelpworks/web', next), config('kelpworks/web', next)]);
  await push(registry.origin, 'kelpworks/web', ['latest'], WEB);
  await step('3 repositories, 0 new manifests, 0 gone, 0 names set aside.', []);
});

test('what is deleted goes away: a tag, a repository, a namespace', TOGETHER, async (place) => {
  const registry = await openRegistry(place);
  const old = image({ text: 'old', created: '2025-03-03T03:03:03Z' });
  await push(registry.origin, 'kelpworks/web', ['1.0'], old);
  await push(registry.origin, 'kelpworks/web', ['latest'], WEB);
  await push(registry.origin, 'kelpworks/many', ['2.0'], MANY);
  await push(registry.origin, 'tidal/pool', ['latest'], POOL);
  const server = await serve(place, registry.origin);
  assert.deepEqual(await listed(server, 'kelpworks'), { many: 1, web: 2 });

  await remove(registry.origin, 'kelpworks/web', WEB.digest);
  await reads(place, registry.origin, '3 repositories, 0 new manifests, 0 gone, 0 names set aside.');
  assert.deepEqual((await details(server, 'kelpworks', 'web')).tags.map(({ tag }) => tag), ['1.0']);
  assert.equal((await page(server, 'kelpworks')).repositories[1].pushed_at, '2025-03-03T03:03:03Z');

  await registry.forget('kelpworks/many');
  await registry.forget('tidal');
  await reads(place, registry.origin, '1 repository, 0 new manifests, 2 gone, 0 names set aside.');
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  assert.equal(await details(server, 'kelpworks', 'many'), undefined);
  assert.equal(await page(server, 'tidal'), undefined);
  assert.deepEqual((await directory(server)).namespaces.map(({ namespace }) => namespace), ['kelpworks']);
});

test('everybody sees when the registry was last read, also when nothing was new', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  const server = await serve(place, standIn.origin);
  const before = (await page(server, 'kelpworks')).registry.read_at;
  assert.equal((await directory(server)).registry_read_at, before);
  await reads(place, standIn.origin, '1 repository, 0 new manifests, 0 gone, 0 names set aside.');
  const after = (await page(server, 'kelpworks')).registry.read_at;
  assert.ok(before < after, `${before} ${after}`);
  assert.equal((await directory(server)).registry_read_at, after);
});

test('a registry that is away is said to be, and read again when it is back', TOGETHER, async (place) => {
  const first = await openRegistry(place);
  await push(first.origin, 'kelpworks/web', ['1.0'], WEB);
  const server = await serve(place, first.origin);
  await first.stop();
  const done = await read(place, first.origin);
  assert.deepEqual([done.code, done.stdout, done.stderr], [2, '', `dsos: ${first.origin} was not read: ${AWAY}\n`]);
  await isIn(server, AWAY);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  const again = await openRegistry(place, { port: Number(new URL(first.origin).port) });
  await push(again.origin, 'kelpworks/many', ['2.0'], MANY);
  await reads(place, again.origin, '2 repositories, 1 new manifest, 0 gone, 0 names set aside.');
  await isIn(server, null);
  assert.deepEqual(await listed(server, 'kelpworks'), { many: 1, web: 1 });
});

test('a registry is read again after the minutes that are set', { long: true }, async (place) => {
  const registry = await openRegistry(place);
  await push(registry.origin, 'kelpworks/web', ['1.0'], WEB);
  const server = await serve(place, registry.origin, { words: ['--registry-minutes', '1'] });
  await push(registry.origin, 'kelpworks/many', ['2.0'], MANY);
  await until('the second reading', async () => 'many' in (await listed(server, 'kelpworks')), 75_000);
});

test('a registry that asks who it is is read with a login, which shows nowhere', TOGETHER, async (place) => {
  const open = await openRegistry(place);
  await push(open.origin, 'kelpworks/web', ['1.0'], WEB);
  await reads(place, open.origin, '1 repository, 1 new manifest, 0 gone, 0 names set aside.');
  await open.stop();
  const { origin } = await openRegistry(place, { auth: true, port: Number(new URL(open.origin).port) });
  await copy(place, origin, { 'kelpworks/many:2.0': MANY }, LOGIN);

  const server = await serve(place, origin);
  await isIn(server, CLOSED);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  const wrong = await read(place, origin, { words: ['--registry-login', `${READER.user}:wrong-word-99`] });
  assert.deepEqual([wrong.code, wrong.stderr], [2, `dsos: ${origin} was not read: ${REFUSED}\n`]);
  await server.stop();

  const knowing = await serve(place, origin, { env: { DSOS_REGISTRY_LOGIN: LOGIN, DSOS_LOG: 'json' } });
  await isIn(knowing, null);
  assert.deepEqual(await listed(knowing, 'kelpworks'), { many: 1, web: 1 });
  const right = await read(place, origin, { words: ['--registry-login', LOGIN] });
  assert.equal(right.stdout, '2 repositories, 0 new manifests, 0 gone, 0 names set aside.\n');
  const words = [READER.password, READER.user, basic(LOGIN).slice('Basic '.length), 'wrong-word-99'];
  await isNowhere(knowing, words, [server.said, wrong.stdout + wrong.stderr, right.stdout + right.stderr]);
});

/** A stand-in that wants tokens; what its token service was asked. */
async function wantsTokens(place, expires_in) {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  standIn.put('kelpworks/many', '2.0', MANY);
  const asked = [];
  standIn.service = await place.listen((request, answer) => {
    const { searchParams } = new URL(request.url, standIn.origin);
    const scope = searchParams.get('scope');
    asked.push(scope);
    if (request.headers.authorization !== basic(LOGIN) || searchParams.get('service') !== 'ponds') return json(answer, {}, {}, 401);
    return json(answer, { token: `a-token-for-${Buffer.from(scope).toString('hex')}`, ...expires_in });
  });
  standIn.answers = (request, answer) => {
    const name = request.url.match(/^\/v2\/(.+)\/(?:tags|manifests|blobs)\//)?.[1];
    const scope = name ? `repository:${name}:pull` : 'registry:catalog:*';
    const { authorization } = request.headers;
    assert.ok(!authorization?.startsWith('Basic'), 'the password went to the registry itself');
    if (authorization === `Bearer a-token-for-${Buffer.from(scope).toString('hex')}`) return false;
    const challenge = `Bearer realm="${standIn.service}/token",service="ponds",scope="${scope}"`;
    return json(answer, { errors: [{ code: 'UNAUTHORIZED' }] }, { 'www-authenticate': challenge }, 401);
  };
  return { standIn, asked };
}

test('a registry that wants tokens is read with those of its service, one for each repository', TOGETHER, async (place) => {
  const { standIn, asked } = await wantsTokens(place, { expires_in: 300 });
  const server = await serve(place, standIn.origin, { env: { DSOS_REGISTRY_LOGIN: LOGIN } });
  await isIn(server, null);
  assert.deepEqual(await listed(server, 'kelpworks'), { many: 1, web: 1 });
  assert.deepEqual(asked.sort(), ['registry:catalog:*', 'repository:kelpworks/many:pull', 'repository:kelpworks/web:pull']);
  await isNowhere(server, [READER.password, basic(LOGIN).slice('Basic '.length), 'a-token-for'], []);
  // Without the login the service refuses.
  const done = await read(place, standIn.origin);
  assert.deepEqual([done.code, done.stderr], [2, `dsos: ${standIn.origin} was not read: ${REFUSED}\n`]);
  await isIn(server, CLOSED);
  assert.deepEqual(await listed(server, 'kelpworks'), { many: 1, web: 1 });
});

test('tokens that end at once are asked for again, and a service that has none is trouble', TOGETHER, async (place) => {
  const { standIn, asked } = await wantsTokens(place, { expires_in: 1 });
  const words = ['--registry-login', LOGIN];
  await reads(place, standIn.origin, '2 repositories, 2 new manifests, 0 gone, 0 names set aside.', { words });
  assert.ok(asked.length > 3, `${asked.length}`);
  for (const [what, answers, sentence] of [
    ['no token', (answer) => json(answer, { token: '' }), GARBLED],
    ['a token with a line break', (answer) => json(answer, { token: 'a\r\nx-other: b' }), GARBLED],
    ['elsewhere', (answer) => answer.writeHead(302, { location: `${standIn.origin}/elsewhere` }).end(), SENT_ON],
    ['an error', (answer) => json(answer, {}, {}, 503), FAILING],
    ['too much', (answer) => json(answer, { token: 'x'.repeat(5_000_000) }), TOO_MUCH],
  ]) {
    standIn.service = await place.listen((_, answer) => answers(answer));
    const done = await read(place, standIn.origin, { words });
    assert.deepEqual([done.code, done.stderr], [2, `dsos: ${standIn.origin} was not read: ${sentence}\n`], what);
  }
  assert.ok(!standIn.asked.some((line) => line.includes('elsewhere')));
});

/** What a registry may do wrong: what it does instead of an answer, and what is said of it. */
const TROUBLES = {
  'breaks off': [() => (asked) => asked.socket.destroy(), AWAY],
  'breaks off in the middle of an answer': [
    () => (asked, answer) => {
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      answer.write('{"repositories": [', () => asked.socket.destroy());
      return true;
    },
    AWAY,
  ],
  'fails for every repository': [() => (asked, answer) => asked.url.includes('/tags/') && json(answer, {}, {}, 500), FAILING],
  'fails at the last page of the catalog': [
    () => (asked, answer) => {
      if (!asked.url.startsWith('/v2/_catalog')) return false;
      if (asked.url.includes('last=')) return json(answer, {}, {}, 503);
      return json(answer, { repositories: ['kelpworks/many'] }, { link: '</v2/_catalog?last=kelpworks%2Fmany&n=1>; rel="next"' });
    },
    FAILING,
  ],
  'says less often': [() => (_, answer) => json(answer, {}, { 'retry-after': '3600' }, 429), LIMITED],
  'is another service': [() => (_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>'), GARBLED],
  'knows no catalog': [() => (_, answer) => json(answer, { errors: [{ code: 'UNSUPPORTED' }] }, {}, 404), GARBLED],
  'wants somebody and does not say how': [() => (_, answer) => json(answer, {}, {}, 401), REFUSED],
  'refuses': [() => (_, answer) => json(answer, {}, {}, 403), REFUSED],
  'lists five megabytes': [() => (_, answer) => json(answer, { repositories: ['x'.repeat(5_000_000)] }), TOO_MUCH],
  'sends on': [(elsewhere) => (asked, answer) => answer.writeHead(307, { location: elsewhere + asked.url }).end(), SENT_ON],
  'has its next page elsewhere': [
    (elsewhere) => (_, answer) => json(answer, { repositories: ['kelpworks/web'] }, { link: `<${elsewhere}/v2/_catalog?last=a>; rel="next"` }),
    SENT_ON,
  ],
  'has its next page among blobs': [
    () => (_, answer) => json(answer, { repositories: ['kelpworks/web'] }, { link: '</v2/kelpworks/web/blobs/uploads/?last=a>; rel="next"' }),
    SENT_ON,
  ],
  'sends manifests on': [
    (elsewhere) => (asked, answer) => asked.method === 'HEAD' && answer.writeHead(302, { location: `${elsewhere}/stolen` }).end(),
    SENT_ON,
  ],
};

test('whatever a registry does, what was known stays, and the trouble is said', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/many', '2.0', MANY);
  standIn.put('kelpworks/web', '1.0', WEB);
  standIn.put('tidal/pool', 'latest', POOL);
  const asked = [];
  const elsewhere = await place.listen((request, answer) => {
    asked.push(request.url);
    json(answer, { repositories: [], tags: [] });
  });
  const server = await serve(place, standIn.origin);
  const known = { pages: await page(server, 'kelpworks'), tags: await details(server, 'kelpworks', 'web') };
  for (const [what, [answers, sentence]] of Object.entries(TROUBLES)) {
    const instead = answers(elsewhere);
    standIn.answers = (...words) => instead(...words) !== false;
    const done = await read(place, standIn.origin);
    assert.deepEqual([done.code, done.stdout, done.stderr], [2, '', `dsos: ${standIn.origin} was not read: ${sentence}\n`], what);
    await isIn(server, sentence === REFUSED ? CLOSED : sentence);
    const now = await page(server, 'kelpworks');
    assert.deepEqual({ ...now, registry: null }, { ...known.pages, registry: null }, what);
    assert.equal(now.registry.read_at, known.pages.registry.read_at, what);
    assert.deepEqual(await details(server, 'kelpworks', 'web'), known.tags, what);
    assert.deepEqual(await listed(server, 'tidal'), { pool: 1 }, what);
    standIn.answers = () => false;
    await reads(place, standIn.origin, '3 repositories, 0 new manifests, 0 gone, 0 names set aside.');
    await isIn(server, null);
    known.pages = await page(server, 'kelpworks');
  }
  assert.deepEqual(asked, [], 'it asked elsewhere');
});

test('one repository that cannot be read is left as it was, and the others are read', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/many', '2.0', MANY);
  standIn.put('kelpworks/web', '1.0', WEB);
  const server = await serve(place, standIn.origin);
  standIn.put('kelpworks/many', '3.0', MANY);
  for (const status of [500, 403, 400, 302]) {
    standIn.answers = (asked, answer) => asked.url.startsWith('/v2/kelpworks/web/tags/') && json(answer, {}, { location: '/v2/' }, status);
    await reads(place, standIn.origin, '2 repositories, 0 new manifests, 0 gone, 0 names set aside. 1 could not be read and stay as they were.');
    await isIn(server, null);
    assert.deepEqual(await listed(server, 'kelpworks'), { many: 2, web: 1 }, `${status}`);
  }
});

test('a registry that never answers keeps nobody waiting', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  await reads(place, standIn.origin, '1 repository, 1 new manifest, 0 gone, 0 names set aside.');
  standIn.answers = () => true;
  const server = await place.start({ words: ['--registry', standIn.origin] });
  await until('the registry to be asked', () => standIn.asked.at(-1) === CATALOG);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  await until('the registry to be given up', async () => (await page(server, 'kelpworks')).registry.trouble !== null, 15_000);
  await isIn(server, SILENT);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
});

test('a server ends at once while its registry is silent', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.answers = () => true;
  const server = await place.start({ words: ['--registry', standIn.origin] });
  await until('the registry to be asked', () => standIn.asked.length > 0);
  assert.equal((await server.stop('SIGTERM', 5_000)).code, 0);
});

/** What is no name of a repository, or of none that belongs to a namespace. */
const NO_NAMES = [
  'Kelpworks/web', 'kelpworks/Web', 'kеlpworks/web', 'kelpworks/wеb', '../../etc/passwd', 'kelpworks/..', 'kelpworks/../tidal', './web',
  '/kelpworks/web', 'kelpworks//web', 'kelpworks/', 'kelpworks/web?n=1', 'kelpworks/web#a', 'kelpworks/web%2f..', 'kelpworks/web\r\nx: y',
  'kelpworks/we b', 'kelpworks\\web', `kelpworks/${'a'.repeat(256)}`, '', '-kelp/web', 'kelp--works/web', 'alone', null, 5, {}, ['kelpworks/x'],
];

test('names that are none are set aside, and never asked for', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  standIn.answers = (asked, answer) => {
    if (asked.url.startsWith('/v2/_catalog')) return json(answer, { repositories: [...NO_NAMES, 'kelpworks/web'] });
    const tags = ['1.0', '../../_catalog', 'a/b', '', '.hidden', '-flag', 'é', 'x'.repeat(129), null, 7, '1.0?x', '1.0\r\nx: y'];
    return asked.url.includes('/tags/list') && json(answer, { name: 'kelpworks/web', tags });
  };
  const server = await serve(place, standIn.origin);
  assert.deepEqual(await listed(server, 'kelpworks'), { web: 1 });
  assert.equal((await directory(server)).total, 1);
  const expected = [CATALOG, list('kelpworks/web'), head('kelpworks/web', '1.0').replace('HEAD', 'GET'), config('kelpworks/web', WEB)];
  assert.deepEqual(standIn.asked.sort(), expected.sort());
  await reads(place, standIn.origin, `1 repository, 0 new manifests, 0 gone, ${NO_NAMES.length} names set aside.`);
});

/** A manifest of those bytes that is said to be of that kind. */
const odd = (bytes, type = OCI_IMAGE, more = {}) => ({ manifest: Buffer.from(bytes), type, blobs: [], digest: digestOf(Buffer.from(bytes)), ...more });

/** The same image with other fields in its manifest. */
const changed = (text, fields) => {
  const one = image({ text });
  return { ...one, ...odd(JSON.stringify({ ...JSON.parse(one.manifest), ...fields })), blobs: one.blobs };
};

const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const MODEL = 'application/vnd.example.model.v1+json';
const OTHER_BYTES = 'not what its digest says';
const SOMETHING = 'whatever is said of it';

/** An index of an image in whose place there are other bytes. */
const swapped = index([image({ text: 'one', architecture: 'loong64' })]);
swapped.children = [{ ...image({ text: 'other' }), digest: swapped.children[0].digest }];

/** Odd manifests: what a tag stands for, and what is said of it: its kind, its platforms, when it was made. */
const ODD = {
  'as-it-should-be': [WEB, null, ['linux/amd64'], '2026-05-04T03:02:01Z'],
  'of-old': [odd('{"schemaVersion": 1}', SCHEMA_1), SCHEMA_1, []],
  artifact: [changed('artifact', { artifactType: MODEL }), MODEL, []],
  model: [odd('{}', MODEL), MODEL, []],
  'other-bytes': [{ ...image({ text: 'bytes' }), digest: digestOf(Buffer.from('other')) }, OTHER_BYTES, []],
  huge: [odd(JSON.stringify({ schemaVersion: 2, annotations: { a: 'x'.repeat(5_000_000) } })), SOMETHING, []],
  'no-json': [odd('<html>'), OCI_IMAGE, []],
  'two-in-one': [changed('two', { manifests: [] }), OCI_IMAGE, []],
  'calls-itself-otherwise': [changed('otherwise', { mediaType: MODEL }), OCI_IMAGE, []],
  'no-digest': [odd('{"schemaVersion": 2, "a": 1}', OCI_IMAGE, { digest: null }), null, []],
  'digest-that-climbs': [odd('{"schemaVersion": 2, "a": 2}', OCI_IMAGE, { digest: 'sha256:../../../../_catalog' }), null, []],
  'no-configuration': [{ ...image({ text: 'none', architecture: 's390x' }), blobs: [] }, null, []],
  'no-children': [{ ...index([image({ text: 'child', architecture: 'mips64le' })]), children: [] }, null, ['linux/mips64le']],
  'other-child': [swapped, null, ['linux/loong64']],
};

test('an odd manifest is one odd tag, and not asked for again unless it was garbled', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  for (const [tag, [one]] of Object.entries(ODD)) standIn.put('kelpworks/odd', tag, one);
  const server = await serve(place, standIn.origin);
  await isIn(server, null);
  const { tags, tag_count } = await details(server, 'kelpworks', 'odd');
  const kind = ({ tag, unknown_kind }) => (unknown_kind && ODD[tag][1] === SOMETHING ? SOMETHING : unknown_kind);
  const found = tags.map((row) => [row.tag, kind(row), row.platforms, row.made_at, row.digest !== null]);
  const hasDigest = ({ digest }) => /^sha256:[0-9a-f]{64}$/.test(digest);
  const expected = Object.entries(ODD).map(([tag, [one, kind, platforms, made_at = null]]) => [tag, kind, platforms, made_at, hasDigest(one)]);
  assert.deepEqual(found.sort(), expected.sort());
  assert.equal(tag_count, expected.length);
  standIn.asked.length = 0;
  await reads(place, standIn.origin, '1 repository, 0 new manifests, 0 gone, 0 names set aside.');
  const again = Object.keys(ODD).map((tag) => head('kelpworks/odd', tag));
  // Other bytes may have been an accident on the way.
  again.push(whole('kelpworks/odd', ODD['other-bytes'][0]));
  assert.deepEqual(standIn.asked.sort(), [CATALOG, list('kelpworks/odd'), ...again].sort());
});

test('a configuration that is kept elsewhere is not fetched from this machine, and spoils nothing', TOGETHER, async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  let connections = 0;
  const inside = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(inside, 'listening');
  const { port } = inside.address();
  const host = `127.0.0.1:${port}`;
  const troubles = [];
  for (const location of [`http://${host}/`, `https://${host}/`, `https://localhost:${port}/`, 'https://[::1]/', `//${host}/`, 'file:///etc/passwd', '']) {
    standIn.answers = (request, answer) => request.url.includes('/blobs/') && Boolean(answer.writeHead(307, { location }).end());
    const done = await read(place, standIn.origin, { data: `data-${troubles.length}` });
    troubles.push([location, done.stdout, done.stderr]);
  }
  inside.close();
  const said = '1 repository, 1 new manifest, 0 gone, 0 names set aside.\n';
  assert.deepEqual(troubles.filter(([, stdout]) => stdout !== said), []);
  assert.equal(connections, 0, 'it asked elsewhere');
});
