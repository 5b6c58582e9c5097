// ClickHouse for tests: one server on loopback, or several that are the shards of a cluster.
//
// By hand: node tests/server/clickhouse.mjs PROGRAM FOLDER [SHARDS], until it is interrupted. It
// says what DSOS_CLICKHOUSE or DSOS_CLICKHOUSE_CLUSTER is then.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What it may take to answer. */
const PATIENCE = 30_000;

/** The cluster, as the settings call it. */
export const CLUSTER = 'harbor';

/** Who may ask; of its characters some mean something in a URL, in SQL or in XML. */
export const USER = { name: 'default', password: "tide'pool\\44&9" };

const xml = (text) => text.replace(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);

/** The settings of a server: what is not named here is as the program has it, or off. */
const settings = ({ folder, port, tcp, shards }) => `<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${port}</http_port>
  <tcp_port>${tcp}</tcp_port>
  <path>${xml(folder)}/store/</path>
  <tmp_path>${xml(folder)}/tmp/</tmp_path>
  <user_files_path>${xml(folder)}/files/</user_files_path>
  <format_schema_path>${xml(folder)}/formats/</format_schema_path>
  <users_config>${xml(folder)}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <timezone>UTC</timezone>
  <remote_servers><${CLUSTER}>${shards
    .map(
      (shard) => `
    <shard><replica>
      <host>127.0.0.1</host><port>${shard.tcp}</port>
      <user>${USER.name}</user><password>${xml(USER.password)}</password>
    </replica></shard>`,
    )
    .join('')}
  </${CLUSTER}></remote_servers>
</yandex>
`;

const users = `<?xml version="1.0"?>
<yandex>
  <profiles><default/></profiles>
  <users><${USER.name}>
    <password>${xml(USER.password)}</password>
    <networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
  </${USER.name}></users>
  <quotas><default/></quotas>
</yandex>
`;

/** A port that nobody has. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The environment: a program that was unpacked, rather than installed, has its libraries beside it. */
function environment(program) {
  const root = resolve(dirname(program), '../..');
  if (root === '/' || basename(dirname(dirname(program))) !== 'usr') return process.env;
  const places = ['usr/lib', 'lib'].flatMap((place) => ['x86_64', 'aarch64'].map((kind) => join(root, place, `${kind}-linux-gnu`)));
  return { ...process.env, LD_LIBRARY_PATH: places.join(':') };
}

/** Waits until a server answers; `hasEnded` says that it never will. */
async function answers({ port }, hasEnded, said) {
  for (const until = Date.now() + PATIENCE; ; await new Promise((done) => setTimeout(done, 100))) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
    if (answer?.ok) return;
    if (hasEnded()) throw new Error(`ClickHouse ended: ${said()}`);
    if (Date.now() > until) throw new Error(`ClickHouse does not answer: ${said()}`);
  }
}

/**
 * Starts ClickHouse; gives its `address`, as `DSOS_CLICKHOUSE` or, with several shards,
 * `DSOS_CLICKHOUSE_CLUSTER` wants it, the `ports` of the HTTP interface, and what stops it.
 * @param {object} options `program` (`clickhouse-server`, or `clickhouse` of a current version),
 *   `folder` (its own; what it kept there before is there again), `ports` (two for each shard, for
 *   HTTP and between servers; any that are free), `shards` (how many), `start` (starts a program, as
 *   `spawn` does)
 */
export async function startClickHouse({ program, folder, ports = [], shards = 1, start = spawn }) {
  const servers = [];
  for (let at = 0; at < shards; at += 1) {
    servers.push({
      folder: resolve(folder, `shard-${at + 1}`),
      port: ports[at * 2] || (await freePort()),
      tcp: ports[at * 2 + 1] || (await freePort()),
    });
  }
  const running = servers.map(() => undefined);
  const begin = async (at) => {
    const server = servers[at];
    await mkdir(server.folder, { recursive: true });
    await writeFile(join(server.folder, 'config.xml'), settings({ ...server, shards: servers }));
    await writeFile(join(server.folder, 'users.xml'), users);
    const words = [...(basename(program) === 'clickhouse' ? ['server'] : []), `--config-file=${join(server.folder, 'config.xml')}`];
    const child = start(program, words, { cwd: server.folder, env: environment(program), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let hasEnded = false;
    const listen = (text) => (said = `${said}${text}`.slice(-4_000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', listen);
    const ended = new Promise((done) => {
      child.on('error', done);
      child.on('close', done);
    }).then(() => (hasEnded = true));
    running[at] = { child, ended };
    await answers(server, () => hasEnded, () => said);
  };
  const end = async (at, signal) => {
    running[at]?.child.kill(signal);
    await running[at]?.ended;
  };
  const each = (what) => Promise.all(servers.map((_, at) => what(at)));
  try {
    await each(begin);
  } catch (error) {
    await each((at) => end(at, 'SIGKILL'));
    throw error;
  }
  const login = `${USER.name}:${encodeURIComponent(USER.password).replaceAll("'", '%27')}`;
  const places = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    address: `clickhouse://${login}@${places}/pulls${shards > 1 ? `?cluster=${CLUSTER}` : ''}`,
    ports: servers.map(({ port }) => port),
    /** Ends all of them, at once as if the power had gone unless `signal` is another. */
    stop: (signal = 'SIGKILL') => each((at) => end(at, signal)),
    /** Kills one, and starts it again with what it had kept. */
    async restart(at = 0) {
      await end(at, 'SIGKILL');
      await begin(at);
    },
  };
}

async function main([program, folder, shards = '1', ...ports]) {
  if (!program || !folder) throw new Error('usage: clickhouse.mjs PROGRAM FOLDER [SHARDS [PORT …]]');
  const started = await startClickHouse({ program, folder, shards: Number(shards), ports: ports.map(Number) });
  console.log(`DSOS_CLICKHOUSE${started.ports.length > 1 ? '_CLUSTER' : ''}='${started.address}'`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await started.stop('SIGTERM');
      process.exit(0);
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
