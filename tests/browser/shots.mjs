// Pictures of the real pages: `node shots.mjs FOLDER [--pages program,insights] [--themes light,dark]
// [--widths 360,1280] [--sample] [--full]`. For looking at, and for the README.
//
// `--sample` opens the sample data on the insights page; `--full` takes the whole page rather
// than what is in sight.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PAGES, Visit, closeBrowser, openSample } from './harness.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string', default: Object.keys(PAGES).join() },
    themes: { type: 'string', default: 'light,dark' },
    widths: { type: 'string', default: '360,1280' },
    sample: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
  },
});
const folder = positionals[0] ?? 'shots';
mkdirSync(folder, { recursive: true });

for (const name of values.pages.split(',')) {
  for (const theme of values.themes.split(',')) {
    for (const width of values.widths.split(',').map(Number)) {
      const visit = new Visit();
      const page = await visit.open(PAGES[name], {
        theme,
        width,
        expect: [/./],
        context: { deviceScaleFactor: Number(values.scale), reducedMotion: 'reduce' },
      });
      if (values.sample && name === 'insights') {
        await openSample(page);
        await page.waitForTimeout(800);
      }
      const path = join(folder, `${name}-${width}-${theme}.png`);
      await page.screenshot({ path, fullPage: values.full });
      console.log(path);
      await visit.end();
    }
  }
}
await closeBrowser();
