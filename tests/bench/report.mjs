// The figures as Markdown, and where they are kept.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Milliseconds as a reader wants them. */
export const time = (figure) => format(figure, (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : ms >= 20 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`));

/** Megabytes. */
export const megabytes = (figure) => format(figure, (mb) => (mb >= 1000 ? `${(mb / 1000).toFixed(2)} GB` : `${mb.toFixed(0)} MB`));

/** Megabytes a second. */
export const rate = (figure) => format(figure, (mb) => `${mb.toFixed(0)} MB/s`);

/** How many times as much. */
export const times = (figure) => format(figure, (factor) => `${factor.toFixed(1)} ×`);

/** A bare number. */
export const plain = (figure) => format(figure, (number) => String(Math.round(number)));

/** A number of bytes, exactly counted. */
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

function format(figure, text) {
  if (!figure) return '–';
  if (figure.runs === 1) return text(figure.median);
  return `${text(figure.median)} (${text(figure.least)} to ${text(figure.greatest)})`;
}

/** A table with a heading: lines of [what, asked for, cells...]. */
export function table(title, head, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, '', row(head), row(head.map((_, at) => (at ? '--:' : ':--'))), ...lines.map(row), ''].join('\n');
}

/** On what and when this was measured. */
export function circumstances(version, words) {
  const [processor] = cpus();
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${processor.model.trim()}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GB, Chromium ${version}, headless. ` +
      'Each figure is the median, with the least and the greatest in parentheses.',
    '',
    `Reproduce with \`cargo xtask bench${words.length ? ` ${words.join(' ')}` : ''}\`.`,
    '',
  ].join('\n');
}

/** Puts a report between the markers of a document that have a name. */
export function writeBetweenMarkers(path, name, report) {
  const [begin, end] = [`<!-- ${name} begin -->`, `<!-- ${name} end -->`];
  const before = readFileSync(path, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no line ${begin} before a line ${end}`);
  writeFileSync(path, `${before.slice(0, from + begin.length)}\n\n${report.trim()}\n\n${before.slice(to)}`);
}
