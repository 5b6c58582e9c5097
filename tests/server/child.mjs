// A program that a test starts, what it said last, and its end.

/** How much of what it said is kept, for errors. */
const KEPT = 4_000;

/**
 * Starts a program; gives `said()`, `hasEnded()`, and `end(signal)`, which waits until it has.
 * @param {Function} start starts it, as `spawn` does
 * @param {object} options those of `spawn`, but `stdio`
 */
export function launched(start, program, words, options) {
  const child = start(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, hasEnded] = ['', false];
  const listen = (text) => (said = `${said}${text}`.slice(-KEPT));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', listen);
  child.on('error', listen);
  const ended = new Promise((done) => {
    child.on('error', done);
    child.on('close', done);
  }).then(() => (hasEnded = true));
  return {
    said: () => said,
    hasEnded: () => hasEnded,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
