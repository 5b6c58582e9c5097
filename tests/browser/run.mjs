// Runs the browser tests: `node run.mjs [part of a file or test name ...]`.
//
// Environment: DSOS_URL (base address of the running server), DSOS_DIST (folder that it serves),
// SPLIT=0 (the app is one file), CHROMIUM and FIREFOX (the browsers), LONG=1 (the long level),
// UPDATE_SNAPSHOTS=1 (accept).
// One line a test; the last line is `N passed, N failed`.

import { readdirSync } from 'node:fs';
import { BASE, LONG, Visit, closeBrowser, takeTests } from './harness.mjs';

const TIMEOUT = 120_000;
const words = process.argv.slice(2);
const here = new URL('.', import.meta.url);

/** What failed while nobody waited for it: it belongs to the test that runs. */
let stray;
process.on('unhandledRejection', (error) => (stray ??= error));

async function takeStray() {
  // It is told once nobody can wait for it any more.
  await new Promise(setImmediate);
  const taken = stray;
  stray = undefined;
  return taken;
}

async function timed(test) {
  const visit = new Visit();
  let timer;
  const late = new Promise((_, reject) => {
    const limit = test.timeout ?? TIMEOUT;
    timer = setTimeout(() => reject(new Error(`no end within ${limit / 1000} s`)), limit);
  });
  let failure;
  try {
    await Promise.race([test.body(visit), late]);
  } catch (error) {
    failure = error;
  }
  clearTimeout(timer);
  try {
    await visit.end();
  } catch (error) {
    // What the page complained about is often why the test came to nothing.
    if (failure) failure.message += `\n${error.message}`;
    else failure = error;
  }
  // Taken in any case: of a test that failed it would fail the next one.
  const left = await takeStray();
  return failure ?? left;
}

let [passed, failed] = [0, 0];

try {
  await fetch(BASE);
} catch {
  console.log(`No server answers at ${BASE}: start one and name its address in DSOS_URL.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
  await import(new URL(file, here));
  for (const test of takeTests()) {
    const title = `${file.replace('.test.mjs', '')}: ${test.name}`;
    if (test.long && !LONG) continue;
    if (words.length && !words.some((word) => title.includes(word))) continue;
    const begin = performance.now();
    const failure = await timed(test);
    const duration = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
    if (failure) {
      failed += 1;
      const text = failure.message ?? String(failure);
      console.log(`FAILED ${title} (${duration})\n    ${text.slice(0, 4000).replaceAll('\n', '\n    ')}`);
      const place = failure.stack?.match(/[\w-]+\.test\.mjs:\d+/)?.[0];
      if (place) console.log(`    at ${place}`);
    } else {
      passed += 1;
      console.log(`ok     ${title} (${duration})`);
    }
  }
}

await closeBrowser();
const late = await takeStray();
if (late) {
  failed += 1;
  console.log(`FAILED after all of them\n    ${String(late.stack ?? late).slice(0, 4000).replaceAll('\n', '\n    ')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
