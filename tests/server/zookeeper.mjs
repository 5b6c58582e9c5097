// ZooKeeper for tests, on loopback: the list of copies that servers of ClickHouse keep together.

import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { launched } from './child.mjs';

/** What it may take to answer. */
const PATIENCE = 30_000;

/** What it says to somebody who asks how it is, if it is well. */
const WELL = 'imok';

const settings = (folder, port) => `tickTime=1000
dataDir=${folder}
clientPort=${port}
clientPortAddress=127.0.0.1
maxClientCnxns=0
admin.enableServer=false
4lw.commands.whitelist=ruok
`;

/** Java: that of the machine, or one that was unpacked beside the packages of ZooKeeper. */
function java(packages) {
  const places = join(packages, 'usr/lib/jvm');
  const unpacked = existsSync(places) ? readdirSync(places).map((name) => join(places, name, 'bin/java')) : [];
  return unpacked.find((program) => existsSync(program)) ?? 'java';
}

/** What a server answers to a word of four letters; nothing while it is not there. */
async function said(port, word) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.setTimeout(1_000, () => socket.destroy());
  socket.end(word);
  let answer = '';
  socket.on('data', (text) => (answer += text));
  await once(socket, 'close').catch(() => {});
  return answer;
}

/**
 * Starts ZooKeeper; gives what stops it.
 * @param {object} options `packages` (a folder in which Debian's packages of it are unpacked), `folder`
 *   (its own), `port`, `start` (starts a program, as `spawn` does)
 */
export async function startZooKeeper({ packages, folder, port, start }) {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'zoo.cfg');
  await writeFile(config, settings(folder, port));
  const words = ['-Xmx256m', '-cp', join(packages, 'usr/share/java/*'), 'org.apache.zookeeper.server.ZooKeeperServerMain', config];
  const server = launched(start, java(packages), words, { cwd: folder });
  for (const until = Date.now() + PATIENCE; (await said(port, 'ruok')) !== WELL; ) {
    if (server.hasEnded() || Date.now() > until) {
      await server.end('SIGKILL');
      throw new Error(`ZooKeeper does not answer: ${server.said()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { stop: () => server.end('SIGKILL') };
}
