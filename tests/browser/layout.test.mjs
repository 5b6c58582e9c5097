// Every width and the keyboard's way, on every page and in the states of the workbench.

import { BASE, PAGES, assert, mounted, test } from './harness.mjs';
import { NAMESPACES } from './namespaces.mjs';
import { REGISTRIES } from './registries.mjs';
import { SERVICE } from './service.mjs';
import { WORKBENCH, reach } from './states.mjs';

const WIDTHS = [320, 360, 768, 1280, 1920];
/** States in which most of the page is there; the others are for the long level. */
const USUAL = ['filters and the table', 'lines, both counted, compared with a year earlier', 'files that do not count', 'while a file is read'];
/** The same of the pages about namespaces. */
const SEEN = ['explore, everything chosen', 'namespace, hard words', 'namespace, for its maintainers', 'verify, taken back', 'membership, a page being written'];
const calm = { context: { reducedMotion: 'reduce' } };

async function fits(page) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator('details.fold').evaluateAll((all) => all.forEach((one) => (one.open = true)));
    const { room, wide, narrow } = await page.evaluate(() => {
      const words = (one) => [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join(' ');
      const inside = (one) => one.closest('.scroll-x, .sr') === null;
      return {
        room: document.documentElement.scrollWidth - innerWidth,
        // What stands out is cut off or makes the page scroll.
        wide: [...document.querySelectorAll('main *, header *, footer *')]
          .filter((one) => inside(one) && one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 100)),
        // A sentence in a column of two words was put into the wrong one.
        narrow: [...document.querySelectorAll('main :is(p, li, dd, h1, h2, h3, small)')]
          .filter((one) => inside(one) && one.checkVisibility() && words(one).length > 40 && one.clientWidth && one.clientWidth < 120)
          .map((one) => one.outerHTML.slice(0, 100)),
      };
    });
    assert.deepEqual(narrow, [], `squeezed at ${width} px`);
    assert.ok(room <= 0, `${room} px too wide at ${width} px: ${wide[0]}`);
    assert.deepEqual(wide, [], `stands out at ${width} px`);
  }
}

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name}: fits every width without scrolling sideways`, async (visit) => fits(await visit.open(path)));
}
for (const state of [...NAMESPACES, ...SERVICE, ...REGISTRIES]) {
  test(`${state.name}: fits every width without scrolling sideways`, async (visit) => fits(await state.reach(visit, calm)));
}
for (const state of WORKBENCH) {
  test(`insights, ${state.name}: fits every width without scrolling sideways`, { long: !USUAL.includes(state.name) }, async (visit) => {
    await fits(await reach(visit, state, calm));
  });
}

/** Runs in the page: notes where the focus is, and how that looks. */
function visitFocus() {
  const looks = (element) =>
    // A styled radio, checkbox or file input may show its focus on the label around it.
    [element, element.closest('label'), element.nextElementSibling, element.parentElement].filter(Boolean).map((one) => {
      const style = getComputedStyle(one);
      const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 ? `${style.outlineWidth} ${style.outlineColor}` : '';
      const shadow = style.boxShadow === 'none' ? '' : style.boxShadow;
      return outline || shadow;
    });
  window.stops ??= [];
  const last = window.stops.at(-1);
  const element = document.activeElement;
  if (element !== last?.element && last) last.rest = looks(last.element);
  if (!element || element === document.body || window.stops.some((stop) => stop.element === element && stop !== last)) return false;
  // The parts of a date are stops of one element.
  if (element === last?.element) return true;
  const box = (element.closest('label') ?? element).getBoundingClientRect();
  const inSight = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  window.stops.push({ element, inSight, focus: looks(element), what: element.outerHTML.slice(0, 120) });
  return true;
}

/** Goes through the page by Tab; gives back the names of the stops. */
async function tabThrough(page) {
  await page.evaluate(() => {
    window.stops = [];
    // Tab goes on from what was last used; from the body it begins at the beginning.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  for (let step = 0; step < 400; step += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate(visitFocus))) break;
    assert.ok(step < 399, 'Tab comes to an end');
  }
  const stops = await page.evaluate(() =>
    window.stops.map(({ element, inSight, focus, rest, what }, at) => ({
      what,
      inSight,
      // Visible, and only there while the focus is.
      isShown: focus.some((look, place) => look && look !== rest?.[place]),
      isAfter: at === 0 || Boolean(window.stops[at - 1].element.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
      name: element.getAttribute('aria-label') ?? element.textContent.trim(),
    })),
  );
  const broken = (rule) => stops.filter((stop) => !stop[rule]).map((stop) => stop.what);
  assert.deepEqual(broken('isShown'), [], 'focus is visible');
  assert.deepEqual(broken('inSight'), [], 'what has the focus is in sight');
  assert.deepEqual(broken('isAfter'), [], 'in the order of the document');
  return stops.map((stop) => stop.name);
}

test('keyboard: the skip link comes first, and Tab visits everything in order with a visible focus', async (visit) => {
  for (const path of Object.values(PAGES)) {
    const page = await visit.open(path, calm);
    await page.keyboard.press('Tab');
    const skip = page.locator(':focus');
    assert.equal(await skip.innerText(), 'Skip to content');
    const box = await skip.boundingBox();
    assert.ok(box.y >= 0 && box.x >= 0 && box.height > 10, 'the skip link is in sight');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await page.goto(BASE + path);
    await mounted(page);
    assert.ok((await tabThrough(page)).length > 5, path);
  }
});

/** Every element that a pointer could use, by its accessible order: none is out of the keyboard's reach. */
const usable = (page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')];
    const grouped = (one) => one.type === 'radio' && !one.checked;
    return all.filter((one) => !one.disabled && !grouped(one) && one.checkVisibility()).length;
  });

// What floats closes when the focus begins elsewhere (`namespace.test.mjs`).
for (const state of NAMESPACES.filter(({ name }) => !['namespace, what the badge means', 'namespace, in grace'].includes(name))) {
  test(`keyboard: everything can be reached, ${state.name}`, { long: !SEEN.includes(state.name) }, async (visit) => {
    for (const width of [1280, 360]) {
      const names = await tabThrough(await state.reach(visit, { ...calm, width }));
      assert.ok(names.includes('Skip to content') && names.length > 8, `${width} px: ${names.join(' | ')}`);
    }
  });
}

for (const state of WORKBENCH) {
  test(`keyboard: everything can be reached, ${state.name}`, { long: !USUAL.includes(state.name), timeout: 180_000 }, async (visit) => {
    for (const width of [1280, 360]) {
      const page = await reach(visit, state, { ...calm, width });
      const names = await tabThrough(page);
      assert.equal(names.length, await usable(page), `${width} px: ${names.join(' | ')}`);
      assert.equal(names[0], 'Skip to content');
      if (state.name !== 'filters and the table') continue;
      for (const name of [/^Remove filter: country is/, /^Figures of the chart$/, /^Table of rows$/, /^Share/, /^Search tags$/, /^Download$/]) {
        assert.ok(names.some((found) => name.test(found)), `${name} among ${names.join(' | ')}`);
      }
    }
  });
}
