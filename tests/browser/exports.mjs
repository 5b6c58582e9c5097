// Real export files for the workbench's tests, and what is in them, found by a second reader that
// shares nothing with the engine.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const made = new Map();
let folder;

/** The path of a generated file, which is removed when the tests end. */
export function fixturePath(...words) {
  const key = words.join(' ');
  if (!made.has(key)) {
    if (!folder) {
      folder = mkdtempSync(join(tmpdir(), 'dsos-exports-'));
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    }
    const path = join(folder, `${made.size}-${words[0]}.csv`);
    const command = ['run', '--quiet', '--release', '--package', 'fixtures', '--', ...words.map(String), '--out', path];
    execFileSync('cargo', command, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    made.set(key, path);
  }
  return made.get(key);
}

/** The bytes of a generated file: `fixture('raw', '--rows', 20000)`. */
export const fixture = (...words) => readFileSync(fixturePath(...words));

/** A file as Playwright's file inputs take it. */
export const file = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });

/**
 * The records of a CSV text, one character after the other: each with its `cells` and its exact
 * `text`, line end included.
 */
export function records(text) {
  const all = [];
  let [cells, cell, quoted, begin] = [[], '', false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') [cells, cell] = [[...cells, cell], ''];
    else if (character === '\n') {
      all.push({ cells: [...cells, cell], text: text.slice(begin, at + 1) });
      [cells, cell, begin] = [[], '', at + 1];
    } else cell += character;
  }
  return all;
}

/** The records of a raw export as objects by column name, each with its exact `text`. */
export function rows(bytes) {
  const [head, ...rest] = records(bytes.toString());
  return rest.map(({ cells, text }) => ({ text, ...Object.fromEntries(head.cells.map((name, at) => [name, cells[at]])) }));
}

/** How many of some rows are pulls. */
export const pulls = (some) => some.filter((row) => row.action !== 'version_check').length;

/** The Monday of the week of a day, as `YYYY-MM-DD`. */
export function monday(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
