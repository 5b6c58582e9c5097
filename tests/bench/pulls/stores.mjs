// What the insights of stored pulls take, without a network: the example `bench` of the crate.

import { done } from '../published/processes.mjs';

/**
 * Runs it on a home, a folder or an address, of so many million pulls of a namespace, which it fills
 * first if need be.
 */
export async function measureStore(home, millions, namespace) {
  const said = await done(process.env.DSOS_INSIGHTS_BENCH, [home, `${millions}`, namespace]);
  const figures = said.split('\n').filter((line) => line.startsWith('{'));
  return Object.fromEntries(figures.map((line) => JSON.parse(line)).map((one) => [one.what, one]));
}
