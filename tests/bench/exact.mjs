// Holds answers against the independent count. A wrong answer ends the benchmark.
//
// `counted` is that count: of the whole file, or `expected.countries[...]`, what a filter on a
// country lets through. Either has `tags` and `no_tag`, each by the Monday of the week.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What the page calls rows without a tag, and the tags that have no line of their own. */
const [NO_TAG, OTHER_TAGS] = ['by digest (no tag)', 'other tags'];

const number = (text) => Number(text.replace(/[^\d]/g, '') || '0');
const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
const added = (lists, length) => Array.from({ length }, (_, at) => sum(lists.map((list) => list[at])));

/** Pulls by name, week by week; the first name stands for no tag. */
function pullsByName(counted, weeks) {
  const named = [[NO_TAG, counted.no_tag], ...Object.entries(counted.tags)];
  return new Map(named.map(([name, counts]) => [name, weeks.map((week) => counts[week]?.pulls ?? 0)]));
}

/** All weeks of a file, also those in which a filter lets nothing through. */
const weeksOf = (expected) =>
  [...new Set([expected.no_tag, ...Object.values(expected.tags)].flatMap((counts) => Object.keys(counts)))].sort();

/** DuckDB's rows of tag, week and pulls. */
export function checkRows(rows, counted) {
  const flat = new Map(rows.map(({ tag, week, pulls }) => [`${tag ?? ''} ${week}`, pulls]));
  const wanted = new Map();
  for (const [tag, weeks] of [['', counted.no_tag], ...Object.entries(counted.tags)]) {
    for (const [week, { pulls }] of Object.entries(weeks)) if (pulls) wanted.set(`${tag} ${week}`, pulls);
  }
  assert.deepEqual(new Map([...flat].sort()), new Map([...wanted].sort()));
}

/**
 * The table twin, whole: each tag with a line of its own, all other tags together, rows without a
 * tag and the total, week by week. So every tag is in it, by itself or in the sum.
 */
export function checkTable([head, ...rows], expected, counted = expected) {
  const weeks = weeksOf(expected);
  assert.equal(rows.length, weeks.length, 'a row for each week');
  const pulls = pullsByName(counted, weeks);
  const own = head.slice(1).filter((name) => pulls.has(name));
  assert.ok(own.length >= 3, `${own} have columns`);
  const others = [...pulls].filter(([name]) => !own.includes(name)).map(([, values]) => values);
  const wanted = new Map([
    ...own.map((name) => [name, pulls.get(name)]),
    [OTHER_TAGS, added(others, weeks.length)],
    ['Total', added([...pulls.values()], weeks.length)],
  ]);
  const newestFirst = number(rows[0].at(-1)) !== wanted.get('Total')[0];
  for (const [at, name] of head.entries()) {
    if (!at) continue;
    const shown = rows.map((cells) => number(cells[at]));
    if (newestFirst) shown.reverse();
    assert.deepEqual(shown, wanted.get(name), name);
    wanted.delete(name);
  }
  for (const [name, values] of wanted) assert.equal(sum(values), 0, `${name} has no column`);
}

/** The list of tags beside the chart: the most pulled ones, each with its pulls. */
export function checkTags(tags, expected, counted = expected) {
  const pulls = pullsByName(counted, weeksOf(expected));
  const counts = tags.map(([, count]) => number(count));
  assert.ok(tags.length >= 3, `${tags.length} tags are listed`);
  assert.deepEqual(counts, tags.map(([name]) => sum(pulls.get(name) ?? [])));
  const most = [...pulls.values()].map(sum).sort((one, other) => other - one);
  assert.deepEqual(counts, most.slice(0, counts.length), 'the most pulled tags are listed');
}

/** A summary export by tag: all tags, all counts. */
export function checkSummary(path, counted) {
  const [head, ...lines] = readFileSync(path, 'utf8').replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/);
  const at = Object.fromEntries(head.split(',').map((name, place) => [name.toLowerCase(), place]));
  const [found, wanted] = [new Map(), new Map()];
  const add = (sums, key, counts) => {
    const before = sums.get(key) ?? [0, 0];
    if (sum(counts)) sums.set(key, before.map((count, place) => count + counts[place]));
  };
  for (const line of lines) {
    const cells = line.split(',');
    const [byTag, byDigest, checks] = ['pull_by_tag', 'pull_by_digest', 'version_check'].map((name) => Number(cells[at[name]]));
    const reference = cells[at.reference];
    const isDigest = reference.startsWith('sha256:');
    assert.equal(isDigest ? byTag : byDigest, 0, line);
    add(found, isDigest ? NO_TAG : reference, [byTag + byDigest, checks]);
  }
  for (const [name, weeks] of [[NO_TAG, counted.no_tag], ...Object.entries(counted.tags)]) {
    const counts = Object.values(weeks);
    add(wanted, name, [sum(counts.map(({ pulls }) => pulls)), sum(counts.map((count) => count.version_checks))]);
  }
  assert.deepEqual(new Map([...found].sort()), new Map([...wanted].sort()));
}

/** The SHA-256 of a file, in hex. */
export async function fingerprint(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
