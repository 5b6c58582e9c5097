// The states that the pages can be in, for what must hold in every one of them.

import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGES, SPLIT, openSample } from './harness.mjs';
import { file, fixture, rows } from './exports.mjs';
import { NAMESPACES } from './namespaces.mjs';
import { PULLS } from './pulls.mjs';
import { REGISTRIES } from './registries.mjs';
import { SERVICE } from './service.mjs';
import { beginExport, exportEnds, hold, input, look, open, options, says, settled, watchful, workers } from './bench.mjs';

const raw = () => fixture('raw', '--rows', 20_000);
const head = () => `${raw().toString().split('\n')[0]}\n`;
/** Some of the rows that are open: they overlap. */
const part = () => head() + rows(raw()).slice(0, 3000).map((row) => row.text).join('');
const LOST = [/Failed to load resource/, /Failed to fetch/];

let folder;
/** A file of its own on the disk. */
function onDisk(name, content) {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), 'dsos-states-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function openRaw(page) {
  await open(page, file('raw.csv', raw()));
  await page.locator('#export').getByRole('radio', { name: /^Raw/ }).waitFor();
}

/** Has one of the readers die. */
export async function crash(page) {
  const [reader] = await workers(page, 'reader');
  await reader.evaluate(() => void setTimeout(() => { throw new Error('crash'); }));
  await page.getByRole('alert').getByText('The part that reads files stopped.').first().waitFor();
}

/**
 * Every state of the workbench: `name`, `query` (what the address says), `reach` (how a page that
 * is open gets there), and more options of `Visit.open`.
 */
export const WORKBENCH = [
  { name: 'sample data', reach: openSample },
  {
    name: 'filters and the table',
    query: '?form=table&filter=country%3AUS&filter=!client%3Acurl&filter=tag%3A&compare=before&from=2026-08-01&to=2026-09-30',
    reach: openSample,
  },
  { name: 'lines, both counted, compared with a year earlier', query: '?form=lines&count=both&compare=year', reach: openSample },
  {
    name: 'a tooltip',
    query: '?compare=before&span=3m',
    reach: async (page) => {
      await openSample(page);
      await page.getByRole('application').focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowUp', 'Shift+ArrowRight']) await page.keyboard.press(key);
      await page.locator('.chart .tip').waitFor({ state: 'attached' });
    },
  },
  {
    name: 'while a file is read',
    reach: async (page) => {
      await openRaw(page);
      await hold(page);
      await input(page).setInputFiles(file('more.csv', fixture('raw', '--rows', 60_000, '--seed', 3, '--first-day', '2025-01-06')));
      await says(page, 'more.csv', /Reading/);
      await page.getByRole('progressbar', { name: 'Reading files' }).waitFor();
    },
  },
  {
    name: 'the first file is read',
    reach: async (page) => {
      await hold(page, 0);
      await input(page).setInputFiles(file('raw.csv', raw()));
      await says(page, 'raw.csv', /Reading/);
    },
  },
  {
    name: 'files that do not count',
    reach: async (page) => {
      await openRaw(page);
      const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500, 7)]);
      const files = {
        'part.csv': [part(), /Not counted yet/],
        'summary.csv': [fixture('summary', '--rows', 20_000), /Left aside/],
        'again.csv': [raw(), /Open already/],
        'logo.png': [picture, /It is a picture/],
        'other.csv': ['name,age\nAda,36\n', /columns are missing/],
        'empty.csv': ['', /The file is empty/],
      };
      await input(page).setInputFiles(Object.entries(files).map(([name, [content]]) => file(name, content)));
      for (const [name, [, said]] of Object.entries(files)) await says(page, name, said);
      const large = onDisk('large.csv', raw());
      truncateSync(large, 20e9);
      await input(page).setInputFiles(large);
      await says(page, 'large.csv', /Too large/);
      rmSync(large);
    },
  },
  {
    name: 'rows that are skipped',
    reach: async (page) => {
      const bad = Array.from({ length: 40 }, (_, at) => `pull_by_tag,2026-08-24,${at}\n`).join('');
      await open(page, file('raw.csv', raw().toString() + bad));
      await page.locator('details', { hasText: '40 rows' }).locator('summary').click();
      await page.locator('.skips li').first().waitFor();
    },
  },
  {
    name: 'a summary, which has no days',
    reach: async (page) => {
      await input(page).setInputFiles(file('summary.csv', fixture('summary', '--rows', 3000)));
      await page.getByText('No chart over time').waitFor();
      await page.locator('#export').getByRole('radio').first().waitFor();
    },
  },
  {
    name: 'trends',
    query: '?form=lines',
    reach: (page) => open(page, file('trends.csv', fixture('trends', '--rows', 3000))),
  },
  {
    name: 'nothing matches',
    query: '?filter=country%3AXX&form=table',
    reach: async (page) => {
      await openRaw(page);
      await page.getByText('Nothing to draw').waitFor();
    },
  },
  {
    name: 'a search that finds nothing',
    reach: async (page) => {
      await openRaw(page);
      await page.getByRole('searchbox', { name: 'Search tags' }).fill('no such tag');
      await page.getByText('Nothing matches.').waitFor();
    },
  },
  { name: 'a link without its file', query: '?filter=country%3ADE&by=month', reach: (page) => page.getByText('Open the file to see this view').waitFor() },
  {
    name: 'an export is under way',
    prepare: options.prepare,
    reach: async (page) => {
      await openRaw(page);
      await hold(page, 0);
      await beginExport(page, /^Raw/);
      await page.getByRole('progressbar', { name: 'Exporting' }).waitFor();
    },
  },
  {
    name: 'an export failed',
    prepare: options.prepare,
    reach: async (page) => {
      const path = onDisk('moving.csv', raw());
      await open(page, path);
      await page.locator('#export').getByRole('radio', { name: /^Raw/ }).waitFor();
      appendFileSync(path, 'more');
      await beginExport(page, /^Raw/);
      await exportEnds(page, /^The opened file was changed/);
    },
  },
  {
    name: 'the workers died',
    expect: [/crash/],
    reach: async (page) => {
      await openRaw(page);
      await crash(page);
    },
  },
  {
    name: 'the workers never started',
    expect: LOST,
    prepare: (page) => page.route('**/pulls-worker*/*', (route) => route.abort()),
    reach: (page) => page.getByRole('alert').getByText(/did not start/).waitFor(),
  },
  {
    name: 'a new version is out',
    ...watchful(() => 'another'),
    reach: async (page) => {
      await openSample(page);
      await look(page);
      await page.getByText('A new version is out.').waitFor();
    },
  },
  // A build in one file has nothing left to lose.
  ...(SPLIT
    ? [
        {
          name: 'a part of the workers was lost',
          expect: LOST,
          prepare: (page) => page.route('**/pulls-worker*/split-late-*.wasm', (route) => route.abort()),
          reach: async (page) => {
            await open(page, file('raw.csv', raw()));
            await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
          },
        },
        {
          name: 'a part of it was lost',
          expect: LOST,
          prepare: (page) => page.route('**/split-*.wasm', (route) => route.abort()),
          reach: async (page) => {
            await input(page).setInputFiles(file('raw.csv', raw()));
            await page.getByRole('button', { name: 'Load it again' }).waitFor();
          },
        },
      ]
    : []),
];

/** Opens the workbench in one of its states. */
export async function reach(visit, { query = '', prepare, expect, reach }, more = {}) {
  const page = await visit.open(PAGES.insights + query, { ...more, prepare, expect });
  await reach(page);
  await settled(page);
  return page;
}

/** Opens a page of the program, in a state of it. */
const at = (path, act = () => {}, options = {}) => async (visit, more) => {
  const page = await visit.open(path, { ...options, ...more });
  await act(page);
  return page;
};

/** Every state of every page, by name: how a visit gets there, with more options of `Visit.open`. */
export const EVERY = {
  ...Object.fromEntries(Object.entries(PAGES).map(([name, path]) => [name, at(path)])),
  'program, every question open': at(PAGES.program, (page) => page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)))),
  'program, which did not start': at(PAGES.program, (page) => page.getByRole('button', { name: 'Load the page again' }).waitFor(), {
    mounted: false,
    expect: [/./],
    prepare: (page) => page.route('**/*.wasm', (route) => route.abort()),
  }),
  ...Object.fromEntries([...NAMESPACES, ...SERVICE, ...REGISTRIES, ...PULLS].map((state) => [state.name, state.reach])),
  ...Object.fromEntries(WORKBENCH.map((state) => [`insights, ${state.name}`, (visit, more) => reach(visit, state, more)])),
};
