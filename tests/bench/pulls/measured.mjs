// What scale.mjs goes by: figures of docs/PERFORMANCE.md, of 2026-11-30, on two cores.

export const MEASURED = {
  /** Cores that all of it was measured on. */
  cores: 2,
  /** Bytes that an event takes in the spool while it waits: 276 MB of file, 2.04 million events. */
  spoolBytes: 135,
  embedded: {
    /** Events a second, one in a body and a hundred, with 10 million pulls stored. */
    single: 14_682,
    hundreds: 172_972,
    /** Bytes of a row with all that is kept beside it: the file of 10 million. */
    rowBytes: 42.3,
  },
  clickhouse: {
    /** Bytes of a raw row and of the counts beside it, of 1 million: the most that was measured. */
    rowBytes: 44.9,
    marginBytes: 4.5,
    /** Rows a second that were counted into it, by one process: those of 10 s, in 10 s and the time behind. */
    fed: 59_400,
    /** Rows a second as a raw file, of 100 million; half of what it is of 10. */
    raw: 500_000,
    /** Milliseconds of a view of a year at 10 and 100 million rows, nothing held. */
    view: [429, 979],
    /** Milliseconds of one that is held. */
    held: 38,
    /** A view with two filters, nothing held: at 10 million, before rows were read ahead. */
    filtered: [2_590, 20_090],
  },
};
