// A smoke test in Firefox ESR: both pages mount, the sample data and a file of one's own are read,
// nothing is complained about and nothing is asked of anyone else.

import { readFileSync } from 'node:fs';
import { BASE, LONG, PAGES, assert, test } from './harness.mjs';
import { fixturePath, pulls, rows } from './exports.mjs';
import { FIREFOX, Firefox } from './firefox.mjs';

const MOUNTED = "!document.getElementById('boot') && document.querySelector('#app h1') !== null";
const COMPLETE = "performance.getEntriesByName('dsos:complete').length > 0";
const press = (word) => `[...document.querySelectorAll('main button')].find((button) => ${word}.test(button.textContent)).click()`;
/** The first of the totals, as digits. */
const PULLED = "document.querySelector('.totals dd')?.firstChild.textContent.replace(/[^0-9]/g, '')";

// Where there is no Firefox the command that calls these tests says so.
if (FIREFOX) {
  test('Firefox shows every page, reads the sample data, and counts a file', { timeout: 180_000 }, () => within(smoke));
  test('Firefox reads a file after each of several reloads', { timeout: 240_000 }, () => within(again));
}

async function within(use) {
  const firefox = await Firefox.start();
  try {
    await use(firefox);
    const others = firefox.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(BASE));
    assert.deepEqual(others, []);
    assert.deepEqual(firefox.errors, []);
  } finally {
    await firefox.close();
  }
}

async function smoke(firefox) {
  await firefox.go(BASE + PAGES.program);
  await firefox.until(MOUNTED);
  await firefox.value(`document.querySelector('.top a[href="/insights"]').click()`);
  await firefox.until("location.pathname === '/insights' && document.activeElement.localName === 'h1'");
  await firefox.value(press('/sample/i'));
  await firefox.until(COMPLETE, 60_000);
  // Several colors are in the chart.
  await firefox.until(`(() => {
    const canvas = document.querySelector('main canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let at = 0; at < data.length; at += 4) colors.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
    return colors.size > 5;
  })()`);

  await firefox.value(press('/^Close$/'));
  await firefox.until("document.querySelector('.totals') === null");
  const all = rows(readFileSync(raw()));
  await firefox.choose('input[type=file]', raw());
  await firefox.until(`${PULLED} === '${pulls(all)}'`);
  // A filter is answered, too.
  const germany = `[...document.querySelectorAll('[aria-label="Countries"] li button')].find((button) => button.textContent === 'Germany')`;
  await firefox.until(`${germany} !== undefined`);
  await firefox.value(`${germany}.click()`);
  await firefox.until(`${PULLED} === '${pulls(all.filter((row) => row.country === 'DE'))}'`);

  for (const [name, path] of Object.entries(PAGES)) {
    await firefox.go(BASE + path);
    await firefox.until(MOUNTED);
    assert.ok((await firefox.value('document.querySelector("h1").textContent')).length > 5, name);
  }
}

const raw = () => fixturePath('raw', '--rows', 5000);

/** A worker that was started by a worker did not always come up here. */
async function again(firefox) {
  const pulled = pulls(rows(readFileSync(raw())));
  for (let time = 0; time < (LONG ? 100 : 15); time += 1) {
    await firefox.go(BASE + PAGES.insights);
    await firefox.until(MOUNTED);
    await firefox.choose('input[type=file]', raw());
    await firefox.until(`${PULLED} === '${pulled}'`, 30_000);
  }
}
