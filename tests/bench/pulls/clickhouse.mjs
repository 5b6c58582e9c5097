// The same home of pulls in ClickHouse: what its insights take, what it takes on the disk, and whether
// it keeps up with what registries report.

import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { USER, startClickHouse } from '../../server/clickhouse.mjs';
import { Server } from '../server/server.mjs';
import { measureEvents } from './events.mjs';
import { measureStore } from './stores.mjs';

/** Asks a server for one line. */
async function line(port, question) {
  const headers = { 'x-clickhouse-user': USER.name, 'x-clickhouse-key': USER.password };
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: question });
  if (!answer.ok) throw new Error(`ClickHouse: ${await answer.text()}`);
  return (await answer.text()).trim();
}

/** Bytes of the tables of a database, packed, and how many rows of pulls there are. */
async function kept(port, database) {
  const found = await line(
    port,
    `SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND database = '${database}' GROUP BY table FORMAT JSONCompact`,
  );
  return Object.fromEntries(JSON.parse(found).data.map(([table, bytes, rows]) => [table, { bytes: Number(bytes), rows: Number(rows) }]));
}

/**
 * Runs of a ClickHouse with its data in a folder: questions about so many million pulls of a
 * namespace, its insights in a browser, and reports to a server in front of it, with nothing there
 * before.
 * @param {object} what `runs`, `parts` of `store`, `screen` and `events`, `note` is told what is done,
 *   `data` has the namespace, `inBrowser` measures a server on a folder, `prepared` makes a folder for a
 *   server and gives it with a token
 */
export async function measureClickHouse(folder, millions, namespace, { runs, parts, note, data, inBrowser, prepared }) {
  const found = { store: [], screen: [], events: [] };
  const running = await startClickHouse({ program: process.env.DSOS_CLICKHOUSE_PROGRAM, folder });
  const of = (database) => running.address.replace(/\/[^/]*$/, `/${database}`);
  try {
    for (let run = 0; parts.includes('store') && run < runs; run += 1) {
      note(`ClickHouse, ${run + 1} of ${runs}`);
      const measured = await measureStore(of('bench'), millions, namespace);
      found.filled ??= measured.fill;
      found.store.push(measured);
    }
    found.kept = await kept(running.ports[0], 'bench');
    for (let run = 0; parts.includes('screen') && run < runs; run += 1) {
      note(`the tab on ClickHouse, ${run + 1} of ${runs}`);
      // The same namespace, without the pulls of the other home.
      const front = join(folder, 'front');
      rmSync(front, { recursive: true, force: true });
      cpSync(data, join(front, 'data'), { recursive: true, filter: (from) => !basename(from).startsWith('pulls.') });
      found.screen.push(await inBrowser(front, of('bench')));
      rmSync(front, { recursive: true });
    }
    for (let run = 0; parts.includes('events') && run < runs; run += 1) {
      note(`events into ClickHouse, ${run + 1} of ${runs}`);
      const database = `events_${process.pid}_${millions}_${run}`;
      const { home, token, started } = await prepared(run, of(database));
      const server = await started(home);
      try {
        found.events.push({ ...(await measureEvents(server, token, namespace)), peak: server.memory().peak });
      } finally {
        await server.stop();
        await line(running.ports[0], `DROP DATABASE ${database}`);
      }
    }
    return found;
  } finally {
    await running.stop();
  }
}
