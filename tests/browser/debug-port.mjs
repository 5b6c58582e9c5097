// A browser of one's own that listens on a debugging port: for Lighthouse, which brings its own
// driver.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './harness.mjs';
import { removeProfile } from './profile.mjs';

/** Starts Chromium, calls `use` with the port, and ends the browser. */
export async function withDebugPort(use) {
  const profile = mkdtempSync(join(tmpdir(), 'dsos-chromium-'));
  const child = spawn(
    CHROMIUM,
    [...CHROMIUM_ARGUMENTS, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    return await use(await listening(child));
  } finally {
    child.kill();
    await ended;
    removeProfile(profile);
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (piece) => {
      said += piece;
      const port = said.match(/DevTools listening on ws:\/\/[^:]+:(\d+)/)?.[1];
      if (port) resolve(Number(port));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the browser ended: ${said.slice(-500)}`)));
  });
}
