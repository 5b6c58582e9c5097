// What assistive technology is told, as text in `snapshots/`. A change is accepted with
// UPDATE_SNAPSHOTS=1 and read in review like any other.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PAGES, assert, openSample, test } from './harness.mjs';
import { settled } from './bench.mjs';

const FOLDER = new URL('snapshots/', import.meta.url);
const UPDATE = Boolean(process.env.UPDATE_SNAPSHOTS);

async function compare(page, name) {
  const file = new URL(`${name}.aria.yml`, FOLDER);
  const now = `${await page.locator('body').ariaSnapshot()}\n`;
  if (UPDATE) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, now);
    return;
  }
  assert.ok(existsSync(file), `no snapshot ${name}.aria.yml yet: accept one with UPDATE_SNAPSHOTS=1`);
  assert.deepEqual(now.split('\n'), readFileSync(file, 'utf8').split('\n'));
}

for (const [name, path] of Object.entries(PAGES)) {
  test(`the accessibility tree of ${name} is the accepted one`, async (visit) => {
    await compare(await visit.open(path), name);
  });
}

test('the accessibility tree of the workbench with sample data is the accepted one', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await openSample(page);
  await settled(page);
  const file = new URL('insights-sample.aria.yml', FOLDER);
  // How long reading took is said on the page, and differs from run to run.
  const steady = (text) => text.replace(/[\d.,]+ (ms|s|MB\/s|rows\/s)\b/g, 'N $1');
  const now = `${steady(await page.locator('main').ariaSnapshot())}\n`;
  if (UPDATE) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, now);
    return;
  }
  assert.ok(existsSync(file), 'no snapshot insights-sample.aria.yml yet: accept one with UPDATE_SNAPSHOTS=1');
  assert.deepEqual(now.split('\n'), readFileSync(file, 'utf8').split('\n'));
});
