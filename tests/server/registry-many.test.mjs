// Registries of very many repositories, and those that never come to an end.

import { assert, test, until } from './harness.mjs';
import { CATALOG, Counter, StandIn, directory, json, openRegistry, page, read } from './registry.mjs';
import { fill, image } from './images.mjs';

const WEB = image({ text: 'web' });

test('a registry of more repositories than one page has is read to its end', { long: true }, async (place) => {
  const names = fill(await place.path('registry'), 1_010, 2);
  const { origin } = await openRegistry(place);
  const counter = await Counter.open(place, origin);
  const server = await place.start({ words: ['--registry', counter.origin] });
  await until('the registry to be read', () => server.said.includes('the registry was read'), 60_000);
  assert.match(server.said, new RegExp(`${names.length} repositories, ${names.length * 2} new manifests, 0 gone, 0 names set aside`));
  assert.equal(counter.take().filter((line) => line.startsWith('GET /v2/_catalog')).length, 2);
  assert.equal((await directory(server)).total, 101);
  assert.equal((await page(server, 'reef-99')).repositories[9].description, 'Image 1 of reef-99/image-9');
});

test('a catalog of 10,000 repositories is read in pages', async (place) => {
  const standIn = await StandIn.open(place);
  for (let at = 0; at < 10_000; at += 1) standIn.put(`reef-${at % 500}/image-${at}`, 'latest', WEB);
  const server = await place.start({ words: ['--registry', standIn.origin] });
  await until('the registry to be read', () => server.said.includes('the registry was read'), 60_000);
  assert.match(server.said, /10000 repositories, \d+ new manifests?, 0 gone, 0 names set aside/);
  const pages = standIn.asked.filter((line) => line.startsWith('GET /v2/_catalog'));
  assert.deepEqual([pages.length, new Set(pages).size, pages[0]], [10, 10, CATALOG]);
  assert.equal((await directory(server)).total, 500);
  assert.equal((await page(server, 'reef-77')).repository_count, 20);
});

test('a catalog and a list of tags that never end are left', async (place) => {
  const standIn = await StandIn.open(place);
  standIn.put('kelpworks/web', '1.0', WEB);
  const troubles = [];
  for (const [part, value] of [['/_catalog', { repositories: [] }], ['/_catalog', { repositories: ['kelpworks/web'] }], ['/tags/list', { tags: [] }]]) {
    standIn.answers = (asked, answer) =>
      asked.url.includes(part) && json(answer, value, { link: `<${asked.url.split('?')[0]}?last=${standIn.asked.length}>; rel="next"` });
    await read(place, standIn.origin).catch((error) => troubles.push(`${JSON.stringify(value)}: ${error.message}`));
  }
  assert.deepEqual(troubles, []);
});
