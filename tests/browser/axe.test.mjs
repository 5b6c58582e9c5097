// axe on every page and state, contrast included, light and dark, wide and narrow.

import { readFileSync } from 'node:fs';
import { LONG, PAGES, assert, openSample, test } from './harness.mjs';

const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What a page can look like: where it is, and how it gets there. */
const STATES = [
  ...Object.entries(PAGES).map(([name, path]) => ({ name, path })),
  { name: 'insights, sample data', path: PAGES.insights, reach: openSample },
  {
    name: 'insights, a file that is not one',
    path: PAGES.insights,
    reach: async (page) => {
      const file = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a0000000d', 'hex') };
      await page.locator('input[type=file]').first().setInputFiles(file);
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'program, every question open',
    path: PAGES.program,
    reach: (page) => page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true))),
  },
];

for (const { name, path, reach } of STATES) {
  for (const theme of ['light', 'dark']) {
    for (const width of LONG ? [320, 360, 768, 1280, 1920] : [360, 1280]) {
      test(`no violation on ${name}, ${theme}, ${width} px`, async (visit) => {
        const page = await visit.open(path, { theme, width, context: { reducedMotion: 'reduce' } });
        await reach?.(page);
        // Evaluated by the debugger, not injected as a script: the page's policy stays as it is.
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        assert.ok(passes.some((rule) => rule.id === 'color-contrast'), 'contrast was checked');
        assert.deepEqual(
          violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`),
          [],
        );
      });
    }
  }
}
