// Pictures of the real pages, in any state that the tests know:
//
//   node shots.mjs FOLDER [part of a state's name ...] [--themes light,dark] [--widths 360,768,1280]
//                  [--full] [--forced] [--scale 1] [--list]
//
// For looking at, and for the README. `--full` takes the whole page rather than what is in sight,
// `--forced` the system's own colors; `--list` names the states. The environment is that of run.mjs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { settled } from './bench.mjs';
import { Visit, closeBrowser } from './harness.mjs';
import { sampleForge } from './service.mjs';
import { EVERY } from './states.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    themes: { type: 'string', default: 'light,dark' },
    widths: { type: 'string', default: '360,768,1280' },
    full: { type: 'boolean', default: false },
    forced: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});
const [folder = 'shots', ...words] = positionals;
const names = Object.keys(EVERY).filter((name) => !words.length || words.some((word) => name.includes(word)));

if (values.list) {
  console.log(names.join('\n'));
} else {
  mkdirSync(folder, { recursive: true });
  await sampleForge();
  for (const name of names) {
    for (const theme of values.themes.split(',')) {
      for (const width of values.widths.split(',').map(Number)) {
        const visit = new Visit();
        const context = {
          deviceScaleFactor: Number(values.scale),
          reducedMotion: 'reduce',
          ...(values.forced && { forcedColors: 'active' }),
        };
        const page = await EVERY[name](visit, { theme, width, context });
        await settled(page);
        const path = join(folder, `${name.replace(/[^a-z]+/gi, '-')}-${width}-${theme}.png`);
        await page.screenshot({ path, fullPage: values.full });
        console.log(path);
        await visit.end();
      }
    }
  }
}
await closeBrowser();
process.exit(0);
