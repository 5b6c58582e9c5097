// A look into the data past the server, with whatever reads SQLite on this machine: the program
// `sqlite3`, else Python. Without either there is `dsos backup` and `dsos restore`.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PYTHON, assert } from './harness.mjs';

/** The name of the file in the data folder. */
export const FILE = 'dsos.sqlite';

const answers = (program, words) => spawnSync(program, words).status === 0;

const python = [PYTHON, 'python3'].find((program) => program && answers(program, ['-c', 'import sqlite3']));
const hasProgram = answers('sqlite3', ['--version']);

const SCRIPT = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
for row in base.execute(sys.argv[2]):
    print("|".join(map(str, row)))
`;

/** Whether statements can be run here. */
export const canAsk = hasProgram || Boolean(python);

/** Runs a statement on the data of a server, which may run: the rows as lines. */
export async function sql(place, data, statement, name = FILE) {
  const file = join(data, name);
  const done = hasProgram
    ? await place.tool('sqlite3', ['-cmd', '.timeout 5000', file, statement])
    : await place.tool(python, ['-c', SCRIPT, file, statement]);
  assert.equal(done.code, 0, `${statement}: ${done.stderr}`);
  return done.stdout.trim();
}

let copies = 0;

/** Fails unless every page of the data of a server is whole. */
export async function isWhole(place, data) {
  if (canAsk) {
    assert.equal(await sql(place, data, 'PRAGMA integrity_check'), 'ok');
    assert.equal(await sql(place, data, 'PRAGMA foreign_key_check'), '');
    return;
  }
  copies += 1;
  const copy = await place.path(`whole-${copies}`);
  for (const words of [
    ['backup', copy, '--data', data],
    ['restore', copy, '--data', `${copy}-restored`],
  ]) {
    const done = await place.run(words);
    assert.equal(done.code, 0, done.stderr);
  }
}
