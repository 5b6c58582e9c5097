// The page of the registries that report pulls, and the states it can be in.

import { away, unanswered } from './namespaces.mjs';
import { staff } from './service.mjs';

const LIST = '**/api/v1/registries';
const MINUTE_MS = 60_000;

/** A moment so many minutes ago. */
export const ago = (minutes) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

/** A registry that reports, as the API tells of it. */
export const registry = (more) => ({
  id: 1,
  name: 'hub',
  kind: 'distribution',
  namespaces: ['kelpworks'],
  added_at: ago(40 * 1440),
  last_at: ago(2.5),
  hours: Array.from({ length: 24 }, (_, at) => at * 10),
  passed_over: 0,
  set_aside: 0,
  kept_aside: more?.set_aside ?? 0,
  waits_since: null,
  ...more,
});

/** What the API answers with these registries. */
export const reporting = (registries, more) => ({
  registries,
  waiting_events: 0,
  halt: null,
  waiting_bytes: 0,
  most_waiting_bytes: 10_000_000_000,
  countries: '2026-11-01T00:00:00Z',
  networks: null,
  ...more,
});

/** Has the page be of these registries; `answer` gives what is answered by now. */
export const registriesAre = (answer) => (page) =>
  page.route(LIST, (route) => (route.request().method() === 'GET' ? route.fulfill({ json: answer() }) : route.fallback()));

/** What was set aside, as the API tells of it. */
export const ASIDE = [
  {
    at: ago(12.5),
    why: 'This registry may not report the namespace tidal: add it to the registry’s list, if it may.',
    sent: JSON.stringify({ id: 'c', action: 'pull', target: { repository: 'tidal/web', digest: `sha256:${'0a'.repeat(32)}` }, request: { method: 'GET', useragent: '<b>skopeo</b>' } }),
  },
  { at: ago(90.5), why: 'The body is no JSON.', sent: '{"events": [' },
];

/** Has these be what was set aside, of whichever registry. */
export const asidesAre = (answer) => (page) => page.route('**/api/v1/registries/*/set-aside', (route) => route.fulfill({ json: answer() }));

/** Opens the page as somebody of staff. */
export const registriesPage = async (visit, more = {}) => visit.open('/registries', { ...more, context: { ...more.context, storageState: await staff() } });

/** The lines of a registry in the table, by its name. */
export const lines = (page, name) => page.locator('tbody', { has: page.getByRole('rowheader', { name: new RegExp(`^${name}\\b`) }) });

/** The block with the configuration of a registry, as long as it is shown. */
export const shownOnce = (page, name) => page.getByRole('region', { name: `What to put into ${name}` });

/** Registries in each way that a line can be; made when they are asked for, since they tell how long ago things were. */
const everyLine = () => [
  registry({ passed_over: 12_345, set_aside: 2, namespaces: ['kelpworks', 'tidal.works', 'moss-db', 'sandpiper', 'driftgrid', 'tidepool', `${'long-'.repeat(20)}name`] }),
  registry({ id: 2, name: 'Registry of the harbor, in the basement', kind: 'harbor', waits_since: ago(20.5) }),
  registry({ id: 3, name: 'never', last_at: null, hours: Array(24).fill(0), added_at: ago(180.5), kept_aside: 12, namespaces: ['mossdb', 'lanternfs'] }),
  registry({ id: 4, name: 'new', kind: 'harbor', last_at: null, hours: Array(24).fill(0), added_at: ago(3.5), waits_since: ago(1.5) }),
];

const of = (answer, ...rest) => ({
  prepare: async (page) => {
    await registriesAre(() => answer)(page);
    for (const prepare of rest) await prepare(page);
  },
});

/** Every state: `name`, and `reach`, which opens it with more options of `Visit.open`. */
export const REGISTRIES = [
  {
    name: 'registries, for a stranger',
    reach: async (visit, more) => {
      const page = await visit.open('/registries', { ...more, expect: [/status of 401/] });
      await page.getByRole('heading', { level: 1, name: 'Sign in to see the registries' }).waitFor();
      return page;
    },
  },
  {
    name: 'registries, while it loads',
    reach: async (visit, more) => {
      const page = await registriesPage(visit, { ...more, prepare: unanswered(LIST) });
      await page.getByText('It is being read from the server.').waitFor();
      return page;
    },
  },
  {
    name: 'registries, the service away',
    reach: async (visit, more) => {
      const page = await registriesPage(visit, { ...more, expect: [/ERR_FAILED/], prepare: away(LIST) });
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      return page;
    },
  },
  {
    name: 'registries, none yet',
    reach: async (visit, more) => {
      const page = await registriesPage(visit, { ...more, ...of(reporting([])) });
      await page.getByText('No registry reports yet').waitFor();
      return page;
    },
  },
  {
    name: 'registries, every kind of line, what is folded open',
    reach: async (visit, more) => {
      const figures = reporting(everyLine(), { waiting_bytes: 320_000_000, networks: '2026-10-01T00:00:00Z', countries: null });
      const page = await registriesPage(visit, { ...more, ...of(figures, asidesAre(() => ASIDE)) });
      await page.getByRole('button', { name: /set aside: show what hub sent/ }).click();
      await page.getByText('The body is no JSON.').waitFor();
      await page.getByText('and 3 more').click();
      await page.getByRole('button', { name: 'Remove: never' }).click();
      await page.getByRole('button', { name: 'Remove it' }).waitFor();
      return page;
    },
  },
  {
    name: 'registries, what one may report is being changed',
    reach: async (visit, more) => {
      const page = await registriesPage(visit, { ...more, ...of(reporting([registry({ kept_aside: 3 }), registry({ id: 2, name: 'other' })])) });
      await page.getByRole('button', { name: 'Change what hub may report' }).click();
      await page.getByRole('textbox', { name: 'May report', exact: true }).fill('kelpworks Tidal');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('“Tidal”:').waitFor();
      return page;
    },
  },
  {
    name: 'registries, with errors',
    reach: async (visit, more) => {
      const page = await registriesPage(visit, { ...more, ...of(reporting([registry()])) });
      await page.getByRole('textbox', { name: 'Namespaces that it may report' }).fill('kelpworks Tidal');
      await page.getByRole('button', { name: 'Add the registry' }).click();
      await page.getByText('“Tidal”:').waitFor();
      return page;
    },
  },
  {
    name: 'registries, what is shown once',
    reach: async (visit, more) => {
      const text = `notifications:\n  endpoints:\n    - name: dsos\n      url: https://dsos.example/events/distribution\n      headers:\n        Authorization: [Bearer dsos_reg_${'x'.repeat(43)}]`;
      const token = (page) => page.route('**/api/v1/registries/1/token', (route) => route.fulfill({ json: { id: 1, text } }));
      const page = await registriesPage(visit, { ...more, ...of(reporting([registry()]), token) });
      await page.getByRole('button', { name: 'New token: hub' }).click();
      await page.getByRole('button', { name: 'Make a new token' }).click();
      await shownOnce(page, 'hub').waitFor();
      return page;
    },
  },
];
