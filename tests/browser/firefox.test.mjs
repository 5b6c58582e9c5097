// A smoke test in Firefox ESR: both pages mount, the sample data and a file of one's own are read,
// nothing is complained about and nothing is asked of anyone else.

import { readFileSync } from 'node:fs';
import { BASE, PAGES, assert, test } from './harness.mjs';
import { fixturePath, pulls, rows } from './exports.mjs';
import { FIREFOX, Firefox } from './firefox.mjs';

const MOUNTED = "!document.getElementById('boot') && document.querySelector('#app h1') !== null";

// Where there is no Firefox the command that calls these tests says so.
if (FIREFOX) test('Firefox shows every page, reads the sample data, and counts a file', { timeout: 180_000 }, smoke);

async function smoke() {
  const firefox = await Firefox.start();
  try {
    for (const [name, path] of Object.entries(PAGES)) {
      await firefox.go(BASE + path);
      await firefox.until(MOUNTED);
      assert.ok((await firefox.value('document.querySelector("h1").textContent')).length > 5, name);
    }
    await firefox.go(BASE + PAGES.program);
    await firefox.until(MOUNTED);
    await firefox.value(`document.querySelector('.top a[href="/insights"]').click()`);
    await firefox.until("location.pathname === '/insights' && document.activeElement.localName === 'h1'");
    await firefox.value(
      "[...document.querySelectorAll('main button')].find((button) => /sample/i.test(button.textContent)).click()",
    );
    await firefox.until("performance.getEntriesByName('dsos:complete').length > 0", 60_000);
    const painted = await firefox.value(`(() => {
      const canvas = document.querySelector('main canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const colors = new Set();
      for (let at = 0; at < data.length; at += 4) colors.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
      return colors.size;
    })()`);
    assert.ok(painted > 5, `${painted} colors in the chart`);

    await firefox.go(BASE + PAGES.insights);
    await firefox.until(MOUNTED);
    const path = fixturePath('raw', '--rows', 5000);
    await firefox.choose('input[type=file]', path);
    await firefox.until("performance.getEntriesByName('dsos:complete').length > 0", 60_000);
    const pulled = "document.querySelector('.totals dd')?.firstChild.textContent.replace(/[^0-9]/g, '')";
    const all = rows(readFileSync(path));
    await firefox.until(`${pulled} === '${pulls(all)}'`);
    // A filter is answered, too.
    await firefox.value(`[...document.querySelectorAll('[aria-label="Countries"] li button')].find((button) => button.textContent === 'Germany').click()`);
    await firefox.until(`${pulled} === '${pulls(all.filter((row) => row.country === 'DE'))}'`);
    const others = firefox.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(BASE));
    assert.deepEqual(others, []);
    assert.deepEqual(firefox.errors, []);
  } finally {
    await firefox.close();
  }
}
