// Holds answers against the independent count. A wrong answer ends the benchmark.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** `tag` and `week` (Monday, `YYYY-MM-DD`) to pulls, as one flat map; no tag is "". */
export function expectedPulls(expected) {
  const flat = new Map();
  const add = (tag, weeks) => {
    for (const [week, count] of Object.entries(weeks)) if (count.pulls) flat.set(`${tag} ${week}`, count.pulls);
  };
  add('', expected.no_tag);
  for (const [tag, weeks] of Object.entries(expected.tags)) add(tag, weeks);
  return flat;
}

/** DuckDB's rows of tag, week and pulls. */
export function checkRows(rows, expected) {
  const flat = new Map(rows.map(({ tag, week, pulls }) => [`${tag ?? ''} ${week}`, pulls]));
  assert.deepEqual(new Map([...flat].sort()), new Map([...expectedPulls(expected)].sort()));
}

/** The cells of the table twin: every tag in it must have exactly its pulls, week by week. */
export function checkTable(cells, expected) {
  const total = (weeks) => Object.values(weeks).reduce((sum, count) => sum + count.pulls, 0);
  const number = (text) => Number(text.replace(/[^\d]/g, '') || '0');
  const weeks = Object.keys(expected.no_tag).sort();
  const tagAt = (text) => Object.hasOwn(expected.tags, text);
  const acrossTop = cells[0].some(tagAt);
  const lines = acrossTop ? cells[0].map((_, column) => cells.map((row) => row[column] ?? '')) : cells;
  let checked = 0;
  for (const [head, ...values] of lines) {
    if (!tagAt(head)) continue;
    const pulls = weeks.map((week) => expected.tags[head][week]?.pulls ?? 0);
    const shown = values.map(number);
    const forward = pulls.every((count, at) => shown[at] === count);
    const backward = pulls.toReversed().every((count, at) => shown[at] === count);
    assert.ok(forward || backward, `${head}: ${shown} instead of ${pulls} (${total(expected.tags[head])})`);
    checked += 1;
  }
  assert.ok(checked >= 3, `${checked} tags found in the table`);
  return checked;
}

/** A summary export by tag: all tags, all counts. */
export function checkSummary(path, expected) {
  const [head, ...lines] = readFileSync(path, 'utf8').replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/);
  const at = Object.fromEntries(head.split(',').map((name, place) => [name.toLowerCase(), place]));
  const sums = new Map();
  let [byTag, byDigest, checks] = [0, 0, 0];
  for (const line of lines) {
    const cells = line.split(',');
    const [tagged, untagged, looked] = ['pull_by_tag', 'pull_by_digest', 'version_check'].map((name) => Number(cells[at[name]]));
    [byTag, byDigest, checks] = [byTag + tagged, byDigest + untagged, checks + looked];
    const reference = cells[at.reference];
    if (!reference.startsWith('sha256:')) sums.set(reference, (sums.get(reference) ?? 0) + tagged);
  }
  assert.deepEqual([byTag, byDigest, checks], Object.values(expected.actions));
  for (const [tag, weeks] of Object.entries(expected.tags)) {
    const pulls = Object.values(weeks).reduce((sum, count) => sum + count.pulls, 0);
    assert.equal(sums.get(tag) ?? 0, pulls, tag);
  }
}

/** The SHA-256 of a file, in hex. */
export async function fingerprint(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
