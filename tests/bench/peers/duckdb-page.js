// DuckDB-Wasm, started as its manual says and asked for pulls per tag per week.

import * as duckdb from '@duckdb/duckdb-wasm';

const COLUMNS = [
  'action', 'action_day', 'country', 'digest', 'http_method', 'host', 'namespace', 'reference', 'repository', 'tag',
  'timestamp', 'type', 'user_agent_tool', 'user_agent_version', 'domain',
];
const types = COLUMNS.map((name) => `'${name}': '${name === 'action_day' ? 'DATE' : 'VARCHAR'}'`).join();

const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker('/duckdb-worker.js'));
await database.instantiate('/duckdb.wasm');
const connection = await database.connect();

const source = (name) =>
  `read_csv('${name}', header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {${types}})`;

const grouped = (from, where = '') =>
  `SELECT tag, strftime(date_trunc('week', action_day), '%Y-%m-%d') AS week, count(*)::INTEGER AS pulls
   FROM ${from} WHERE action <> 'version_check' ${where} GROUP BY ALL`;

async function register() {
  const [file] = document.querySelector('input').files;
  await database.registerFileHandle(file.name, file, duckdb.DuckDBDataProtocol.BROWSER_FILEREADER, true);
  return file.name;
}

const rows = (table) => table.toArray().map((row) => ({ tag: row.tag, week: row.week, pulls: Number(row.pulls) }));

window.peer = {
  ready: true,
  /** From the file to the answer, nothing kept. */
  async direct() {
    const began = performance.now();
    const name = await register();
    const table = await connection.query(grouped(source(name)));
    return { milliseconds: performance.now() - began, rows: rows(table) };
  },
  /** The whole file into a table, and the answer from there. */
  async load() {
    const began = performance.now();
    const name = await register();
    await connection.query(`CREATE TABLE pulls AS SELECT * FROM ${source(name)}`);
    const table = await connection.query(grouped('pulls'));
    return { milliseconds: performance.now() - began, rows: rows(table) };
  },
  /** A changed filter, from the table. */
  async filter(country) {
    const began = performance.now();
    const table = await connection.query(grouped('pulls', `AND country = '${country}'`));
    return { milliseconds: performance.now() - began, rows: rows(table) };
  },
};
