// Measures DuckDB-Wasm on the same files in the same browser: its own page on a server of its own,
// without any policy in its way. The route is the best it has: the file registered through the
// browser's reader, columns given with their types so that nothing is guessed.

import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { spread, watchMemory, withBrowser } from './browser.mjs';
import { checkRows } from './exact.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** Bundles the comparison pages and serves them; answers address, shipped bytes and an end. */
export async function servePeers() {
  const folder = mkdtempSync(join(tmpdir(), 'dsos-peers-'));
  const here = (name) => new URL(name, import.meta.url).pathname;
  await build({
    entryPoints: [here('peers/duckdb-page.js'), here('peers/uplot-page.js')],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'error',
  });
  const dist = join(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm'), '..');
  const files = {
    '/duckdb-page.js': join(folder, 'duckdb-page.js'),
    '/uplot-page.js': join(folder, 'uplot-page.js'),
    '/duckdb-worker.js': join(dist, 'duckdb-browser-eh.worker.js'),
    '/duckdb.wasm': join(dist, 'duckdb-eh.wasm'),
  };
  const shell = (script) => `<!doctype html><meta charset="utf-8"><title>peer</title><input type="file"><script type="module" src="${script}"></script>`;
  const pages = { '/duckdb': shell('/duckdb-page.js'), '/uplot': shell('/uplot-page.js'), '/plain': '<!doctype html><input type="file">' };
  const server = http.createServer((request, answer) => {
    if (pages[request.url]) {
      answer.writeHead(200, { 'content-type': 'text/html' });
      return answer.end(pages[request.url]);
    }
    const path = files[request.url];
    if (!path) {
      answer.writeHead(404);
      return answer.end();
    }
    answer.writeHead(200, { 'content-type': TYPES[extname(path)], 'content-length': statSync(path).size });
    return createReadStream(path).pipe(answer);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    /** Compressed as a careful site would. Slow: about a minute. */
    shippedBytes: () =>
      ['/duckdb-page.js', '/duckdb-worker.js', '/duckdb.wasm']
        .map((name) => brotliCompressSync(readFileSync(files[name])).length)
        .reduce((sum, bytes) => sum + bytes),
    close: () => {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Start, reading, memory and a filter change; every answer checked. */
export async function measureDuckdb(address, file, runs) {
  const all = { start: [], read: [], load: [], filter: [], peakPss: [], peakRss: [] };
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser, pid) => {
      const page = await (await browser.newContext()).newPage();
      const began = Date.now();
      await page.goto(`${address}/duckdb`);
      await page.waitForFunction(() => window.peer?.ready);
      all.start.push(Date.now() - began);
      await page.locator('input').setInputFiles(file.path);
      // Straight from the file: the fastest first answer.
      const direct = await page.evaluate(() => window.peer.direct());
      checkRows(direct.rows, file.expected);
      all.read.push(direct.milliseconds);
    });
    // Into memory first: what filters need. In a browser of its own, for its memory.
    await withBrowser(async (browser, pid) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${address}/duckdb`);
      await page.waitForFunction(() => window.peer?.ready);
      await page.locator('input').setInputFiles(file.path);
      const stop = watchMemory(pid);
      const loaded = await page.evaluate(() => window.peer.load());
      checkRows(loaded.rows, file.expected);
      all.load.push(loaded.milliseconds);
      for (const country of ['US', 'DE', 'CN', 'FR']) {
        all.filter.push(await page.evaluate((country) => window.peer.filter(country), country));
      }
      const peak = stop();
      all.peakPss.push(peak.pss);
      all.peakRss.push(peak.rss);
    });
  }
  return Object.fromEntries(Object.entries(all).map(([name, numbers]) => [name, spread(numbers)]));
}

/** A compressed file straight to the answer. */
export async function measureDuckdbCompressed(address, file, runs) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${address}/duckdb`);
      await page.waitForFunction(() => window.peer?.ready);
      await page.locator('input').setInputFiles(file.path);
      const direct = await page.evaluate(() => window.peer.direct());
      checkRows(direct.rows, file.expected);
      times.push(direct.milliseconds);
    });
  }
  return spread(times);
}

/** Decompression alone, in a bare page: the floor for compressed files. */
export async function measureDecompression(address, file, runs) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await withBrowser(async (browser) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${address}/plain`);
      await page.locator('input').setInputFiles(file.path);
      times.push(
        await page.evaluate(async () => {
          const began = performance.now();
          const [chosen] = document.querySelector('input').files;
          const reader = chosen.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
          while (!(await reader.read()).done);
          return performance.now() - began;
        }),
      );
    });
  }
  return spread(times);
}
