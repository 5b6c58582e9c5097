// From what was counted to tables.

/** The median of some runs, with the least and the greatest. */
export function figure(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], greatest: sorted.at(-1), runs: sorted.length };
}

/** Milliseconds such that so many of a hundred are not above them. */
const percentile = (sorted, share) => sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)];

/** Percentiles of each run, as figures over the runs. */
export function spread(runs) {
  const sorted = runs.map((times) => times.toSorted((a, b) => a - b));
  const at = (share) => figure(sorted.map((times) => percentile(times, share)));
  return { count: sorted[0].length, p50: at(50), p99: at(99), max: at(100) };
}

/** How much of its aim a figure is. */
export const ofAim = (value, aim) => (value ? `${(value.median / aim).toFixed(2)} ×` : '');
