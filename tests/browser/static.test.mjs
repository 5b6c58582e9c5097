// The built site on a host that only hands out files: what needs no server works, and what does says so.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { assert, openSample, test } from './harness.mjs';
import { GITHUB, forge, repository } from './forge.mjs';
import { credential } from './credentials.mjs';
import { paste } from './namespaces.mjs';
import { fill, send } from './service.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };

let host;

/** The address of such a host. */
function plainHost() {
  host ??= new Promise((done) => {
    const folder = process.env.DSOS_DIST;
    assert.ok(folder, 'DSOS_DIST names the folder that is served');
    const server = createServer(async (request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url, 'http://host').pathname));
      const named = extname(path) ? path : join(path, 'index.html');
      const found = request.method === 'GET' && (await readFile(join(folder, named)).catch(() => null));
      response.statusCode = found ? 200 : 404;
      response.setHeader('content-type', found ? (TYPES[extname(named)] ?? 'application/octet-stream') : 'text/html');
      response.end(found || (await readFile(join(folder, '404.html'))));
    });
    // The tests end whether somebody may still ask or not.
    server.unref();
    server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
  });
  return host;
}

/** Opens a page there, where whatever asks the API is told that there is no such file. */
async function open(visit, path, options = {}) {
  const base = await plainHost();
  return visit.open(path, { base, ...options, asks: [base, ...(options.asks ?? [])], expect: [/status of 404/] });
}

test('on a host of files alone: the program page is whole, and leads to the workbench', async (visit) => {
  const page = await open(visit, '/');
  await page.getByRole('heading', { level: 2, name: /Who qualifies/ }).first().waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Insights' }).click();
  await openSample(page);
  await page.locator('.totals dd').first().filter({ hasText: /\d/ }).waitFor();
});

test('on a host of files alone: the form checks what it can, says that sending is not possible, and keeps what was typed', async (visit) => {
  const page = await open(visit, '/apply', { asks: [GITHUB], prepare: (page) => forge(page, { 'kelpworks/kelp': repository('kelpworks/kelp') }) });
  await fill(page);
  await page.getByText('not archived', { exact: true }).waitFor();
  await send(page).click();
  await page.getByText('The server does not answer. What you typed is kept').waitFor();
  await page.reload();
  await page.getByText('Draft restored from this browser').waitFor();
  assert.equal(await page.getByLabel('Mail address').inputValue(), 'ines@kelpworks.org');
});

for (const path of ['/review', '/registries', '/sign-in', '/account']) {
  test(`on a host of files alone: ${path} says that it needs the server`, async (visit) => {
    const page = await open(visit, path);
    if (path === '/sign-in') {
      await page.getByLabel('Mail address').fill('ines@kelpworks.org');
      await page.getByRole('button', { name: 'Mail me a code' }).click();
    }
    await page.getByRole('main').getByText(/server,? (and it )?does not answer/).first().waitFor();
    if (path === '/sign-in') assert.equal(await page.getByLabel('Mail address').inputValue(), 'ines@kelpworks.org');
  });
}

// Loaded anew or by a link: such a host has no page under the name of a namespace.
const NEEDS_THE_SERVER = {
  '/explore': [/The list could not be read/, /The server does not answer/],
  '/verify': [],
  '/n/_': [/The server does not answer/],
};
for (const [path, said] of Object.entries(NEEDS_THE_SERVER)) {
  test(`on a host of files alone: ${path} is a page that says what it lacks`, async (visit) => {
    const page = await open(visit, path);
    for (const words of said) await page.getByRole('alert').getByText(words).first().waitFor();
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    assert.equal(await page.locator('main .badge, main .verdict.met').count(), 0);
    if (path !== '/verify') return;
    await page.getByLabel('Name of the namespace').fill('tidepool');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('heading', { name: 'Could not check: the server does not answer' }).waitFor();
    await page.getByText('That says nothing about tidepool.').first().waitFor();
  });
}

test('on a host of files alone: a credential that was pasted could not be checked, and is not refused for it', async (visit) => {
  const page = await open(visit, '/verify');
  await paste(page, await credential('tidepool'));
  await page.getByRole('heading', { name: 'Could not check', exact: true }).waitFor();
  await page.getByText('The program’s keys could not be had. That says nothing about the credential.').first().waitFor();
});
