// What a view of a raw export shows, added up row by row: the second opinion that the page is held
// against. Shares nothing with the engine, and is as plain as can be.

import { monday } from './exports.mjs';

/** Tags with a series of their own. */
const NAMED = 8;

const DAY_MS = 86_400_000;
const date = (day) => new Date(`${day}T00:00:00Z`);
const text = (date) => date.toISOString().slice(0, 10);

/** The day `count` days later; earlier when negative. */
export const plus = (day, count) => text(new Date(date(day).getTime() + count * DAY_MS));

/** The same date `count` months earlier, or the last day of that month. */
export function monthsBefore(day, count) {
  const [year, month, at] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - count, 0)).getUTCDate();
  return text(new Date(Date.UTC(year, month - 1 - count, Math.min(at, last))));
}

/** The first day of the period that holds a day. */
const START = { day: (day) => day, week: monday, month: (day) => `${day.slice(0, 8)}01` };

/** The first day of the period `count` periods later. */
const LATER = {
  day: plus,
  week: (first, count) => plus(first, 7 * count),
  month: (first, count) => monthsBefore(first, -count),
};

/** The period that begins on a day: first and last day. */
const period = (first, by) => [first, plus(LATER[by](first, 1), -1)];

/** Number of days from one to another, both counted. */
const length = ([first, last]) => (date(last) - date(first)) / DAY_MS + 1;

/** Whether a row is counted, by what is chosen under Count. */
export const COUNTS = {
  pulls: (row) => row.action !== 'version_check',
  checks: (row) => row.action === 'version_check',
  both: () => true,
};

/** How often each value of a column occurs, most frequent first, ties by value. */
export function frequencies(rows, column) {
  const counts = new Map();
  for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
  return [...counts].sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1));
}

/** The days that `span` chooses: `all`, a number of months, or two days. */
function daysOf(span, by, [first, last]) {
  if (Array.isArray(span)) return span;
  if (span === 'all') return [first, last];
  const from = START[by](monthsBefore(plus(last, 1), span));
  return [from < first ? first : from, last];
}

/**
 * The view of some rows: `span` (all, months, or two days), `by` (day, week, month), `count`
 * (pulls, checks, both), `compare` (before, year), `keep` (which rows a filter leaves).
 *
 * Gives back the `days` shown, the sums of its rows, the `periods` with the values of each series,
 * and `change`: what is compared with what, over periods that are whole and known on both sides.
 */
export function viewOf(all, { span = 'all', by = 'week', count = 'pulls', compare, keep = () => true } = {}) {
  const known = all.map((row) => row.action_day).sort();
  const available = [known[0], known.at(-1)];
  const days = daysOf(span, by, available);
  const within = ([first, last]) => (row) => first <= row.action_day && row.action_day <= last;
  const anyIn = (range) => all.some(within(range));
  const kept = all.filter(keep);
  const shown = kept.filter(within(days));
  const counted = shown.filter(COUNTS[count]);
  const drawn = shown.filter(COUNTS[count === 'checks' ? 'checks' : 'pulls']);
  const tags = frequencies(counted, 'tag').map(([tag]) => tag).filter(Boolean).slice(0, NAMED);
  const seriesOf = (row) => (tags.includes(row.tag) ? row.tag : row.tag ? 'other tags' : 'by digest (no tag)');
  const series = [...new Set(drawn.map(seriesOf))];
  const checks = shown.filter(COUNTS.checks);

  const periods = [];
  for (let first = START[by](days[0]); first <= days[1]; first = LATER[by](first, 1)) {
    const whole = period(first, by);
    const part = [whole[0] < days[0] ? days[0] : whole[0], whole[1] > days[1] ? days[1] : whole[1]];
    const missing = !anyIn(part);
    const covered = [part[0] < available[0] ? available[0] : part[0], part[1] > available[1] ? available[1] : part[1]];
    const here = drawn.filter(within(part));
    const values = Object.fromEntries(series.map((name) => [name, missing ? null : here.filter((row) => seriesOf(row) === name).length]));
    if (count === 'both' && checks.length) values['version checks'] = missing ? null : checks.filter(within(part)).length;
    periods.push({ span: whole, covered: Math.max(0, length(covered)), days: length(whole), missing, values: { ...values, Total: missing ? null : here.length } });
  }

  // Of both, pulls are compared, as they are what the chart adds up.
  const compared = COUNTS[count === 'checks' ? 'checks' : 'pulls'];
  const change = { periods: 0, now: 0, then: 0 };
  for (const { span, covered, days, missing, values } of compare ? periods : []) {
    const back = compare === 'before' ? periods.length : { day: 364, week: 52, month: 12 }[by];
    const earlier = period(LATER[by](span[0], -back), by);
    const isKnown = earlier[0] >= available[0] && earlier[1] <= available[1] && anyIn(earlier);
    const then = isKnown ? kept.filter(within(earlier)).filter(compared).length : null;
    values.Compared = then;
    if (then === null || covered < days || missing) continue;
    change.periods += 1;
    change.now += kept.filter(within(span)).filter(compared).length;
    change.then += then;
  }
  return {
    days,
    rows: counted,
    pulls: shown.filter(COUNTS.pulls).length,
    byTag: shown.filter((row) => row.action === 'pull_by_tag').length,
    byDigest: shown.filter((row) => row.action === 'pull_by_digest').length,
    checks: checks.length,
    periods,
    change,
  };
}
