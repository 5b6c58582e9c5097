// The files that are read: generated once, kept in the cache folder, each beside an independent
// count of what is in it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where generated files are kept. */
export const CACHE = join(
  process.env.DSOS_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dsos'),
  'bench',
);

function fixtures(...words) {
  execFileSync('cargo', ['run', '--quiet', '--release', '--package', 'fixtures', '--', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** Changes with the generator: what an older one made and counted is made again. */
const GENERATOR = (() => {
  const folder = join(ROOT, 'crates/fixtures/src');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 8);
})();

/** Generates a raw export unless the cache has it; answers path, size, rows and the count. */
export function rawExport(rows, { days = 90 } = {}) {
  mkdirSync(CACHE, { recursive: true });
  const name = `raw-${rows}-${days}`;
  const path = join(CACHE, `${name}.csv`);
  const expected = join(CACHE, `${name}.${GENERATOR}.json`);
  if (!existsSync(path) || !existsSync(expected)) {
    const options = ['--rows', rows, '--days', days].map(String);
    fixtures('raw', ...options, '--out', `${path}.new`, '--expected', `${expected}.new`);
    renameSync(`${path}.new`, path);
    rmSync(`${path}.gz`, { force: true });
    for (const old of readdirSync(CACHE)) if (old.startsWith(`${name}.`) && old.endsWith('.json')) rmSync(join(CACHE, old));
    renameSync(`${expected}.new`, expected);
  }
  return { path, rows, bytes: statSync(path).size, expected: JSON.parse(readFileSync(expected, 'utf8')) };
}

/** The same export as one gzip member. */
export async function gzipped(file) {
  const path = `${file.path}.gz`;
  if (!existsSync(path)) {
    await pipeline(createReadStream(file.path), createGzip({ level: 6 }), createWriteStream(`${path}.new`));
    renameSync(`${path}.new`, path);
  }
  return { ...file, path, compressed: statSync(path).size };
}

/**
 * The rows of a repository as the page must export them, and their digest: by `awk` on the text
 * itself. No quoted field stands before the ninth column.
 */
export function rowsOfRepository(file, repository) {
  const script = 'NR == 1 || $9 == wanted';
  const command = `awk -F, -v wanted="$1" '${script}' "$2" | sha256sum`;
  const answer = execFileSync('sh', ['-c', command, 'sh', repository, file.path], { encoding: 'utf8' });
  return answer.split(' ')[0];
}
