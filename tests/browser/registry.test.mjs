// What a newcomer does: a registry of their own gets the lines that the page shows, an image is pulled
// from it, and its pulls are on the chart, in both files, and in the workbench.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copy, hasSkopeo, image, index, SKOPEO } from '../server/images.mjs';
import { hasRegistry, REGISTRY, startRegistry } from '../server/registry.mjs';
import { assert, test } from './harness.mjs';
import { becomes, breakdown, chartTable, file, open, pathOf, showAs, total } from './pulls.mjs';
import { registriesPage, shownOnce } from './registries.mjs';
import { member, signedIn } from './service.mjs';

const WEB = image({ text: 'web, for the chart' });
const MANY = index([image({ text: 'amd64' }), image({ text: 'arm64', architecture: 'arm64' })]);

/** A folder of its own, and what runs programs there, as the tests of the server have it. */
async function placed(body) {
  const folder = await mkdtemp(join(tmpdir(), 'dsos-registry-'));
  let count = 0;
  const place = {
    path: async (name) => join(folder, `${(count += 1)}-${name}`),
    tool: (program, words) =>
      new Promise((done, failed) => {
        const child = spawn(program, words, { cwd: folder });
        let [stdout, stderr] = ['', ''];
        child.stdout.on('data', (text) => (stdout += text));
        child.stderr.on('data', (text) => (stderr += text));
        child.on('error', failed);
        child.on('close', (code) => done({ code, stdout, stderr }));
      }),
  };
  try {
    await body(place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that a link of the page leads to. */
async function taken(page, what) {
  const section = page.locator('#export');
  await section.getByRole('radio', { name: what }).check();
  const waiting = page.waitForEvent('download');
  await section.getByRole('link', { name: 'Download' }).click();
  return readFileSync(await (await waiting).path());
}

const fromSettingsToChart = async (visit) =>
  placed(async (place) => {
    const { mail, namespace } = await member();
    const page = await registriesPage(visit);
    await page.getByLabel('Name', { exact: true }).fill(`real ${namespace}`);
    await page.getByRole('textbox', { name: 'Namespaces that it may report' }).fill(namespace);
    await page.getByRole('button', { name: 'Add the registry' }).click();
    const lines = await shownOnce(page, `real ${namespace}`).locator('pre').innerText();
    const folder = await place.path('registry');
    await mkdir(folder);
    const registry = await startRegistry({ folder, more: lines });
    try {
      await copy(place, registry.origin, { [`${namespace}/web:1.0`]: WEB, [`${namespace}/many:1.0`]: MANY });
      const host = registry.origin.replace('http://', '');
      const pull = async (name) => {
        const done = await place.tool(SKOPEO, ['copy', '--src-tls-verify=false', `docker://${host}/${namespace}/${name}`, `dir:${await place.path('pulled')}`]);
        assert.equal(done.code, 0, done.stderr);
      };
      await pull('web:1.0');
      await pull('web:1.0');
      await pull(`web@${WEB.digest}`);
      await pull('many:1.0');
      const looked = await place.tool(SKOPEO, ['inspect', '--tls-verify=false', `docker://${host}/${namespace}/web:1.0`]);
      assert.equal(looked.code, 0, looked.stderr);
      // It says what happened a moment afterwards, and what it has not said is lost with it.
      const told = await visit.open(pathOf(namespace), { context: { storageState: await signedIn(mail) } });
      await told.getByRole('heading', { name: / per tag/ }).waitFor({ timeout: 60_000 });
      await becomes(total(told, 'Pulls'), 5, 'all that was asked for');
    } finally {
      await registry.stop();
    }
    // Looking at an image fetches its manifest by the tag: for a registry that is a pull.
    const shown = await visit.open(`${pathOf(namespace)}?count=both&form=table`, { context: { storageState: await signedIn(mail) } });
    await shown.getByRole('heading', { name: / per tag/ }).waitFor({ timeout: 60_000 });
    await becomes(total(shown, 'Pulls'), 5, 'all that was asked for');
    await becomes(total(shown, 'By digest'), 1);
    await becomes(total(shown, 'Version checks'), 0);
    const counts = async (what) => (await breakdown(shown, what)).map(([name, count]) => `${name.split(' ')[0]} ${count}`);
    await becomes(() => counts('Repositories'), ['web 4', 'many 1']);
    await becomes(() => counts('Clients'), ['skopeo 5']);
    const table = await chartTable(shown);
    assert.deepEqual(table.map((line) => line['1.0']).filter(Boolean), [4]);
    const summary = (await taken(shown, /^Summary, per tag/)).toString().trimEnd().split('\n').slice(1).sort();
    // How many addresses there were is known of whole weeks and months.
    assert.deepEqual(
      summary.map((line) => line.split(',').filter((_, at) => at !== 3)),
      [[namespace, 'many', '1.0', '1', '0', '0'], [namespace, 'web', '1.0', '3', '0', '0'], [namespace, 'web', WEB.digest, '0', '1', '0']],
    );
    const raw = await taken(shown, /^Raw/);
    assert.equal(raw.toString().trimEnd().split('\n').length, 6);
    const bench = await visit.open('/insights?count=both&form=table');
    await open(bench, file('raw.csv', raw));
    await becomes(total(bench, 'Pulls'), 5);
    // A file does not say that its last day goes on.
    const same = table.map((line) => ({ ...line, period: line.period.replace(/ \(.*/, '') }));
    await becomes(() => chartTable(bench), same, 'the same chart');
  });

if (hasRegistry && hasSkopeo) {
  test('a registry of one’s own is on the chart, in both files and in the workbench', { timeout: 180_000 }, fromSettingsToChart);
} else {
  console.log(`left out: a registry of one’s own, since ${hasRegistry ? SKOPEO : REGISTRY} is missing`);
}
