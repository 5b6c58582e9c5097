// Measures DuckDB-Wasm on the same files in the same browser: its own page on a server of its own,
// without any policy in its way. The route is the best it has: the file registered through the
// browser's reader, columns given with their types so that nothing is guessed.

import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { COUNTRIES, spread, spreads, watchMemory, withBrowser } from './browser.mjs';
import { checkRows } from './exact.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** Bundles the pages of peers and serves them; answers address, shipped bytes and an end. */
export async function servePeers() {
  const folder = mkdtempSync(join(tmpdir(), 'dsos-peers-'));
  const here = (name) => new URL(name, import.meta.url).pathname;
  await build({
    entryPoints: [here('peers/duckdb-page.js'), here('peers/redraw-page.js')],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'error',
  });
  const dist = join(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm'), '..');
  const files = {
    '/duckdb-page.js': join(folder, 'duckdb-page.js'),
    '/redraw-page.js': join(folder, 'redraw-page.js'),
    '/redraw-page.css': join(folder, 'redraw-page.css'),
    // Our chart alone; only `cargo xtask bench` builds it.
    '/dsos-redraw.js': join(process.env.DSOS_REDRAW ?? '', 'dsos-redraw.js'),
    '/dsos-redraw_bg.wasm': join(process.env.DSOS_REDRAW ?? '', 'dsos-redraw_bg.wasm'),
    '/duckdb-worker.js': join(dist, 'duckdb-browser-eh.worker.js'),
    '/duckdb.wasm': join(dist, 'duckdb-eh.wasm'),
  };
  const shell = (body) => `<!doctype html><meta charset="utf-8"><title>peer</title>${body}`;
  const pages = {
    '/duckdb': shell('<input type="file"><script type="module" src="/duckdb-page.js"></script>'),
    '/redraw': shell(
      '<link rel="stylesheet" href="/redraw-page.css"><script type="module" src="/redraw-page.js"></script><script type="module">import start from "/dsos-redraw.js"; await start();</script>',
    ),
    '/plain': shell('<input type="file">'),
  };
  const server = http.createServer((request, answer) => {
    if (pages[request.url]) {
      answer.writeHead(200, { 'content-type': 'text/html' });
      return answer.end(pages[request.url]);
    }
    const path = files[request.url];
    if (!path || !existsSync(path)) {
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

/** Opens DuckDB's page in a browser of its own, chooses the file and hands the page to `use`. */
function withPeer(address, path, use) {
  return withBrowser(async (browser, pid) => {
    const page = await (await browser.newContext()).newPage();
    const began = Date.now();
    await page.goto(`${address}/duckdb`);
    await page.waitForFunction(() => window.peer?.ready);
    const start = Date.now() - began;
    await page.locator('input').setInputFiles(path);
    return use(page, { pid, start });
  });
}

/** Into a table first, which filters need, and changed filters; every answer checked. */
async function loadAndFilter(page, expected) {
  const loaded = await page.evaluate(() => window.peer.load());
  checkRows(loaded.rows, expected);
  const filter = [];
  for (const country of COUNTRIES) {
    const answer = await page.evaluate((country) => window.peer.filter(country), country);
    checkRows(answer.rows, expected.countries[country]);
    filter.push(answer.milliseconds);
  }
  return { load: loaded.milliseconds, filter };
}

/** Start, reading, memory and changed filters, each in a fresh browser as ours are. */
export async function measureDuckdb(address, file, runs) {
  const all = { start: [], read: [], load: [], filter: [], peakPss: [], peakRss: [] };
  for (let run = 0; run < runs; run += 1) {
    await withPeer(address, file.path, async (page, { start }) => {
      all.start.push(start);
      // Straight from the file: the fastest first answer.
      const direct = await page.evaluate(() => window.peer.direct());
      checkRows(direct.rows, file.expected);
      all.read.push(direct.milliseconds);
    });
    await withPeer(address, file.path, async (page) => {
      const { load, filter } = await loadAndFilter(page, file.expected);
      all.load.push(load);
      all.filter.push(...filter);
    });
    await withPeer(address, file.path, async (page, { pid }) => {
      const stop = watchMemory(pid);
      await loadAndFilter(page, file.expected);
      const peak = stop();
      all.peakPss.push(peak.pss);
      all.peakRss.push(peak.rss);
    });
  }
  return spreads(all);
}

/** A compressed file straight to the answer. */
export async function measureDuckdbCompressed(address, file, runs) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await withPeer(address, file.path, async (page) => {
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
