// Registries for tests: Debian's `docker-registry` on a free port of this machine, which keeps
// all in a folder; something between it and whoever asks, which counts; and a stand-in, for what
// a real registry does not do.
//
// DOCKER_REGISTRY names the program where it is not `docker-registry` on PATH.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { LeftOut, assert, until } from './harness.mjs';

/** The program. */
export const REGISTRY = process.env.DOCKER_REGISTRY || 'docker-registry';

/** Whether it is here. */
export const hasRegistry = spawnSync(REGISTRY, ['--version']).status === 0;

/** What it may take to listen. */
const PATIENCE = 10_000;

/**
 * Who may use a registry that asks. It knows passwords by bcrypt alone, which Node does not have:
 * this one was made with `htpasswd -nbB -C 4 USER PASSWORD`.
 */
export const READER = {
  user: 'harbor-reader',
  password: 'wrack-and-ruin-88',
  line: 'harbor-reader:$2y$04$abcdefghijklmnopqrstuu3Y46DZc8U099nTkUiDJymv2AYkDBp/6',
};

/** As the server wants to be told. */
export const LOGIN = `${READER.user}:${READER.password}`;

/** The header that says it. */
export const basic = (login) => `Basic ${Buffer.from(login).toString('base64')}`;

/** The settings of a registry: what is not named here is off. JSON is YAML, too; `more` is more of that. */
function settings({ folder, port, isAsking, canDelete, more }) {
  const own = Object.entries({
    version: '0.1',
    // The line that says where it listens is of this level.
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'storage') },
      delete: { enabled: canDelete },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: `127.0.0.1:${port}` },
    ...(isAsking ? { auth: { htpasswd: { realm: 'tests', path: join(folder, 'readers') } } } : {}),
  });
  return [...own.map(([name, value]) => `${name}: ${JSON.stringify(value)}`), more, ''].join('\n');
}

/** The environment of a child: variables of that name would be settings of it. */
const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(REGISTRY|OTEL)_/.test(name)));

/**
 * Starts a registry; gives its `origin` and what stops it.
 * @param {object} options `folder` (its own; what it kept there before is there again), `auth`
 *   (true: only READER may use it), `delete` (false: nothing can be deleted), `port` (0: any that
 *   is free), `start` (starts a program, as `spawn` does), `more` (of its settings), `text` (all of
 *   them)
 */
export async function startRegistry({ folder, auth = false, delete: canDelete = true, port = 0, start = spawn, more = '', text }) {
  await mkdir(join(folder, 'storage'), { recursive: true });
  const file = join(folder, 'registry.yml');
  await writeFile(file, text ?? settings({ folder, port, isAsking: auth, canDelete, more }));
  if (auth) await writeFile(join(folder, 'readers'), `${READER.line}\n`);
  const child = start(REGISTRY, ['serve', file], { cwd: folder, env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close').catch(() => {});
  const heard = await new Promise((done, failed) => {
    let said = '';
    const timer = setTimeout(() => failed(new Error(`the registry does not say where it listens: ${said}`)), PATIENCE);
    const listen = (text) => {
      said += text;
      const found = said.match(/listening on (127\.0\.0\.1:\d+)/);
      if (!found) return;
      clearTimeout(timer);
      done(found[1]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', failed);
    child.on('close', () => failed(new Error(`the registry ended: ${said}`)));
  });
  return {
    origin: `http://${heard}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
    /** Takes a repository away as if there never had been one: the API has no word for that. */
    async forget(repository) {
      await rm(join(folder, 'storage', 'docker/registry/v2/repositories', repository), { recursive: true });
    },
  };
}

/** Stands between a registry and whoever asks it, and notes what is asked. */
export class Counter {
  /** What was asked since it was last taken: `GET /v2/`. */
  #asked = [];

  static async open(place, origin) {
    const counter = new Counter();
    const agent = new Agent({ keepAlive: true });
    counter.origin = await place.listen((asked, answer) => {
      counter.#asked.push(`${asked.method} ${asked.url}`);
      const onward = request(origin + asked.url, { method: asked.method, headers: asked.headers, agent }, (found) => {
        answer.writeHead(found.statusCode, found.headers);
        found.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    });
    return counter;
  }

  /** What was asked, in alphabetical order: several questions are asked at the same time. */
  take() {
    return this.#asked.splice(0).sort();
  }
}

export const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * A registry in this process that can do anything. It keeps what it is given and answers like a
 * real one, but for what `answers` does first.
 */
export class StandIn {
  /** Tags by repository; a tag stands for `{ bytes, type, digest }`. */
  repositories = new Map();
  /** Bytes by digest. */
  blobs = new Map();
  /** What was asked. */
  asked = [];
  /** Answers instead, where it gives something: `(asked, answer) => has_answered`. */
  answers = () => false;

  static async open(place) {
    const standIn = new StandIn();
    standIn.origin = await place.listen((asked, answer) => {
      standIn.asked.push(`${asked.method} ${asked.url}`);
      if (!standIn.answers(asked, answer)) standIn.#answer(asked, answer);
    });
    return standIn;
  }

  /** Keeps an image, or an index of some, under a tag; `digest` is what it is said to be. */
  put(repository, tag, { manifest, type, blobs = [], children = [], digest = digestOf(manifest) }) {
    if (!this.repositories.has(repository)) this.repositories.set(repository, new Map());
    for (const child of children) this.#keep(child);
    this.repositories.get(repository).set(tag, this.#keep({ manifest, type, blobs, digest }));
  }

  #manifests = new Map();

  #keep({ manifest, type, blobs, digest }) {
    const kept = { bytes: manifest, type, digest };
    this.#manifests.set(digest, kept);
    for (const blob of blobs) this.blobs.set(digestOf(blob), blob);
    return kept;
  }

  #answer(asked, answer) {
    const { pathname, searchParams } = new URL(asked.url, this.origin);
    if (pathname === '/v2/') return json(answer, {});
    if (pathname === '/v2/_catalog') return this.#page(answer, pathname, searchParams, 'repositories', [...this.repositories.keys()], {});
    const [, name, kind, rest] = pathname.match(/^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/) ?? [];
    const tags = this.repositories.get(name);
    if (!tags) return unknown(answer, 'NAME_UNKNOWN');
    if (kind === 'tags') return this.#page(answer, pathname, searchParams, 'tags', [...tags.keys()], { name });
    if (kind === 'manifests') {
      const found = tags.get(rest) ?? this.#manifests.get(rest);
      if (!found) return unknown(answer, 'MANIFEST_UNKNOWN');
      const headers = { 'content-type': found.type, 'content-length': found.bytes.length };
      if (found.digest) headers['docker-content-digest'] = found.digest;
      answer.writeHead(200, headers);
      return answer.end(asked.method === 'HEAD' ? undefined : found.bytes);
    }
    const blob = this.blobs.get(rest);
    if (!blob) return unknown(answer, 'BLOB_UNKNOWN');
    answer.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': blob.length });
    return answer.end(blob);
  }

  /** A page of a list: `n` of those after `last`, and where the next one is. */
  #page(answer, path, query, field, all, more) {
    const [n, last] = [Number(query.get('n') ?? 100), query.get('last') ?? ''];
    const after = all.sort().filter((name) => name > last);
    const page = after.slice(0, n);
    const headers = {};
    if (page.length < after.length) headers.link = `<${path}?last=${encodeURIComponent(page.at(-1))}&n=${n}>; rel="next"`;
    json(answer, { ...more, [field]: page }, headers);
  }
}

/** Answers with JSON. */
export function json(answer, value, headers = {}, status = 200) {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify(value));
  return true;
}

const unknown = (answer, code) => json(answer, { errors: [{ code, message: 'unknown' }] }, {}, 404);

/** What was asked of a registry, as `Counter` and `StandIn` note it. */
export const CATALOG = 'GET /v2/_catalog?n=1000';
export const list = (name) => `GET /v2/${name}/tags/list?n=1000`;
export const head = (name, tag) => `HEAD /v2/${name}/manifests/${tag}`;
export const whole = (name, { digest }) => `GET /v2/${name}/manifests/${digest}`;
export const config = (name, { blobs }) => `GET /v2/${name}/blobs/${digestOf(blobs[0])}`;

/** A registry of the test's own, which ends with it. */
export async function openRegistry(place, options = {}) {
  if (!hasRegistry) throw new LeftOut(`there is no ${REGISTRY} (Debian: docker-registry)`);
  return startRegistry({ folder: await place.path('registry'), start: (...words) => place.spawn(...words), ...options });
}

/** Reads a registry into the data of that name: how the command ended and what it said. */
export const read = async (place, origin, { data = 'data', words = [], env, patience } = {}) =>
  place.run(['read-registry', '--data', await place.path(data), '--registry', origin, ...words], env, patience);

/** The same; it is to end well and to say that. */
export async function reads(place, origin, said, options) {
  const done = await read(place, origin, options);
  assert.deepEqual([done.code, done.stdout, done.stderr], [0, `${said}\n`, '']);
}

/** A server that knows that registry and has read it once, or tried to. */
export async function serve(place, origin, options = {}) {
  const server = await place.start({ ...options, words: ['--registry', origin, ...(options.words ?? [])] });
  await until('the registry to be read', () => server.said.includes('the registry was read'), 30_000);
  return server;
}

const PATH = '/api/v1/namespaces';

/** The page of a namespace; nothing if nobody knows it. */
export async function page(server, namespace) {
  const answer = await server.ask('GET', `${PATH}/${namespace}/page`);
  if (answer.status === 404) return undefined;
  assert.equal(answer.status, 200, answer.text);
  return answer.value;
}

/** A repository with its tags; nothing if nobody knows it. */
export async function details(server, namespace, name) {
  const answer = await server.ask('GET', `${PATH}/${namespace}/repositories/${encodeURIComponent(name)}`);
  if (answer.status === 404) return undefined;
  assert.equal(answer.status, 200, answer.text);
  return answer.value;
}

/** Everything that is listed, sponsored or not, and fits these words. */
export async function directory(server, words = '') {
  const answer = await server.ask('GET', `/api/v1/directory?all=true&words=${encodeURIComponent(words)}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.value;
}

/** The names of the repositories on the page of a namespace, each with its number of tags. */
export const listed = async (server, namespace) =>
  Object.fromEntries((await page(server, namespace)).repositories.map(({ name, tags }) => [name, tags]));

/** Fails unless the server is well and says of the registry that it is in that trouble (null: in none). */
export async function isIn(server, trouble, namespace = 'kelpworks') {
  assert.equal((await server.ask('GET', '/healthz')).status, 200);
  assert.equal((await page(server, namespace)).registry.trouble, trouble);
}

/** Fails if one of the words is in an answer, in what was said or in the data. */
export async function isNowhere(server, words, said) {
  const texts = [server.said, ...said];
  for (const path of ['/namespaces/kelpworks/page', '/namespaces/kelpworks/repositories/web', '/directory?all=true', '/program']) {
    texts.push((await server.ask('GET', `/api/v1${path}`)).text);
  }
  for (const name of await readdir(server.data)) texts.push(await readFile(join(server.data, name), 'latin1'));
  for (const word of words) assert.ok(!texts.some((text) => text.includes(word)), `${word} shows`);
}
