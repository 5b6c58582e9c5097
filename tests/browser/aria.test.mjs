// What assistive technology is told, as text in `snapshots/`. A change is accepted with
// UPDATE_SNAPSHOTS=1 and read in review like any other.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PAGES, assert, openSample, test } from './harness.mjs';
import { settled } from './bench.mjs';
import { NAMESPACES } from './namespaces.mjs';
import { REGISTRIES } from './registries.mjs';
import { SERVICE } from './service.mjs';

const FOLDER = new URL('snapshots/', import.meta.url);
const UPDATE = Boolean(process.env.UPDATE_SNAPSHOTS);

/** Holds a tree, as text, against the accepted one of that name. */
function hold(name, now) {
  const file = new URL(`${name}.aria.yml`, FOLDER);
  if (UPDATE) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, now);
    return;
  }
  assert.ok(existsSync(file), `no snapshot ${name}.aria.yml yet: accept one with UPDATE_SNAPSHOTS=1`);
  assert.deepEqual(now.split('\n'), readFileSync(file, 'utf8').split('\n'));
}

async function compare(page, name) {
  hold(name, `${await page.locator('body').ariaSnapshot()}\n`);
}

/** What differs from run to run on the pages of the service: names, numbers, days, times, keys. */
const steadyService = (text) =>
  text
    .replace(/kelp-[a-z0-9]+-\d+/g, 'NAMESPACE')
    .replace(/\b20\d\d-\d{4}\b/g, 'NUMBER')
    .replace(/dsos-verify-\w+|dsos_pat_[\w-]+|…[\w-]{4}(?=, may)/g, 'TOKEN')
    .replace(/eyJ[\w.-]+/g, 'CREDENTIAL')
    .replace(/\bkey (?!of-the-tests)[\w-]{12}(?!\w)/g, 'key KEY')
    .replace(/\bin [\d,]+\sms\b/g, 'in N ms')
    .replace(/(names our key\n *- code: )\S+/g, '$1KEY')
    .replace(/(img "To scale: [^"]*"'?):.*$/gm, '$1')
    .replace(/\bentry \d+/g, 'entry N')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\/(applications|review)\/[a-z0-9]{12}(#[\w-]{43})?/g, '/$1/ID')
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4}(, \d\d:\d\d UTC)?/g, 'DAY')
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b/g, 'MONTH')
    .replace(/\b127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b/g, 'DAY')
    .replace(/\b\d\d:\d\d UTC/g, 'TIME')
    .replace(/\b\d{4}-\d\d-\d\d\b/g, 'DATE')
    .replace(/\b(\d+ (sec\.|min\.|hr\.|days?) ago|yesterday|now)\b/g, 'AGO')
    .replace(/(Oldest first|Waiting for applicants) \d+/g, '$1 N')
    .replace(/\d+ of \d+ waiting/g, 'N of N waiting')
    .replace(/\bin \d+ days?\b/g, 'in N days')
    .replace(/\b\d+ days are left/g, 'N days are left');

for (const [name, path] of Object.entries(PAGES)) {
  test(`the accessibility tree of ${name} is the accepted one`, async (visit) => {
    await compare(await visit.open(path), name);
  });
}

test('the accessibility tree of the workbench with sample data is the accepted one', async (visit) => {
  const page = await visit.open(PAGES.insights);
  await openSample(page);
  // Its parts come from a worker, one after the other.
  await page.locator('#export').getByRole('radio').first().waitFor();
  await page.getByRole('row', { name: /pull_by_digest/ }).first().waitFor();
  await settled(page, 1_000);
  // How long reading took is said on the page, and differs from run to run.
  const steady = (text) => text.replace(/[\d.,]+ (ms|s|MB\/s|rows\/s)\b/g, 'N $1');
  hold('insights-sample', `${steady(await page.locator('main').ariaSnapshot())}\n`);
});

// Lists that grow with every test that applied before are left out.
const GROWING = ['review, what waits', 'review, an application being read', 'review, the mail before it goes out', 'review, decided with a reason on record'];

// Those of namespaces come first: later ones bring more of them into the program.
for (const { name, reach } of [...NAMESPACES, ...SERVICE, ...REGISTRIES]) {
  test(`the accessibility tree of ${name} is the accepted one`, async (visit) => {
    const page = await reach(visit, {});
    await settled(page);
    const whole = page.locator('main');
    if (GROWING.includes(name)) await page.locator('.side[aria-labelledby="queue-heading"] ul').evaluateAll((all) => all.forEach((list) => list.replaceChildren()));
    // Of many lines a few are enough.
    await whole.locator('table.listed tr:nth-child(n + 7)').evaluateAll((all) => all.forEach((line) => line.remove()));
    hold(`${NAMESPACES.some((one) => one.name === name) ? '' : 'service-'}${name.replace(/[^a-z]+/g, '-')}`, `${steadyService(await whole.ariaSnapshot())}\n`);
  });
}
