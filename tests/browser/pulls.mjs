// The insights of a namespace: what its tests share with those of the workbench, and its states.

import { NAMESPACE, OWNER, member, signedIn } from './service.mjs';

export { file } from './exports.mjs';
export { becomes, breakdown, chartTable, choose, open, showAs, total } from './bench.mjs';

/** Where the insights of a namespace are. */
export const pathOf = (namespace) => `/n/${namespace}/insights`;

/** The page of a namespace, for one of its maintainers, once it shows pulls. */
export async function insights(visit, { namespace = NAMESPACE, mail = OWNER, query = '', more = {} } = {}) {
  const page = await visit.open(pathOf(namespace) + query, { ...more, context: { ...more.context, storageState: await signedIn(mail) } });
  await page.locator('.totals dd').first().waitFor();
  await page.getByRole('heading', { name: / per tag/ }).waitFor();
  await page.locator('#export').getByRole('link', { name: 'Download' }).waitFor();
  return page;
}

/** Every state: `name`, and `reach`, which opens it with more options of `Visit.open`. */
export const PULLS = [
  { name: 'insights of a namespace', reach: (visit, more) => insights(visit, { more }) },
  { name: 'insights of a namespace, as a table', reach: (visit, more) => insights(visit, { query: '?form=table&by=month&compare=before&span=3m', more }) },
  {
    name: 'insights of a namespace, for a stranger',
    reach: async (visit, more) => {
      const page = await visit.open(pathOf(NAMESPACE), { ...more, expect: [/status of 401/] });
      await page.getByRole('alert').getByText('Insights are shown to those who maintain this namespace.').waitFor();
      return page;
    },
  },
  {
    name: 'insights of a namespace, before the first pull',
    reach: async (visit, more) => {
      const { mail, namespace } = await member();
      const page = await visit.open(pathOf(namespace), { ...more, context: { ...more.context, storageState: await signedIn(mail) } });
      await page.getByRole('heading', { name: 'No pulls yet' }).waitFor();
      return page;
    },
  },
  {
    name: 'insights of a namespace, while they are read',
    reach: async (visit, more) => {
      const page = await visit.open(pathOf(NAMESPACE), {
        ...more,
        context: { ...more.context, storageState: await signedIn(OWNER) },
        prepare: (page) => page.context().route('**/pulls/question', () => {}),
      });
      await page.getByText('The pulls are being read from the server.').waitFor({ state: 'attached' });
      return page;
    },
  },
  {
    name: 'insights of a namespace, the server away',
    reach: async (visit, more) => {
      const page = await visit.open(pathOf(NAMESPACE), {
        ...more,
        expect: [/Failed to load resource/],
        context: { ...more.context, storageState: await signedIn(OWNER) },
        prepare: (page) => page.context().route('**/pulls/question', (route) => route.abort()),
      });
      await page.getByRole('alert').getByText('Check the connection and try again.').waitFor();
      return page;
    },
  },
];
