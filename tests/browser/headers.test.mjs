// What the server answers: policy, caching, compression, fallbacks. No browser needed.

import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import http from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { BASE, DESCRIBED, assert, test } from './harness.mjs';

/** One request, with the path exactly as given and nothing decoded. */
function request(path, { method = 'GET', headers = {} } = {}) {
  const { hostname, port } = new URL(BASE);
  return new Promise((resolve, reject) => {
    http
      .request({ hostname, port, path, method, headers }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
        );
      })
      .on('error', reject)
      .end();
  });
}

/** The policy of an answer, as directive to sources. */
function policy(answer) {
  const text = answer.headers['content-security-policy'] ?? '';
  return Object.fromEntries(
    text.split(';').map((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

/** Files that the first page names. */
async function assets() {
  const html = (await request('/')).body.toString();
  const found = [...html.matchAll(/(?:href|src|content)="(\/[^"#?]+\.(?:js|wasm|css))"/g)].map((match) => match[1]);
  const imported = [...html.matchAll(/['"](\/[^'"#?]+\.(?:js|wasm))['"]/g)].map((match) => match[1]);
  return [...new Set([...found, ...imported])];
}

const TYPES = { js: /^text\/javascript/, wasm: /^application\/wasm/, css: /^text\/css/ };

/** A name that its content is written into. */
const HASHED = /-[0-9a-f]{16}[._/]/;

test('pages carry a strict policy and the other security headers', async () => {
  for (const path of ['/', '/insights', '/nowhere', ...Object.values(DESCRIBED), '/n/nobody']) {
    const answer = await request(path);
    const rules = policy(answer);
    assert.deepEqual(rules['default-src'], ["'none'"], path);
    assert.ok(rules['script-src'].includes("'self'") && rules['script-src'].includes("'wasm-unsafe-eval'"));
    assert.ok(!rules['script-src'].some((source) => /unsafe-(inline|eval)'$/.test(source) && source !== "'wasm-unsafe-eval'"));
    assert.ok(!rules['style-src'].includes("'unsafe-inline'"), 'no inline styles');
    assert.deepEqual(rules['base-uri'], ["'none'"]);
    assert.deepEqual(rules['frame-ancestors'], ["'none'"]);
    assert.ok(["'none'", "'self'"].includes(rules['form-action'].join()));
    for (const sources of Object.values(rules)) {
      assert.ok(!sources.some((source) => /^https?:|^\*/.test(source)), `no other origin: ${sources}`);
    }
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.match(answer.headers['referrer-policy'], /no-referrer|same-origin|strict-origin/);
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin');
    assert.ok(answer.headers['permissions-policy']);
    assert.match(answer.headers['content-type'], /^text\/html; ?charset=utf-8/i);
    assert.match(answer.headers['cache-control'], /no-cache/);
  }
});

test('every inline script of a page is named in its policy by hash', async () => {
  for (const path of ['/', '/insights', '/nowhere', ...Object.values(DESCRIBED)]) {
    const answer = await request(path);
    const rules = policy(answer);
    const scripts = [...answer.body.toString().matchAll(/<script(?![^>]*(?:src=|json))[^>]*>([\s\S]*?)<\/script>/g)];
    for (const [, text] of scripts) {
      const hash = createHash('sha256').update(text).digest('base64');
      assert.ok(rules['script-src'].includes(`'sha256-${hash}'`), `${path}: ${text.slice(0, 60)}`);
    }
  }
});

test('known routes answer 200, unknown ones 404 with the shell, missing files 404 without', async () => {
  for (const path of ['/', '/insights', '/insights?from=2026-01-01']) {
    assert.equal((await request(path)).status, 200, path);
  }
  const unknown = await request('/nowhere');
  assert.equal(unknown.status, 404);
  assert.match(unknown.body.toString(), /id="?boot/);
  for (const path of ['/dsos-0123456789abcdef.js', '/gone.wasm', '/style-0123456789abcdef.css']) {
    const gone = await request(path);
    assert.equal(gone.status, 404, path);
    assert.doesNotMatch(gone.body.toString(), /id="?boot/, path);
    assert.doesNotMatch(gone.headers['cache-control'] ?? '', /immutable/, path);
  }
});

test('files named by content are immutable, of the right type, and compressed as asked', async () => {
  const files = await assets();
  assert.ok(files.some((file) => file.endsWith('.wasm')) && files.some((file) => file.endsWith('.js')), files.join());
  for (const file of files) {
    const plain = await request(file);
    assert.equal(plain.status, 200, file);
    assert.match(plain.headers['content-type'], TYPES[file.split('.').pop()], file);
    assert.equal(plain.headers['x-content-type-options'], 'nosniff', file);
    assert.equal(plain.headers['content-encoding'], undefined, file);
    if (HASHED.test(file)) {
      assert.match(plain.headers['cache-control'], /immutable/, file);
      assert.match(plain.headers['cache-control'], /max-age=31536000/, file);
    }
    if (plain.body.length < 1024) continue;
    const brotli = await request(file, { headers: { 'accept-encoding': 'gzip, br' } });
    assert.equal(brotli.headers['content-encoding'], 'br', file);
    assert.match(brotli.headers.vary ?? '', /accept-encoding/i, file);
    assert.ok(brotliDecompressSync(brotli.body).equals(plain.body), file);
    const gzip = await request(file, { headers: { 'accept-encoding': 'gzip' } });
    if (gzip.headers['content-encoding'] === 'gzip') assert.ok(gunzipSync(gzip.body).equals(plain.body), file);
    else assert.ok(gzip.body.equals(plain.body), file);
  }
});

test('pages are compressed too, and the same text either way', async () => {
  for (const path of ['/', '/insights', '/nowhere']) {
    const plain = await request(path);
    const brotli = await request(path, { headers: { 'accept-encoding': 'br' } });
    assert.equal(brotli.headers['content-encoding'], 'br', path);
    assert.ok(brotliDecompressSync(brotli.body).equals(plain.body), path);
    assert.equal(brotli.status, plain.status);
  }
});

test('nothing outside the folder is ever served', async () => {
  for (const path of [
    '/../Cargo.toml',
    '/%2e%2e/Cargo.toml',
    '/..%2fCargo.toml',
    '/%2e%2e%2fCargo.toml',
    '/..%5cCargo.toml',
    '/insights/../../Cargo.toml',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/....//Cargo.toml',
    '/index.html%00.js',
  ]) {
    const answer = await request(path);
    assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.body.toString(), /\[package\]|root:x:/, path);
  }
});

test('only reading is allowed, and HEAD is like GET without the body', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    assert.equal((await request('/', { method })).status, 405, method);
  }
  const head = await request('/', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.body.length, 0);
  assert.equal(head.headers['content-security-policy'], (await request('/')).headers['content-security-policy']);
});

test('an unchanged page is not sent again', async () => {
  const first = await request('/');
  const headers = first.headers.etag
    ? { 'if-none-match': first.headers.etag }
    : { 'if-modified-since': first.headers['last-modified'] ?? '' };
  const again = await request('/', { headers });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
});

test('crawlers may read the pages, and are told where all of them are listed', async () => {
  const robots = await request('/robots.txt');
  assert.match(robots.headers['content-type'], /^text\/plain/);
  assert.ok(robots.body.toString().includes(`Sitemap: ${BASE}/sitemap.xml`), robots.body.toString());
  const map = (await request('/sitemap.xml')).body.toString();
  const pages = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1].slice(BASE.length));
  for (const path of ['/', '/explore', '/verify', '/n/tidepool']) assert.ok(pages.includes(path), `${path} in ${pages}`);
  for (const path of pages) assert.equal((await request(path)).status, 200, path);
});

test('every file of the folder is served as it is', async () => {
  const folder = process.env.DSOS_DIST;
  if (!folder) return;
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => statSync(`${folder}/${name}`).isFile())
    // Where crawlers find the list of pages is the server’s to say.
    .filter((name) => !/\.(br|gz|html)$/.test(name) && name !== 'robots.txt');
  assert.ok(files.length > 5);
  for (const file of files) {
    const answer = await request(`/${file}`);
    assert.equal(answer.status, 200, file);
    assert.equal(answer.body.length, statSync(`${folder}/${file}`).size, file);
    const header = answer.headers['cache-control'] ?? '';
    assert.equal(/immutable/.test(header), HASHED.test(`/${file}`), `${file}: ${header}`);
  }
});
