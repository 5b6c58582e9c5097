// The pages about namespaces (the directory, a namespace, its badge, what its maintainers write),
// and the states they can be in.

import { assert } from './harness.mjs';
import { becomes } from './bench.mjs';
import { credential, day, ownCredential, ownKeys, ownList, publish, serveOwn } from './credentials.mjs';
import { OWNER, signedIn } from './service.mjs';

/** An owner who maintains a namespace of the sample that no other test changes for good; and that namespace. */
export const WRITER = 'leo@driftgrid.example';
export const WRITTEN = 'driftgrid';

/** Options of `Visit.open` for somebody who is signed in. */
export const as = async (mail, more = {}) => ({ ...more, context: { ...more.context, storageState: await signedIn(mail) } });

const REFUSED = [/ERR_FAILED/];
const MISSING = [/status of 404/];

/** Answers of the API that never come. */
export const unanswered = (path) => (page) => page.route(path, () => {});

/** A server that is away. */
export const away = (path) => (page) => page.route(path, (route) => route.abort());

/** Changes what the server writes into a page as the first answer; a change to nothing takes it out. */
export async function changeFirst(page, path, change) {
  await page.route(path, async (route) => {
    const answer = await route.fetch();
    const html = await answer.text();
    const [whole, text] = html.match(/<script type="application\/json" id="first-answer">(.*?)<\/script>/s) ?? [];
    assert.ok(whole, `${path} comes with its first answer`);
    const first = change(JSON.parse(text));
    const written = first ? whole.replace(text, () => JSON.stringify(first).replaceAll('<', '\\u003c')) : '';
    await route.fulfill({ response: answer, body: html.replace(whole, () => written) });
  });
}

/** The page of a namespace with other contents. */
export const changePage = (page, name, change) =>
  changeFirst(page, `**/n/${name}*`, (first) => {
    const changes = change(first.answer);
    return { ...first, answer: { ...first.answer, ...changes } };
  });

/** Totals as a namespace publishes them. */
export const TOTALS = {
  namespace: 'tidepool',
  known_from: '2024-01-09',
  months: { first: '2025-08-01', last: '2026-07-31', by_tag: 1_200_000, by_digest: 34_567, version_checks: 9_876, repositories: [], repository_count: 0 },
  days: { first: '2026-07-14', last: '2026-08-12', by_tag: 98_000, by_digest: 765, version_checks: 43, repositories: [], repository_count: 0 },
};

/** The page of tidepool as one that publishes totals; `answer` is what a route does with the question for them. */
export const publishing = (answer = (route) => route.fulfill({ json: TOTALS })) => async (page) => {
  await changePage(page, 'tidepool', () => ({ has_totals: true, registry: REGISTRY }));
  await page.route('**/api/v1/namespaces/tidepool/pulls/totals', answer);
};

/** What is known of a registry that was read. The sample has none. */
export const REGISTRY = { host: 'registry.example', read_at: '2026-08-13T09:00:00Z', trouble: null };

/** The page of a namespace as it is where a registry is set up. */
export const withRegistry = (name) => ({ prepare: (page) => changePage(page, name, () => ({ registry: REGISTRY })) });

/** So many namespaces, as the directory lists them. */
export const crowd = (count) =>
  Array.from({ length: count }, (_, at) => ({
    namespace: `shoal-${at}`,
    name: at % 7 ? `Shoal ${at}` : '',
    description: at % 5 ? 'One of very many, and no different from the others' : '',
    categories: at % 3 ? ['science'] : [],
    sponsorship: { state: 'sponsored', since: '2026-01-09', until: '2027-01-08' },
    logo: null,
    repositories: at % 4,
    pushed_at: at % 4 ? '2026-08-11T09:00:00Z' : null,
    stars: at % 2 ? 1000 + at : null,
    fitting: [],
  }));

/** Has the directory be of these namespaces. Gives the list of what was asked, as `URLSearchParams`. */
export async function directoryOf(page, all) {
  const asked = [];
  await page.route('**/api/v1/directory?**', (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(query);
    const [skip, most] = ['skip', 'most'].map((name) => Number(query.get(name)));
    const namespaces = all.slice(skip, skip + most);
    const counts = { total: all.length, sponsored: all.length, all: all.length };
    return route.fulfill({ json: { today: '2026-08-13', ...counts, categories: [], namespaces, registry_read_at: null } });
  });
  return asked;
}

/** The verdict of a check. */
export const verdict = (page) => page.locator('#verdict');

/** Pastes a credential and has it checked. */
export async function paste(page, text) {
  await pictures(page);
  await page.getByLabel('Or paste a credential').fill(text);
  await page.getByRole('button', { name: 'Check what I pasted' }).click();
}

/** Waits for the focus to be where it is led to: that is a picture later. What is typed on the way there is lost. */
export const pictures = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Waits for a verdict of that class and heading. */
export async function finds(page, kind, heading) {
  await becomes(async () => {
    const text = await verdict(page).innerText({ timeout: 200 });
    return heading.test(text) || text;
  }, true);
  assert.ok((await page.locator('.verdict').getAttribute('class')).split(' ').includes(kind), `${heading} is ${kind}`);
}

/** The words of the four steps, in order. */
export const steps = (page) => () => page.getByRole('list', { name: 'What was checked' }).locator('li > .state').allInnerTexts();

/** One of them, by its title. */
export const step = (page, title) => page.getByRole('list', { name: 'What was checked' }).getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });

/** Where the program's public keys are. */
export const KEYS = '/.well-known/jwks.json';

/** Opens a page that checks badges, and loses the network as soon as the page has what it asked for by itself: the keys. */
export async function unplugged(visit, path, options = {}) {
  const had = [];
  const page = await visit.open(path, {
    ...options,
    expect: [/ERR_INTERNET_DISCONNECTED/],
    prepare: async (page) => {
      page.on('requestfinished', (request) => had.push(new URL(request.url()).pathname));
      await options.prepare?.(page);
    },
  });
  await becomes(async () => had.includes(KEYS), true, 'the keys are asked for before anything is checked');
  // What else the page takes when it begins is not what is lost here.
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  return page;
}

/** Names with as many letters as they may have, and words that do not break. */
const HARD = {
  profile: {
    name: 'Kelpworks and the Quiet Harbour Cooperative for Small Observatories',
    description: `${'Extraordinarily'.repeat(9)} long, and without a place to break`,
    website: `https://kelp.example/${'a-path-that-goes-on-'.repeat(12)}`,
    source: 'http://[2001:db8::1]:8080/kelp',
    contributing: 'javascript:alert(1)',
    categories: ['machine-learning', 'package-registries', 'languages'],
  },
  stars: { count: 1_234_567, of: 'github.com/kelpworks/kelp', read_at: '2026-08-13T09:00:00Z' },
  renamed_to: `kelp-${'works'.repeat(20)}`,
  repositories: Array.from({ length: 6 }, (_, at) => ({
    name: at ? `part-${at}` : 'a-name'.repeat(20),
    description: at % 3 ? 'Grows kelp' : 'W'.repeat(160),
    tags: at * 977,
    pushed_at: at % 4 ? '2026-08-11T09:00:00Z' : null,
    missing: at % 5 ? [] : ['description', 'source', 'contributing', 'website'],
  })),
  repository_count: 6000,
  registry: { ...REGISTRY, host: 'registry.example:5000', trouble: 'The registry answered 503.' },
};

/** A state: opens `path`, and waits for what `there` gives. */
const state = (name, path, there, options = {}) => ({
  name,
  reach: async (visit, more) => {
    const own = typeof options === 'function' ? await options() : options;
    const page = await visit.open(path, { ...more, ...own, context: { ...more.context, ...own.context } });
    await there(page).waitFor();
    return page;
  },
});

/** The first day without a membership that was ended before its time. */
const ENDED = day(-12).slice(0, 10);

const h1 = (name) => (page) => page.getByRole('heading', { level: 1, name });
const text = (words) => (page) => page.getByRole('main').getByText(words).first();

/** The same, and something done there. */
const then = ({ name, reach }, act) => ({
  name,
  reach: async (visit, more) => {
    const page = await reach(visit, more);
    await act(page);
    return page;
  },
});

const LISTED = text(/^\d+ of \d+$/);
const DIRECTORY = '**/api/v1/directory?**';

const EXPLORE = [
  state('explore', '/explore', LISTED),
  state('explore, everything chosen', '/explore?q=d&all=1&topic=science&order=stars&show=100', LISTED),
  state('explore, those outside of the program, too', '/explore?all=1&q=a', (page) => page.getByRole('cell', { name: 'Not sponsored' }).first()),
  state('explore, while it loads', '/explore?order=name', (page) => page.locator('table[aria-busy=true]'), { prepare: unanswered(DIRECTORY) }),
  state('explore, nothing fits', '/explore?q=zebra', text('No sponsored namespace fits “zebra”')),
  state('explore, what fits is not in the program', '/explore?q=plainchart', text('One namespace of the registry fits')),
  state('explore, nobody is in', '/explore?order=name', text('Nobody is in yet'), { prepare: (page) => directoryOf(page, []) }),
  state('explore, more than are shown', '/explore?order=name', (page) => page.getByRole('button', { name: 'Show more' }), { prepare: (page) => directoryOf(page, crowd(120)) }),
  state('explore, the service away', '/explore?order=name', text('The list could not be read'), { prepare: away(DIRECTORY), expect: REFUSED }),
  then(state('explore, what was read before', '/explore', LISTED, { prepare: away(DIRECTORY), expect: REFUSED }), async (page) => {
    await page.getByLabel('Order').selectOption('Most stars');
    await page.getByText('What is shown was read before.').waitFor();
  }),
];

const NAMESPACE = [
  state('namespace', '/n/tidepool', h1('Tidepool'), withRegistry('tidepool')),
  state('namespace, where no registry is set up', '/n/gullwing', h1('Gullwing')),
  then(state('namespace, what the badge means', '/n/sandpiper', h1('Sandpiper'), withRegistry('sandpiper')), async (page) => {
    await page.getByRole('rowheader').getByRole('button', { name: 'sandpiper/server' }).click();
    await page.getByRole('link', { name: 'manual' }).waitFor();
    await page.getByRole('button', { name: 'Sponsored OSS' }).click();
    await page.getByRole('dialog').waitFor();
  }),
  then(state('namespace, in grace', '/n/lanternfs', h1('LanternFS'), withRegistry('lanternfs')), async (page) => {
    await page.getByRole('button', { name: 'Sponsored OSS' }).click();
    await page.getByText('everything stays on until').waitFor();
  }),
  state('namespace, lapsed', '/n/mossdb', text('Not sponsored since'), withRegistry('mossdb')),
  state('namespace, ended before its time', '/n/mossdb', text('The membership was ended before its time.'), {
    prepare: (page) => changePage(page, 'mossdb', () => ({ registry: REGISTRY, sponsorship: { state: 'ended', since: ENDED } })),
  }),
  state('namespace, never in the program', '/n/plainchart', text('It has never been in the program'), withRegistry('plainchart')),
  state('namespace, unknown', '/n/nobody', h1('There is no namespace nobody here'), { expect: MISSING }),
  state('namespace, while it loads', '/n/tidepool', text('The namespace is being read from the server.'), {
    prepare: async (page) => {
      await changeFirst(page, '**/n/tidepool', () => null);
      await unanswered('**/api/v1/namespaces/**')(page);
    },
  }),
  state('namespace, the service away', '/n/tidepool', (page) => page.getByRole('button', { name: 'Retry' }), {
    expect: REFUSED,
    prepare: async (page) => {
      await changeFirst(page, '**/n/tidepool', () => null);
      await away('**/api/v1/namespaces/**')(page);
    },
  }),
  state('namespace, nothing fits the filter', '/n/tidepool?q=zebra', text('No repository fits “zebra”'), withRegistry('tidepool')),
  state('namespace, without repositories', '/n/tidepool', text('There are no repositories yet'), {
    prepare: (page) => changePage(page, 'tidepool', () => ({ repositories: [], repository_count: 0, registry: REGISTRY })),
  }),
  then(state('namespace, hard words', '/n/tidepool', text('This namespace was renamed'), { prepare: (page) => changePage(page, 'tidepool', () => HARD) }), (page) => page.getByRole('button', { name: 'HTML' }).click()),
  state('namespace, with its totals', '/n/tidepool', text('1,234,567 pulls in the last 12 whole months'), { prepare: publishing() }),
  state('namespace, for its maintainers', '/n/sandpiper', (page) => page.getByRole('link', { name: 'Write it now' }), () => as(OWNER, withRegistry('sandpiper'))),
];

const said = (words) => (page) => verdict(page).filter({ hasText: words });

/** What is checked of tidepool, by the tests' own program. */
const own = (name, heading, prepare) => state(name, '/verify/tidepool', said(heading), { prepare });

const VERIFY = [
  state('verify, while it checks', '/verify/tidepool', text('Checking tidepool'), { prepare: unanswered('**/api/v1/namespaces/**') }),
  state('verify, genuine', '/verify/tidepool', said('Genuine: tidepool is sponsored')),
  state('verify, in grace', '/verify/lanternfs', said('Genuine: lanternfs is sponsored')),
  state('verify, was sponsored and is not', '/verify/mossdb', said('Not sponsored: mossdb was, and is not any more')),
  state('verify, never was in the program', '/verify/plainchart', said('Not sponsored: plainchart never was in the program')),
  state('verify, the service away', '/verify/tidepool', said('Could not check: the server does not answer'), { prepare: away('**/api/v1/**'), expect: REFUSED }),
  state('verify, the keys away', '/verify/tidepool', said('Could not check'), { prepare: away('**/.well-known/**'), expect: REFUSED }),
  state('verify, the list away', '/verify/tidepool', said('Genuine as far as could be checked'), { prepare: away('**/status/*'), expect: REFUSED }),
  then(state('verify, forged', '/verify', text('What is checked')), async (page) => {
    const [header, payload, signature] = (await credential('tidepool')).split('.');
    const changed = JSON.parse(Buffer.from(payload, 'base64url'));
    const later = Buffer.from(JSON.stringify({ ...changed, exp: changed.exp + 86_400 })).toString('base64url');
    await paste(page, [header, later, signature].join('.'));
    await said('Not genuine')(page).waitFor();
  }),
  then(state('verify, both fields wrong', '/verify', text('What is checked')), async (page) => {
    await page.getByLabel('Name of the namespace').fill('Kelp/Works');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await paste(page, 'eyJ.x');
    await page.getByText('Two of the three parts').waitFor();
  }),
  then(state('verify, what was pasted is no credential', '/verify', text('What is checked')), async (page) => {
    await paste(page, 'e30.e30.AA');
    await page.getByText('not a credential of this program').waitFor();
  }),
  {
    name: 'verify, offline since it was opened',
    reach: async (visit, more) => {
      const page = await unplugged(visit, '/verify', more);
      await paste(page, await credential('tidepool'));
      await said('Genuine as far as could be checked')(page).waitFor();
      return page;
    },
  },
  own('verify, over', 'Signed by us, but over', async (page) => {
    const over = await ownCredential('tidepool', { since: day(-1200), from: day(-400), until: day(-35), end: day(-20) });
    await serveOwn(page, { says: { credential: over, sponsorship: { state: 'lapsed', since: day(-20).slice(0, 10) }, renewals: 2 } });
  }),
  own('verify, not valid yet', 'Signed by us, and not valid yet', async (page) => {
    await serveOwn(page, { says: { credential: await ownCredential('tidepool', { signedAt: day(3) }) } });
  }),
  own('verify, taken back', 'Taken back', async (page) => {
    const token = await ownCredential('tidepool');
    const revocation = await ownList({ revoked: [token] });
    await serveOwn(page, { revocation, says: { credential: token, sponsorship: { state: 'ended', since: day(-2).slice(0, 10) } } });
  }),
  // A new name takes back what was signed under the old one.
  own('verify, of a renamed namespace', 'Taken back', async (page) => {
    const token = await ownCredential('tidepool');
    const revocation = await ownList({ revoked: [token] });
    await serveOwn(page, { revocation, says: { credential: token, sponsorship: { state: 'never' }, renewals: 0, renamed_to: 'gullwing' } });
  }),
  own('verify, by a retired key', 'Genuine: tidepool is sponsored', async (page) => {
    const retired = Math.floor(Date.now() / 1000) - 30;
    await serveOwn(page, { set: ownKeys({ exp: retired }), says: { credential: await ownCredential('tidepool'), renewals: 1 } });
  }),
  own('verify, of another namespace', 'Genuine, but it is another namespace’s', async (page) => {
    await publish(page, { credential: await credential('gullwing') });
  }),
];

/** What maintainers write: a state of their page, reached by `act`; `more` as for `Visit.open`. */
const settings = (name, act, more) =>
  then(state(name, `/n/${WRITTEN}/settings`, (page) => page.getByRole('heading', { name: 'Repository pages' }), () => as(WRITER, more)), async (page) => {
    await page.locator('[aria-labelledby=pulls-heading]').locator('form, [role=alert]').first().waitFor();
    await act(page);
  });

/** The membership as it is once it was ended before its time. */
const endedMembership = (page) =>
  page.route(`**/api/v1/namespaces/${WRITTEN}/membership`, async (route) => {
    const membership = await (await route.fetch()).json();
    const ended = {
      term: { ...membership.term, ended: ENDED },
      phase: { phase: 'lapsed', since: ENDED },
      ended_because: 'The source cannot be read without an account any more.',
      notices: membership.notices.filter(({ on }) => on < ENDED),
    };
    await route.fulfill({ json: { ...membership, ...ended } });
  });

/** Has each change of the profile be made from another version than the server's. */
const overtaken = (page) =>
  page.route(`**/api/v1/namespaces/${WRITTEN}/profile`, async (route) => {
    if (route.request().method() !== 'PUT') return route.fallback();
    const change = route.request().postDataJSON();
    return route.continue({ postData: JSON.stringify({ ...change, version: change.version + 1 }) });
  });

const WRITING = [
  settings('membership, for an owner', () => {}),
  settings('membership, a page being written', async (page) => {
    await page.getByRole('button', { name: 'Write the page of controller' }).click();
    // The form takes the focus a frame after it is there; what is typed before lands in its first field.
    await page.locator('#page-description:focus').waitFor();
    await page.getByLabel('At length').fill('# Start\n');
  }),
  settings('membership, with errors and changes that are not saved', async (page) => {
    await page.getByLabel('Website').fill('javascript:alert(1)');
    await page.getByLabel('Description').fill('D'.repeat(161));
    await page.getByRole('button', { name: 'Save the profile' }).click();
    await page.getByText('2 changes are not saved yet.').waitFor();
    await page.getByLabel('Picture').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await page.getByText('neither JPEG nor PNG').waitFor();
  }, { expect: [/status of 4\d\d/] }),
  settings('membership, changed by somebody else meanwhile', async (page) => {
    await page.getByLabel('Description').fill('Balances batteries, by this tab');
    await page.getByRole('button', { name: 'Save the profile' }).click();
    await page.getByRole('alert').getByText('Somebody else changed this in the meantime.').waitFor();
  }, { prepare: overtaken, expect: [/status of 409/] }),
  settings('membership, ended before its time', (page) => page.getByText('The reason that was given: “The source cannot').waitFor(), { prepare: endedMembership }),
  settings('membership, with choices about pulls that are not saved', async (page) => {
    await page.getByRole('switch', { name: 'Publish the totals' }).check();
    await page.getByLabel('Tell us by mail').selectOption('5');
    await page.getByLabel('Send us the figures').selectOption('weekly');
    await page.getByText('3 changes are not saved yet.').waitFor();
  }),
  settings('membership, with pulls that could not be read', (page) => page.getByRole('region', { name: 'Pulls', exact: true }).getByRole('button', { name: 'Try again' }).waitFor(), {
    prepare: away(`**/api/v1/namespaces/${WRITTEN}/pulls/settings`),
    expect: REFUSED,
  }),
  settings('membership, leaving', async (page) => {
    await page.getByRole('button', { name: 'Leave the program' }).click();
    const form = page.getByRole('form', { name: 'Leave the program' });
    await form.getByLabel('Name of the namespace').fill('driftgrit');
    await form.getByRole('button', { name: 'Leave the program' }).click();
    await page.getByText('letter by letter').waitFor();
  }),
];

/** Every state: `name`, and `reach`, which opens it with more options of `Visit.open`. */
export const NAMESPACES = [...EXPLORE, ...NAMESPACE, ...VERIFY, ...WRITING];
