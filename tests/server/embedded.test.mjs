// The program with the site in it (`--features embed`): it serves what was built, and needs no folder.

import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, LeftOut, assert, test, until } from './harness.mjs';

const PROGRAM = process.env.DSOS_EMBEDDED;

test('one file is the whole server', async (place) => {
  if (!PROGRAM) throw new LeftOut('it is built at the long level alone');
  const folder = await place.folder();
  const words = ['--data', join(folder, 'data'), '--port', '0', '--outbox-port', '0'];
  const server = place.spawn(PROGRAM, words, { cwd: folder, env: {} });
  const address = await until('its address', () => server.output.stdout.match(/^http:\/\/\S+/m)?.[0]);
  const ask = (path, headers = {}) => fetch(new URL(path, address), { headers });
  for (const [path, file] of Object.entries({ '/': 'index.html', '/insights': 'insights/index.html', '/n/kelp/settings': 'n/_/settings/index.html' })) {
    const answer = await ask(path);
    assert.equal(answer.status, 200, path);
    assert.equal(await answer.text(), readFileSync(join(DIST, file), 'utf8'), path);
    assert.match(answer.headers.get('content-security-policy'), /script-src 'self'/);
  }
  assert.equal((await ask('/nowhere')).status, 404);
  assert.equal((await ask('/readyz')).status, 200);
  const script = (await readdir(DIST)).find((name) => /^dsos-[0-9a-f]{16}\.js$/.test(name));
  const answer = await ask(`/${script}`, { 'accept-encoding': 'br' });
  assert.equal(answer.headers.get('content-encoding'), 'br');
  assert.match(answer.headers.get('cache-control'), /immutable/);
});
