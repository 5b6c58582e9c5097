// ClickHouse for tests: one server on loopback, or several that are the shards of a cluster, each of
// which may have copies.
//
// By hand, until it is interrupted:
//
//   node tests/server/clickhouse.mjs PROGRAM FOLDER [--shards N] [--copies N --zookeeper PACKAGES]
//
// PACKAGES is a folder in which those of ZooKeeper are unpacked. It says what DSOS_CLICKHOUSE,
// DSOS_CLICKHOUSE_CLUSTER or DSOS_CLICKHOUSE_COPIES is then. With `--told` it does what its input says,
// a line each, and says `done`: `end N`, `empty N` or `begin N`, of servers from 0 on. It ends with
// its input.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launched } from './child.mjs';
import { startZooKeeper } from './zookeeper.mjs';

/** What it may take to answer. */
const PATIENCE = 30_000;

/** The cluster, as the settings call it. */
export const CLUSTER = 'harbor';

/** Who may ask; of its characters some mean something in a URL, in SQL or in XML. */
export const USER = { name: 'default', password: "tide'pool\\44&9" };

const xml = (text) => text.replace(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);

/** The settings of a server: what is not named here is as the program has it, or off. */
const settings = ({ folder, port, tcp, fetch, name, shards, zookeeper }) => `<?xml version="1.0"?>
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
      (copies) => `
    <shard><internal_replication>true</internal_replication>${copies
      .map(
        (server) => `<replica>
      <host>127.0.0.1</host><port>${server.tcp}</port>
      <user>${USER.name}</user><password>${xml(USER.password)}</password>
    </replica>`,
      )
      .join('')}</shard>`,
    )
    .join('')}
  </${CLUSTER}></remote_servers>${
    zookeeper
      ? `
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <interserver_http_port>${fetch}</interserver_http_port>
  <zookeeper><node><host>127.0.0.1</host><port>${zookeeper}</port></node><session_timeout_ms>6000</session_timeout_ms></zookeeper>
  <macros><shard>${name.shard}</shard><replica>${name.copy}</replica></macros>
  <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>`
      : ''
  }
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

/** How long the queue of statements on a cluster takes to begin, once a server answers. */
const QUEUE = 2_000;

/** Waits until a server answers, unless it ends. */
async function answers({ port }, running) {
  for (const until = Date.now() + PATIENCE; ; await new Promise((done) => setTimeout(done, 100))) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
    if (answer?.ok) return;
    if (running.hasEnded()) throw new Error(`ClickHouse ended: ${running.said()}`);
    if (Date.now() > until) throw new Error(`ClickHouse does not answer: ${running.said()}`);
  }
}

/**
 * Starts ClickHouse; gives its `address`, as `DSOS_CLICKHOUSE` or, with several shards,
 * `DSOS_CLICKHOUSE_CLUSTER` wants it, or with copies `DSOS_CLICKHOUSE_COPIES`: the address of the first
 * copies, and that of the second ones. Also the `ports` of the HTTP interface, and what stops it.
 * @param {object} options `program` (`clickhouse-server`, or `clickhouse` of a current version),
 *   `folder` (its own; what it kept there before is there again), `ports` (two for each server, for
 *   HTTP and between servers; any that are free), `shards` (how many), `copies` (of each shard), `packages`
 *   (with copies, where those of ZooKeeper are unpacked), `start` (starts a program, as `spawn` does)
 */
export async function startClickHouse({ program, folder, ports = [], shards = 1, copies = 1, packages, start = spawn }) {
  const servers = [];
  for (let at = 0; at < shards * copies; at += 1) {
    const name = { shard: (at % shards) + 1, copy: Math.floor(at / shards) + 1 };
    servers.push({
      name,
      folder: resolve(folder, `shard-${name.shard}${name.copy > 1 ? `-copy-${name.copy}` : ''}`),
      port: ports[at * 2] || (await freePort()),
      tcp: ports[at * 2 + 1] || (await freePort()),
      fetch: await freePort(),
    });
  }
  const byShard = Array.from({ length: shards }, (_, at) => servers.filter(({ name }) => name.shard === at + 1));
  const zookeeper = copies > 1 ? await freePort() : undefined;
  const keeper = zookeeper && (await startZooKeeper({ packages, folder: resolve(folder, 'zookeeper'), port: zookeeper, start }));
  const running = servers.map(() => undefined);
  const begin = async (at) => {
    const server = servers[at];
    await mkdir(server.folder, { recursive: true });
    await writeFile(join(server.folder, 'config.xml'), settings({ ...server, shards: byShard, zookeeper }));
    await writeFile(join(server.folder, 'users.xml'), users);
    const words = [...(basename(program) === 'clickhouse' ? ['server'] : []), `--config-file=${join(server.folder, 'config.xml')}`];
    running[at] = launched(start, program, words, { cwd: server.folder, env: environment(program) });
    await answers(server, running[at]);
    // A statement before that, and the oldest version crashes.
    if (zookeeper) await new Promise((done) => setTimeout(done, QUEUE));
  };
  const end = (at, signal = 'SIGKILL') => running[at]?.end(signal);
  const empty = async (at) => {
    const store = join(servers[at].folder, 'store');
    const lost = (await readdir(store)).filter((name) => name !== 'metadata');
    for (const name of lost) await rm(join(store, name), { recursive: true });
    await mkdir(join(store, 'flags'));
    await writeFile(join(store, 'flags', 'force_restore_data'), '');
  };
  const each = (what) => Promise.all(servers.map((_, at) => what(at)));
  const stop = async (signal = 'SIGKILL') => {
    await each((at) => end(at, signal));
    await keeper?.stop();
  };
  try {
    await each(begin);
  } catch (error) {
    await stop();
    throw error;
  }
  const login = `${USER.name}:${encodeURIComponent(USER.password).replaceAll("'", '%27')}`;
  const parameters = shards * copies > 1 ? `?cluster=${CLUSTER}${copies > 1 ? '&replicated=1' : ''}` : '';
  const address = (copy) => {
    const named = servers.filter(({ name }) => name.copy === copy);
    return `clickhouse://${login}@${named.map(({ port }) => `127.0.0.1:${port}`).join(',')}/pulls${parameters}`;
  };
  return {
    address: copies > 1 ? `${address(1)} ${address(2)}` : address(1),
    ports: servers.map(({ port }) => port),
    /** Ends all of them, at once as if the power had gone unless `signal` is another. */
    stop,
    /** Kills one; starts one that has ended. */
    end,
    begin,
    /** Takes what one had kept but its tables, as if they were made on another machine for it. */
    empty,
    /** Kills one, and starts it again with what it had kept. */
    async restart(at = 0) {
      await end(at);
      await begin(at);
    },
  };
}

/** The variable that an address is for. */
const variable = (shards, copies) => `DSOS_CLICKHOUSE${copies > 1 ? '_COPIES' : shards > 1 ? '_CLUSTER' : ''}`;

async function main(words) {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      shards: { type: 'string', default: '1' },
      copies: { type: 'string', default: '1' },
      zookeeper: { type: 'string' },
      told: { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
    },
  });
  const [program, folder] = positionals;
  const [shards, copies] = [Number(values.shards), Number(values.copies)];
  if (!program || !folder || (copies > 1 && !values.zookeeper)) {
    throw new Error('usage: clickhouse.mjs PROGRAM FOLDER [--shards N] [--copies N --zookeeper PACKAGES] [--port PORT …]');
  }
  const started = await startClickHouse({ program, folder, shards, copies, packages: values.zookeeper, ports: values.port.map(Number) });
  console.log(`${variable(shards, copies)}='${started.address}'`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await started.stop('SIGTERM');
      process.exit(0);
    });
  }
  if (!values.told) return;
  // Whoever tells may have ended, or waits for an answer that does not come after a failure.
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const [what, at] = line.split(' ');
      await { end: started.end, empty: started.empty, begin: started.begin }[what](Number(at));
      console.log('done');
    }
  } finally {
    await started.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
