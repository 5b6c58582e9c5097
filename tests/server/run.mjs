// Runs the tests of the server as a process: `node run.mjs [part of a file or test name ...]`.
//
// Environment: DSOS_SERVER (the program), DSOS_DIST (the built site), DSOS_PYTHON (a Python with
// aiosmtpd, for the tests of mail), LONG=1 (the long level), SEED (repeats a run's moments).
// One line a test; the last line is `N passed, N failed`. What cannot be tested on this machine
// says so and counts as neither.

import { readdirSync } from 'node:fs';
import { DIST, LONG, LeftOut, Place, SERVER, takeTests } from './harness.mjs';

const TIMEOUT = 120_000;
const words = process.argv.slice(2);
const here = new URL('.', import.meta.url);

/** What tests have open. */
const places = new Set();

// Whoever stops the tests stops what they started, too.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await Promise.allSettled([...places].map((place) => place.end()));
    process.exit(1);
  });
}

async function timed(test) {
  const place = new Place();
  places.add(place);
  let timer;
  const late = new Promise((_, reject) => {
    const limit = test.timeout ?? TIMEOUT;
    timer = setTimeout(() => reject(new Error(`no end within ${limit / 1000} s`)), limit);
  });
  let failure;
  try {
    await Promise.race([test.body(place), late]);
  } catch (error) {
    failure = error;
  }
  clearTimeout(timer);
  try {
    await place.end();
  } catch (error) {
    failure ??= error;
  }
  places.delete(place);
  return failure;
}

let [passed, failed] = [0, 0];

for (const [name, what] of Object.entries({ DSOS_SERVER: SERVER, DSOS_DIST: DIST })) {
  if (what) continue;
  console.log(`${name} is not set: see the head of tests/server/run.mjs.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** Runs a test and says what became of it. */
async function report(title, test) {
  const begin = performance.now();
  const failure = await timed(test);
  const duration = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  if (failure instanceof LeftOut) {
    console.log(`left out ${title}: ${failure.message}`);
  } else if (failure) {
    failed += 1;
    const text = failure.message ?? String(failure);
    console.log(`FAILED ${title} (${duration})\n    ${text.slice(0, 4000).replaceAll('\n', '\n    ')}`);
    const line = failure.stack?.match(/[\w-]+\.test\.mjs:\d+/)?.[0];
    if (line) console.log(`    at ${line}`);
  } else {
    passed += 1;
    console.log(`ok     ${title} (${duration})`);
  }
}

for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
  await import(new URL(file, here));
  const together = [];
  for (const test of takeTests()) {
    const title = `${file.replace('.test.mjs', '')}: ${test.name}`;
    if (test.long && !LONG) continue;
    if (words.length && !words.some((word) => title.includes(word))) continue;
    if (test.together) together.push(() => report(title, test));
    else await report(title, test);
  }
  // They wait for clocks more than they work, so they wait side by side.
  await Promise.all(together.map((run) => run()));
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
