// The built site on a host that only hands out files: what needs no server works, and what does says so.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { assert, openSample, test } from './harness.mjs';
import { GITHUB, forge, repository } from './forge.mjs';
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

for (const path of ['/review', '/sign-in', '/account']) {
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
