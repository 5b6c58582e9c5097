// Credentials as somebody checks them who has nothing of ours (PyJWT with cryptography), and
// badges as others read them.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { LeftOut, PYTHON, assert, test, until } from './harness.mjs';
import { forgeries, parts } from './forgeries.mjs';

const TOGETHER = { together: true };
const PROGRAM = new URL('./credential.py', import.meta.url).pathname;
const NAMESPACE = 'tidepool';

async function published(server, path) {
  const answer = await server.ask('GET', path);
  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  return answer;
}

/** What PyJWT says of each token, on the day that the server has. */
async function judged(place, server, tokens, namespace = NAMESPACE) {
  if (!PYTHON) throw new LeftOut('no Python with PyJWT is here');
  const { value } = await published(server, `/api/v1/namespaces/${namespace}/verifiable`);
  const asked = {
    keys: (await published(server, '/.well-known/jwks.json')).value,
    list: (await published(server, '/status/0')).text,
    issuer: `${value.base_url}/`,
    now: Date.parse(value.now) / 1000,
    namespace,
    tokens,
  };
  const child = place.spawn(PYTHON, [PROGRAM]);
  child.stdin.end(JSON.stringify(asked));
  const { code } = await child.ended;
  assert.equal(code, 0, child.output.stderr);
  return JSON.parse(child.output.stdout);
}

const credential = async (server, namespace = NAMESPACE) => (await published(server, `/credentials/${namespace}`)).text;

test('an independent library takes the credential and refuses every forgery', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  const genuine = await credential(server);
  const keys = (await published(server, '/.well-known/jwks.json')).value;
  const forged = forgeries(genuine, keys);
  forged['the list instead of a credential'] = (await published(server, '/status/0')).text;
  forged['another namespace’s'] = await credential(server, 'gullwing');
  const verdicts = await judged(place, server, { genuine, ...forged });
  assert.equal(verdicts.genuine, 'genuine');
  for (const name of Object.keys(forged)) {
    assert.ok(verdicts[name], name);
    assert.notEqual(verdicts[name], 'genuine', name);
  }
});

test('a membership that is ended from the command line is grey at every address within a minute', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  const genuine = await credential(server);
  const words = ['end-membership', NAMESPACE, '--reason', 'For trying.', '--data', server.data];
  const done = await place.run(words);
  assert.equal(done.code, 0, done.stderr);
  const begun = performance.now();
  await until('the picture to turn grey', async () => {
    const { text } = await published(server, `/badge/${NAMESPACE}.svg`);
    return text.includes('not sponsored');
  });
  assert.ok(performance.now() - begun < 60_000);
  assert.equal((await published(server, `/badge/${NAMESPACE}.json`)).value.message, 'not sponsored');
  const verifiable = (await published(server, `/api/v1/namespaces/${NAMESPACE}/verifiable`)).value;
  assert.equal(verifiable.sponsorship.state, 'ended');
  const page = (await published(server, `/api/v1/namespaces/${NAMESPACE}/page`)).value;
  assert.equal(page.sponsorship.state, 'ended');
  const listed = (await published(server, `/api/v1/directory?words=${NAMESPACE}`)).value;
  assert.equal(listed.total, 0);
  assert.match((await judged(place, server, { genuine })).genuine, /revoked/);
  const { text: html } = await server.ask('GET', `/n/${NAMESPACE}`);
  assert.ok(html.includes('has not been sponsored since'), 'the page of the namespace, read without a script');
  assert.ok(!(await server.ask('GET', '/sitemap.xml')).text.includes(NAMESPACE));
});

test('a credential runs out by itself, and a retired or lost key is told', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  const first = await credential(server);
  let done = await place.run(['rotate-key', '--data', server.data]);
  assert.equal(done.code, 0, done.stderr);
  const second = await credential(server);
  assert.notEqual(parts(first).header.kid, parts(second).header.kid);
  assert.deepEqual(await judged(place, server, { first, second }), { first: 'genuine', second: 'genuine' });
  done = await place.run(['rotate-key', '--compromised', '--data', server.data]);
  assert.equal(done.code, 0, done.stderr);
  const third = await credential(server);
  const verdicts = await judged(place, server, { first, second, third });
  for (const lost of [verdicts.first, verdicts.second]) assert.match(lost, /unknown key/);
  assert.equal(verdicts.third, 'genuine');
  await server.stop();
  const { port } = server;
  const later = await place.start({
    words: ['--days-ahead', '400', '--public-url', `http://127.0.0.1:${port}`],
  });
  assert.match((await judged(place, later, { third })).third, /expired/);
  assert.match((await published(later, `/badge/${NAMESPACE}.svg`)).text, /not sponsored/);
});

test('shields.io can read the badge, as its schema has it', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  for (const [namespace, message] of [
    [NAMESPACE, 'Sponsored OSS'],
    ['nobody', 'not sponsored'],
    ['mossdb', 'not sponsored'],
  ]) {
    const { value, headers } = await published(server, `/badge/${namespace}.json`);
    assert.match(headers.get('content-type'), /^application\/json/);
    // https://shields.io/badges/endpoint-badge: what is required, and of which type the rest is.
    const types = { schemaVersion: 'number', label: 'string', message: 'string', color: 'string', cacheSeconds: 'number' };
    for (const [name, found] of Object.entries(value)) assert.equal(typeof found, types[name], name);
    assert.equal(value.schemaVersion, 1);
    assert.equal(value.message, message);
    assert.ok(value.label.length > 0 && value.cacheSeconds >= 300);
    assert.match(value.color, /^([0-9a-f]{6}|lightgrey)$/);
  }
});

/** The pictures by their digests: a change is looked at, and then written down here. */
const PICTURES = {
  tidepool: '33b996c96d8dfb70',
  'tidepool?theme=light': 'ab34b8630f2af11c',
  'tidepool?theme=dark': '02db41f92ca2980f',
  nobody: '1da873f986904e9a',
  'nobody?theme=light': '3e04adc6acb80905',
  'nobody?theme=dark': '449fcc6001c10743',
};

test('the picture of the badge is the one that was looked at', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  const folder = process.env.DSOS_PICTURES;
  const found = {};
  for (const namespace of [NAMESPACE, 'nobody']) {
    for (const theme of ['', '?theme=light', '?theme=dark']) {
      const name = `${namespace}${theme}`;
      const { text } = await published(server, `/badge/${namespace}.svg${theme}`);
      if (folder) await writeFile(`${folder}/${name.replace('?theme=', '-')}.svg`, text);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
      found[name] = digest;
    }
  }
  const hint = 'Look at them (DSOS_PICTURES=folder writes them), and write their digests down.';
  assert.deepEqual(found, PICTURES, `Other pictures. ${hint} ${JSON.stringify(found, null, 1)}`);
});

test('crawlers and link previews read pages without a script', TOGETHER, async (place) => {
  const server = await place.start({ words: ['--sample'] });
  const page = await server.ask('GET', '/n/tidepool');
  assert.equal(page.status, 200);
  const head = page.text.slice(0, page.text.indexOf('</head>'));
  assert.match(head, /<title>Tidepool · /);
  assert.match(head, /<meta name="description" content="A message queue for small machines\. tidepool is in the /);
  assert.match(head, /<meta property="og:title" content="Tidepool · /);
  assert.ok(head.includes(`<link rel="canonical" href="${server.url}/n/tidepool">`), head.slice(0, 3000));
  const data = JSON.parse(head.match(/<script type="application\/ld\+json">(.*?)<\/script>/)[1]);
  assert.equal(data['@type'], 'Organization');
  assert.equal(data.memberOf['@type'], 'ProgramMembership');
  assert.match(page.text, /<noscript>.*tidepool\/bridge: Carries messages/s);
  const explore = await server.ask('GET', '/explore');
  assert.match(explore.text, /<a href="\/n\/tidepool">Tidepool<\/a>/);
  const list = JSON.parse(explore.text.match(/<script type="application\/ld\+json">(.*?)<\/script>/)[1]);
  assert.equal(list['@type'], 'ItemList');
  const verify = await server.ask('GET', '/verify/tidepool');
  assert.match(verify.text, /<title>Is the badge of tidepool genuine\?/);
  for (const [path, status] of [
    ['/n/nobody', 404],
    ['/n/NOBODY', 404],
    ['/n/..%2f', 404],
    ['/verify/nobody', 200],
    ['/verify/NOBODY', 404],
    ['/verify', 200],
    ['/n/mossdb', 200],
  ]) {
    assert.equal((await server.ask('GET', path)).status, status, path);
  }
  const robots = await server.ask('GET', '/robots.txt');
  assert.ok(robots.text.includes(`Sitemap: ${server.url}/sitemap.xml`), robots.text);
  const map = await server.ask('GET', '/sitemap.xml');
  assert.match(map.headers.get('content-type'), /xml/);
  assert.ok(map.text.includes(`<loc>${server.url}/n/tidepool</loc>`));
  assert.ok(!map.text.includes('/n/mossdb'), 'what lapsed is not listed');
});
