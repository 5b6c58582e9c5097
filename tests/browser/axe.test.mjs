// axe on every page and state, contrast included. Each in light on a wide screen and in dark on a
// narrow one; at the long level in every theme and width.

import { readFileSync } from 'node:fs';
import { assert, test } from './harness.mjs';
import { settled } from './bench.mjs';
import { EVERY } from './states.mjs';

const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

const THEMES = ['light', 'dark'];
const WIDTHS = [320, 360, 768, 1280, 1920];
const SHORT = [
  ['light', 1280],
  ['dark', 360],
];
const ALL = THEMES.flatMap((theme) => WIDTHS.map((width) => [theme, width]));

async function check(page, theme, width, forced) {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
  // What folds on a small screen is part of the page there, too.
  await page.locator('details.fold').evaluateAll((all) => all.forEach((one) => (one.open = true)));
  await settled(page);
  // Forced colors are the system's own; axe takes a button's former color for its color there.
  const rules = { 'color-contrast': { enabled: !forced } };
  const { violations, passes } = await page.evaluate((rules) => window.axe.run(document, { resultTypes: ['violations'], rules }), rules);
  assert.ok(passes.some((rule) => rule.id === (forced ? 'document-title' : 'color-contrast')), 'it was checked');
  assert.deepEqual(
    violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`),
    [],
    `${theme}, ${width} px`,
  );
}

for (const [name, go] of Object.entries(EVERY)) {
  const look = (where, context) => async (visit) => {
    const page = await go(visit, { context: { reducedMotion: 'reduce', ...context } });
    // Evaluated by the debugger, not injected as a script: the page's policy stays as it is.
    await page.evaluate(AXE);
    for (const [theme, width] of where) await check(page, theme, width, context?.forcedColors === 'active');
  };
  test(`no violation on ${name}`, look(SHORT));
  test(`no violation on ${name}, in every theme and width`, { long: true, timeout: 240_000 }, look(ALL));
  test(`no violation on ${name}, with forced colors`, { long: name !== 'insights, filters and the table', timeout: 240_000 }, look(SHORT, { forcedColors: 'active' }));
}
