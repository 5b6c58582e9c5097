// Settings that are wrong stop the start: one sentence on stderr, code 2, nothing begun. A
// password never shows.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { DIST, assert, isOneSentence, test } from './harness.mjs';

const PASSWORD = 'wrack-and-ruin-77';
const SMTP = `smtp://marta:${PASSWORD}@127.0.0.1:9`;

/** Wrong command lines, and what the sentence has to say. */
const FLAGS = [
  [['--port', 'many'], /--port.*many|many.*--port/],
  [['--port', '65536'], /65536/],
  [['--port', '-1'], /-1/],
  [['--port'], /--port/],
  [['--bind', 'house'], /house/],
  [['--bind', '203.0.113.1', '--public-url', 'https://hub.example'], /203\.0\.113\.1/],
  [['--outbox-port', 'x'], /--outbox-port/],
  [['--target-days', '0'], /--target-days/],
  [['--target-days', '366'], /--target-days/],
  [['--target-days', 'soon'], /--target-days/],
  [['--public-url', 'hub.example'], /--public-url/],
  [['--public-url', 'https://hub.example/path'], /--public-url/],
  [['--trusted-proxy', 'proxy'], /--trusted-proxy/],
  [['--trusted-proxy', '10.0.0.1'], /--public-url/],
  [['--registry', 'registry.example'], /--registry/],
  [['--limits', 'some'], /--limits/],
  [['--forge', 'nonsense'], /--forge/],
  [['--forge', 'github,a.example,https://a.example', '--forge', 'gitlab,a.example,https://a.example'], /twice/],
  [['--smtp', 'mail.example'], /--smtp/],
  [['--smtp', 'http://mail.example'], /--smtp/],
  [['--smtp', SMTP, '--mail-from', 'nobody'], /--mail-from/],
  [['--mail-from', 'nobody'], /--mail-from/],
  [['--config', 'nowhere.toml'], /nowhere\.toml/],
  [['--dir', 'nowhere'], /nowhere/],
  [['--prot', '1'], /--prot/],
  [['--port', '0', '--port', '0'], /--port/],
  [['serve', 'now'], /now/],
  [['help-me'], /help-me/],
  [['backup'], /FILE/],
  [['add-staff', 'nobody', 'Marta'], /address/],
  [['add-staff', 'marta@hub.example', 'M'.repeat(101)], /name/],
];

/** Wrong settings in the environment. */
const ENVIRONMENT = [
  [{ DSOS_PORT: 'many' }, /many/],
  [{ DSOS_BIND: 'house' }, /house/],
  [{ DSOS_TARGET_DAYS: '0' }, /target-days/],
  [{ DSOS_PUBLIC_URL: 'hub.example' }, /public-url/],
  [{ DSOS_FORGE: 'nonsense' }, /forge/],
  [{ DSOS_SMTP: 'mail.example' }, /smtp/],
  [{ DSOS_CONFIG: 'nowhere.toml' }, /nowhere\.toml/],
  [{ DSOS_TRUSTED_PROXY: '127.0.0.1,proxy' }, /proxy/],
];

/** Wrong files. */
const FILES = [
  ['prot = 1', /prot/],
  ['port = "many"', /port|many|u16|number/],
  ['port = 65536', /65536|port|u16/],
  ['target-days = 0', /target-days/],
  ['port = ', /settings\.toml/],
  ['public-url = "hub.example"', /public-url/],
  ['forge = "github,a.example,https://a.example"', /settings\.toml|forge/],
  ['bind = "house"', /settings\.toml|bind/],
  ['mail-from = 5', /settings\.toml|mail-from/],
  ['smtp = "mail.example"', /smtp/],
  ['[port]\nof = 1', /settings\.toml/],
];

/** Nothing began: nothing on stdout, no data folder. */
async function hasBegunNothing(place, done) {
  assert.equal(done.stdout, '', 'it said something as if it had begun');
  assert.ok(!(await readdir(await place.folder())).includes('data'), 'it made a data folder');
}

/** Runs a command line that is wrong in one thing alone. */
async function wrong(place, words, env = {}, file = '') {
  const given = ['--data', await place.path('data')];
  // Once is how often a flag may be given.
  for (const [name, value] of [['--dir', DIST], ['--port', '0'], ['--outbox-port', '0']]) {
    const variable = `DSOS_${name.slice(2).toUpperCase().replace('-', '_')}`;
    // Flags go before the file, so this one would hide what is wrong there.
    const isInFile = name === '--port' && file.includes('port');
    if (!words.includes(name) && !(variable in env) && !isInFile) given.push(name, value);
  }
  return place.run([...words, ...given], env);
}

/** All that are not refused as they should be, so that one run tells of every one. */
async function each(place, cases, run) {
  const troubles = [];
  for (const [what, pattern] of cases) {
    try {
      const done = await run(what);
      isOneSentence(done, pattern);
      await hasBegunNothing(place, done);
    } catch (error) {
      troubles.push(`${JSON.stringify(what)}: ${error.message.split('\n+ actual')[0]}`);
    }
    await rm(await place.path('data'), { recursive: true, force: true });
  }
  if (troubles.length) assert.fail(`${troubles.length} of ${cases.length}:\n${troubles.join('\n')}`);
}

test('a wrong flag stops the start with one sentence', (place) =>
  each(place, FLAGS, (words) => wrong(place, words)));

test('a wrong setting in the environment stops the start with one sentence', (place) =>
  each(place, ENVIRONMENT, (env) => wrong(place, [], env)));

test('a wrong file stops the start with one sentence', (place) =>
  each(place, FILES, async (text) => {
    await writeFile(await place.path('settings.toml'), `${text}\n`);
    return wrong(place, ['--config', 'settings.toml'], {}, /^\[?port/.test(text) ? text : '');
  }));

test('a port that is taken stops the start with one sentence', async (place) => {
  const taken = createServer();
  await new Promise((done) => taken.listen(0, '127.0.0.1', done));
  try {
    const { port } = taken.address();
    const done = await wrong(place, ['--port', `${port}`]);
    isOneSentence(done, new RegExp(`${port}`));
    assert.equal(done.stdout, '', 'it said something as if it had begun');
  } finally {
    taken.close();
  }
});

test('flags go before the environment, and that before the file', async (place) => {
  const days = async (options) => (await (await place.start(options)).ask('GET', '/api/v1/program')).value.target_days;
  const file = await place.path('settings.toml');
  await writeFile(file, 'target-days = 3\n');
  const env = { DSOS_CONFIG: file };
  assert.equal(await days({ data: 'a', env }), 3);
  assert.equal(await days({ data: 'b', env: { ...env, DSOS_TARGET_DAYS: '4' } }), 4);
  assert.equal(await days({ data: 'c', env: { ...env, DSOS_TARGET_DAYS: '4' }, words: ['--target-days', '5'] }), 5);
});

/** Settings that have to be there; any other one that `--help` names is looked at like them. */
const SETTINGS = ['config', 'dir', 'data', 'port', 'bind', 'public-url', 'trusted-proxy', 'forge', 'smtp', 'mail-from', 'outbox-port', 'target-days'];

test('--help names every setting, its variable and what it is for', async (place) => {
  const done = await place.run(['--help']);
  assert.equal(done.code, 0);
  assert.equal(done.stderr, '');
  const [head, options] = done.stdout.split(/^Options:$/m);
  const found = new Map(options.split(/^ +(?:-\w, )?--/m).slice(1).map((text) => [text.match(/^[\w-]+/)[0], text]));
  found.delete('help');
  for (const name of SETTINGS) assert.ok(found.has(name), `--help does not name --${name}`);
  for (const [name, text] of found) {
    const variable = `DSOS_${name.toUpperCase().replaceAll('-', '_')}`;
    assert.ok(text.includes(`[env: ${variable}`), `--help has no variable of --${name}: ${text}`);
    const words = text.replace(/^\S+( \[?<\w+>\]?)?/, '').replace(/\[(env|default|possible values): [^\]]*\]/g, '');
    assert.match(words, /\w+ \w+/, `--help does not say what --${name} is for`);
  }
  const commands = [...head.matchAll(/^  ([\w-]+) +\w/gm)].map(([, name]) => name);
  for (const command of ['serve', 'add-staff', 'backup', 'restore']) assert.ok(commands.includes(command), command);
  for (const command of commands) assert.equal((await place.run(['help', command])).code, 0, command);
});

test('a mistyped data folder is said, and not made, nor is anything in one that is there', async (place) => {
  const data = await place.path('nowhere');
  const other = await place.path('elsewhere');
  await mkdir(other);
  for (const words of [
    ['code', 'ines@kelpworks.org'], ['export-person', 'ines@kelpworks.org'], ['erase-person', 'ines@kelpworks.org'], ['remove-sample'],
    ['remove-staff', 'marta@hub.example'], ['end-membership', 'kelpworks', '--reason', 'x'], ['rename-namespace', 'kelpworks', 'kelp'], ['rotate-key'],
  ]) {
    for (const folder of [data, other]) {
      const done = await place.run([...words, '--data', folder]);
      assert.deepEqual([done.code, done.stdout, done.stderr], [2, '', `dsos: there is no data in ${folder}: name it with --data.\n`], words[0]);
    }
  }
  await assert.rejects(readdir(data), /ENOENT/);
  assert.deepEqual(await readdir(other), []);
});

test('no password shows, whatever is wrong beside it', async (place) => {
  const file = await place.path('settings.toml');
  const write = (text) => writeFile(file, text);
  const env = { DSOS_SMTP: SMTP };
  const shown = [];
  const look = async (words, more = {}) => {
    const done = await place.run([...words, '--data', await place.path('data')], more);
    if ((done.stdout + done.stderr).includes(PASSWORD)) shown.push(`${words.join(' ')} ${Object.keys(more)}`);
    return done;
  };
  for (const words of [['--help'], ['backup', '--help'], ['--port', 'many'], ['--prot'], ['backup'], ['--mail-from', 'nobody']]) {
    await look(words, env);
    await look([...words, '--smtp', SMTP]);
  }
  for (const smtp of [
    `http://marta:${PASSWORD}@mail.example`,
    `smtp://marta:${PASSWORD}@`,
    `smtp://marta:${PASSWORD}@mail.example:port`,
    `marta:${PASSWORD}@mail.example`,
    `smtp//${PASSWORD}`,
    `smtp://marta:${PASSWORD}@mail.example?tls=perhaps`,
  ]) {
    const serving = ['--dir', DIST, '--port', '0', '--smtp', smtp];
    assert.equal((await look(serving)).code, 2, smtp);
    await look([], { DSOS_SMTP: smtp });
    await look(['--smtp', smtp, '--smtp', smtp]);
    await look([`--smtpp=${smtp}`]);
    for (const text of [`smtp = "${smtp}"`, `smtp = "${smtp}`, `smtp = ["${smtp}"]`, `smtpp = "${smtp}"`, `smtp = ${smtp}`]) {
      await write(`${text}\n`);
      await look(['--dir', DIST, '--port', '0', '--config', file]);
    }
  }
  assert.deepEqual(shown, [], 'it shows');
});

test('nor does it while the server runs and cannot reach the mail server', async (place) => {
  const server = await place.start({ words: ['--smtp', SMTP] });
  await server.stop();
  assert.ok(!server.said.includes(PASSWORD), server.said);
});
