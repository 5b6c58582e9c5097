// What maintainers write of their namespace: its profile, its logo, the pages of its repositories;
// and leaving the program.

import { deflateSync } from 'node:zlib';
import { BASE, assert, test } from './harness.mjs';
import { becomes, said } from './bench.mjs';
import { WRITER, WRITTEN, as, withRegistry } from './namespaces.mjs';
import { member, signedIn, staff } from './service.mjs';

const PATH = `/n/${WRITTEN}/settings`;
const part = (page, name) => page.getByRole('region', { name });
const save = (page) => page.getByRole('button', { name: 'Save the profile' });
const focused = (page) => () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

/** Asks the API as the maintainer does. */
async function ask(method, path, body, type = 'application/json') {
  const { cookies } = await signedIn(WRITER);
  const response = await fetch(`${BASE}/api/v1/namespaces/${WRITTEN}/${path}`, {
    method,
    headers: { cookie: cookies.map((one) => `${one.name}=${one.value}`).join('; '), ...(body && { 'content-type': type }) },
    body: body && (Buffer.isBuffer(body) ? body : JSON.stringify(body)),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.status === 204 ? undefined : response.json().catch(() => undefined);
}

/** Runs a test, and puts profile and page back to what they were. */
async function restored(body) {
  const before = await ask('GET', 'profile');
  try {
    await body(before);
  } finally {
    const now = await ask('GET', 'profile');
    await ask('PUT', 'profile', { profile: before.profile, version: now.version });
    const [page, was] = [now, before].map(({ repositories }) => repositories.find((one) => one.name === 'controller'));
    await ask('PUT', 'repositories/controller/page', { page: was.page, version: page.version });
    if (now.logo) await ask('DELETE', 'logo');
  }
}

const open = async (visit, more) => {
  const page = await visit.open(PATH, await as(WRITER, more));
  await page.getByRole('heading', { name: 'Repository pages' }).waitFor();
  return page;
};

test('the profile is saved, and everybody reads it: on the page, in the directory', (visit) =>
  restored(async () => {
    const page = await open(visit);
    const unsaved = part(page, 'Profile').getByText(/not saved yet/);
    assert.equal(await unsaved.count(), 0);
    await page.getByLabel('Description').fill('Balances <b>batteries</b> & more');
    await unsaved.getByText('One change is not saved yet.').or(unsaved).first().waitFor();
    await page.getByLabel('Science').uncheck();
    await page.getByLabel('Maps and transport').check();
    await part(page, 'Profile').getByText('2 changes are not saved yet.').waitFor();
    await save(page).click();
    await becomes(() => said(page), 'The profile is saved.');
    await becomes(() => unsaved.count(), 0);
    await page.reload();
    await becomes(() => page.getByLabel('Description').inputValue(), 'Balances <b>batteries</b> & more');

    const seen = await visit.open(`/n/${WRITTEN}`);
    await seen.getByText('Balances <b>batteries</b> & more').waitFor();
    assert.deepEqual(await seen.getByRole('list', { name: 'Topics' }).getByRole('listitem').allInnerTexts(), ['Home and devices', 'Maps and transport']);
    const listed = await visit.open('/explore?topic=maps');
    await listed.getByRole('link', { name: 'Driftgrid' }).waitFor();
  }));

test('what is wrong is said at its field, before it is sent; what was typed stays, and Undo takes it back', (visit) =>
  restored(async ({ profile }) => {
    const sent = [];
    const page = await open(visit, { prepare: (page) => page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url())) });
    const wrong = {
      Website: ['javascript:alert(1)', 'Write the whole address'],
      Source: ['ftp://driftgrid.example', 'Write the whole address'],
      'Contributing guide': ['driftgrid.example', 'Write the whole address'],
    };
    for (const [label, [text]] of Object.entries(wrong)) await page.getByLabel(label).fill(text);
    await page.getByLabel('Description').fill('x'.repeat(161));
    for (const topic of ['Games', 'Media']) await page.getByLabel(topic).check();
    await save(page).click();
    await page.getByText('The description has 161 characters. Up to 160 fit.').waitFor();
    await becomes(focused(page), 'profile-description', 'the first one has the focus');
    for (const [label, [text, words]] of Object.entries(wrong)) {
      const field = page.getByLabel(label);
      assert.equal(await field.getAttribute('aria-invalid'), 'true', label);
      assert.equal(await field.inputValue(), text);
      const [error] = (await field.getAttribute('aria-describedby')).split(' ').slice(-1);
      assert.ok((await page.locator(`#${error}`).innerText()).includes(words), label);
    }
    await page.getByText('Choose up to 3 categories, each once.').waitFor();
    assert.deepEqual(sent, []);
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await page.getByLabel('Website').inputValue(), profile.website);
    assert.equal(await page.getByLabel('Description').inputValue(), profile.description);
    assert.equal(await page.getByLabel('Games').isChecked(), false);
    assert.equal(await page.locator('[aria-invalid=true]').count(), 0);
    assert.equal(await page.getByText(/not saved yet/).count(), 0);
  }));

test('of two tabs the second is told, keeps its words, and saves them when asked again', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/status of 409/] });
    const other = await page.context().newPage();
    await other.goto(BASE + PATH);
    await other.getByLabel('Description').fill('By the other tab');
    await save(other).click();
    await becomes(() => said(other), 'The profile is saved.');
    await page.getByLabel('Description').fill('By this tab');
    await save(page).click();
    const alert = part(page, 'Profile').getByRole('alert').filter({ hasText: 'Somebody else changed this in the meantime.' });
    await alert.waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'By this tab');
    await save(page).click();
    await becomes(() => said(page), 'The profile is saved.');
    await becomes(() => alert.count(), 0);
    await other.reload();
    await becomes(() => other.getByLabel('Description').inputValue(), 'By this tab');
  }));

test('a server that does not answer loses nothing that was typed', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/ERR_FAILED/] });
    await page.route('**/profile', (route) => route.abort());
    await page.getByLabel('Description').fill('Said while the server is away');
    await save(page).click();
    await part(page, 'Profile').getByRole('alert').getByText('The server does not answer.').waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'Said while the server is away');
    await page.unroute('**/profile');
    await save(page).click();
    await becomes(() => said(page), 'The profile is saved.');
  }));

const crc = (bytes) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
};

/** A PNG of one color. */
function png(width, height, color = [30, 90, 160]) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: width }, () => Buffer.from(color)))]);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

const picture = (name, buffer) => ({ name, mimeType: 'image/png', buffer });

test('a logo is chosen and seen; what is no logo is refused, and the old one stays', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/status of 4\d\d/] });
    const logo = part(page, 'Logo');
    const input = page.getByLabel('Picture');
    const looks = () => logo.locator('img').evaluateAll((all) => all.map((image) => image.complete && image.naturalWidth > 0 && image.getAttribute('src')));
    await input.setInputFiles(picture('logo.png', png(200, 160)));
    await becomes(() => said(page), 'The logo is there.');
    await becomes(async () => {
      const all = await looks();
      return all.every(Boolean) && new Set(all).size === 1 && all.length;
    }, 3, 'in the sizes in which it is shown');
    const [address] = await looks();
    assert.match(address, /^\/logo\/driftgrid\/[0-9a-f]{16}\.png$/);
    await becomes(() => logo.locator('img').first().evaluate(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]), [160, 160], 'cut to a square');

    for (const [name, bytes, words] of [
      ['logo.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'neither JPEG nor PNG'],
      ['small.png', png(119, 200), '119 by 200 pixels. Each side has 120 to 1000.'],
      ['large.png', png(1001, 200), '1001 by 200 pixels'],
      ['cut.png', png(200, 200).subarray(0, 120), 'cannot be read to its end'],
      ['page.png', Buffer.from('<!doctype html>'), 'neither JPEG nor PNG'],
      ['huge.png', Buffer.alloc(5_000_001), 'Up to 5 MB fit.'],
    ]) {
      await input.setInputFiles(picture(name, bytes));
      await becomes(async () => {
        const text = await page.locator('#logo-file-error').innerText();
        return (text.includes(name) && text.includes(words)) || text;
      }, true, name);
      assert.equal((await looks())[0], address, name);
    }
    const seen = await visit.open(`/n/${WRITTEN}`);
    await becomes(() => seen.locator('.ns-head img').evaluate((image) => image.complete && image.naturalWidth), 160);
    const listed = await visit.open('/explore');
    await becomes(() => listed.getByRole('row', { name: /Driftgrid/ }).locator('img').getAttribute('src'), address);

    await input.setInputFiles(picture('other.png', png(120, 120, [160, 30, 30])));
    await becomes(async () => (await looks())[0] !== address, true);
    assert.equal(await page.locator('#logo-file-error').innerText(), '', 'what was wrong before is over');
    await page.getByRole('button', { name: 'Remove the logo' }).click();
    await becomes(() => said(page), 'The logo is taken away.');
    await becomes(() => logo.locator('img').count(), 0);
    await seen.reload();
    await becomes(() => seen.locator('.ns-head img').count(), 0);
  }));

const MARKDOWN = `# Start

**Read** the [manual](https://driftgrid.example/manual), not [this](javascript:alert(1)).

![A picture](https://elsewhere.example/x.png)

<script>window.ran = 1</script>
<img src=x onerror="window.ran = 2">
<iframe src="https://elsewhere.example"></iframe>
`;

test('the page of a repository is written and seen, and nothing in it runs or loads', (visit) =>
  restored(async () => {
    const page = await open(visit);
    const pages = part(page, 'Repository pages');
    const write = pages.getByRole('button', { name: 'Write the page of controller' });
    await write.click();
    await becomes(focused(page), 'page-description');
    assert.equal(await write.getAttribute('aria-expanded'), 'true');
    const form = page.getByRole('form', { name: 'Page of controller' });
    await form.getByText('Its images say: Decides who charges when').waitFor();
    await form.getByLabel('Source').fill('nonsense');
    await form.getByRole('button', { name: 'Save the page' }).click();
    await form.getByText('Write the whole address').waitFor();
    await becomes(focused(page), 'page-source');
    await form.getByLabel('Source').fill('https://forge.example/driftgrid/controller');
    await form.getByLabel('Description').fill('Decides who charges, and when');
    await form.getByLabel('At length').fill(MARKDOWN);
    await form.getByRole('button', { name: 'Save the page' }).click();
    await becomes(() => said(page), 'The page of controller is saved.');
    await becomes(() => form.count(), 0);

    const seen = await visit.open(`/n/${WRITTEN}`, withRegistry(WRITTEN));
    await seen.getByText('Decides who charges, and when').waitFor();
    await seen.getByRole('rowheader').getByRole('button', { name: 'driftgrid/controller' }).click();
    const long = seen.locator('.at-length');
    await long.getByRole('heading', { name: 'Start' }).waitFor();
    assert.equal(await long.getByRole('link', { name: 'manual' }).getAttribute('href'), 'https://driftgrid.example/manual');
    assert.equal(await long.getByRole('link', { name: 'this' }).count(), 0);
    assert.equal(await long.getByRole('link', { name: 'A picture' }).getAttribute('href'), 'https://elsewhere.example/x.png');
    assert.equal(await long.locator('script, img, iframe, [onerror]').count(), 0);
    assert.equal(await seen.evaluate(() => window.ran), undefined);
  }));

test('a page of a repository that two write at once: the second is told and keeps its words', (visit) =>
  restored(async () => {
    const page = await open(visit, { expect: [/status of 409/] });
    const write = async (page, words) => {
      await page.getByRole('button', { name: 'Write the page of controller' }).click();
      const form = page.getByRole('form', { name: 'Page of controller' });
      await form.getByLabel('Description').fill(words);
      return form;
    };
    const form = await write(page, 'By this tab');
    const other = await page.context().newPage();
    await other.goto(BASE + PATH);
    const quicker = await write(other, 'By the other tab');
    await quicker.getByRole('button', { name: 'Save the page' }).click();
    await becomes(() => said(other), 'The page of controller is saved.');
    await form.getByRole('button', { name: 'Save the page' }).click();
    await form.getByRole('alert').getByText('Somebody else changed this in the meantime.').waitFor();
    assert.equal(await form.getByLabel('Description').inputValue(), 'By this tab');
    // What is typed in the profile is not lost when a page is saved.
    await page.getByLabel('Description').first().fill('Not saved yet');
    await form.getByRole('button', { name: 'Save the page' }).click();
    await becomes(() => said(page), 'The page of controller is saved.');
    assert.equal(await page.getByLabel('Description').first().inputValue(), 'Not saved yet');
    // Left as it was, nothing is sent.
    const again = await write(page, 'Thrown away');
    await again.getByRole('button', { name: 'Leave it as it was' }).click();
    await becomes(() => again.count(), 0);
  }));

test('a control that goes away with a press leaves the focus where one goes on', (visit) =>
  restored(async () => {
    const page = await open(visit);
    const form = page.getByRole('form', { name: 'Page of controller' });
    const write = () => page.getByRole('button', { name: 'Write the page of controller' }).click();
    const press = (name, within = page) => within.getByRole('button', { name }).click();
    const ways = {
      'Undo': async () => {
        await page.getByLabel('Description').fill('Another');
        await press('Undo');
      },
      'Save the page': async () => {
        await write();
        await press('Save the page');
        await becomes(() => form.count(), 0);
      },
      'Leave it as it was': async () => {
        await write();
        await press('Leave it as it was');
      },
      'Remove the logo': async () => {
        await page.getByLabel('Picture').setInputFiles(picture('logo.png', png(150, 150)));
        await press('Remove the logo');
        await becomes(() => page.getByRole('button', { name: 'Remove the logo' }).count(), 0);
      },
      'Stay': async () => {
        await press('Leave the program');
        await press('Stay');
      },
    };
    const lost = [];
    for (const [name, act] of Object.entries(ways)) {
      await act();
      // It may be moved in the next frame.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      if ((await focused(page)()) === 'BODY') lost.push(name);
    }
    assert.deepEqual(lost, []);
  }));

test('leaving asks for the name, letter by letter, and staying is one press', async (visit) => {
  const sent = [];
  const page = await open(visit, { prepare: (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.url())) });
  const leaving = part(page, 'Leave the program');
  await leaving.getByRole('button', { name: 'Leave the program' }).click();
  await becomes(focused(page), 'leaving-name');
  const form = page.getByRole('form', { name: 'Leave the program' });
  for (const words of ['', 'Driftgrid', 'tidepool']) {
    await form.getByLabel('Name of the namespace').fill(words);
    await form.getByRole('button', { name: 'Leave the program' }).click();
    await form.getByText('Write driftgrid, letter by letter.').waitFor();
    await becomes(focused(page), 'leaving-name');
  }
  assert.deepEqual(sent, []);
  await form.getByRole('button', { name: 'Stay' }).click();
  await becomes(() => form.count(), 0);
  await page.getByRole('heading', { level: 1, name: /is in the program until/ }).waitFor();
});

test('an owner leaves: badge and perks end at once, and the credential is taken back', { timeout: 120_000 }, async (visit) => {
  const { namespace, mail } = await member();
  const genuine = await (await fetch(`${BASE}/credentials/${namespace}`)).text();
  const check = await visit.open(`/verify/${namespace}`);
  await check.getByRole('heading', { name: `Genuine: ${namespace} is sponsored` }).waitFor();

  // Whether it can be renewed is asked and answered with no.
  const page = await visit.open(`/n/${namespace}/settings`, await as(mail, { expect: [/status of 409/] }));
  await part(page, 'Leave the program').getByRole('button', { name: 'Leave the program' }).click();
  const form = page.getByRole('form', { name: 'Leave the program' });
  await form.getByLabel('Name of the namespace').fill(` ${namespace} `);
  await form.getByRole('button', { name: 'Leave the program' }).click();
  await page.getByRole('heading', { level: 1, name: /is not in the program since/ }).waitFor();
  await page.getByText('The reason that was given: “An owner left the program.”').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Leave the program' }).count(), 0);

  await check.getByRole('button', { name: 'Check again' }).click();
  await check.getByRole('heading', { name: `Taken back: this credential of ${namespace} counts no longer` }).waitFor();
  await check.getByText('It is in the list of those that the program took back.').waitFor();
  await check.getByLabel('Or paste a credential').fill(genuine);
  await check.getByRole('button', { name: 'Check what I pasted' }).click();
  await check.getByText('Do not rely on it.').first().waitFor();
  await check.getByRole('heading', { name: /^Taken back/ }).waitFor();
  const seen = await visit.open(`/n/${namespace}`);
  await seen.getByText('The membership was ended before its time.').waitFor();
  assert.equal(await seen.getByRole('button', { name: 'Sponsored OSS' }).count(), 0);
  assert.match(await (await fetch(`${BASE}/badge/${namespace}.svg`)).text(), /not sponsored/);
});

test('those who run the program end a membership only with its name and a reason', async (visit) => {
  const sent = [];
  const page = await visit.open('/n/lanternfs/settings', {
    context: { storageState: await staff() },
    prepare: (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.url())),
  });
  // They take down what should not stand there.
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  await page.getByRole('button', { name: 'End the membership' }).click();
  const form = page.getByRole('form', { name: 'End the membership' });
  await form.getByLabel('Name of the namespace').fill('lanternfs');
  await form.getByRole('button', { name: 'End the membership' }).click();
  await form.getByText('Write the reason: it goes to the owners.').waitFor();
  await becomes(focused(page), 'leaving-reason');
  assert.deepEqual(sent, []);
  await form.getByRole('button', { name: 'Stay' }).click();
});
