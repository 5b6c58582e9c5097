// A small file system of its own for a data folder, in memory. It is mounted in a mount namespace
// that only the server is in (`unshare`), so it is gone with the server, whatever happens to this
// program.

import { mkdir, open, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { LeftOut, until } from './harness.mjs';

/** How much the file system holds. */
const SIZE = '6m';

const MOUNT = `mount -t tmpfs -o size=${SIZE} tmpfs "$1"`;

/** As root it can be mounted at once; others are root in a user namespace of their own. */
const WAYS = [
  { unshare: ['-m'], enter: ['-m'] },
  { unshare: ['-rm'], enter: ['-U', '--preserve-credentials', '-m'] },
].slice(userInfo().uid === 0 ? 0 : 1);

/** A small file system at a data folder, seen by what runs in it alone. */
export class SmallDisk {
  static async mount(place) {
    const data = await place.path('data');
    await mkdir(data);
    for (const { unshare, enter } of WAYS) {
      // It lasts as long as this shell, so that servers can end and start in it.
      const script = `${MOUNT} && echo mounted && exec cat`;
      const keeper = place.spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', data]);
      let end;
      keeper.ended.then((value) => (end = value));
      await until('the file system', () => end || keeper.output.stdout.includes('mounted'));
      if (!end) return new SmallDisk(place, keeper, enter, data);
    }
    throw new LeftOut('no small file system can be mounted here: `unshare -rm` and `mount -t tmpfs` have to work');
  }

  constructor(place, keeper, enter, data) {
    this.place = place;
    // Whatever has to do with the data runs in it: from outside, SQLite would follow the path to
    // what is below the file system.
    place.through = ['nsenter', '-t', `${keeper.pid}`, ...enter];
    /** The data folder. */
    this.data = data;
    this.filler = join(`/proc/${keeper.pid}/root${data}`, 'filler');
  }

  /** Starts a server in it, with these words more. */
  start(words = []) {
    return this.place.start({ words });
  }

  /** Takes up what is left; gives how much that was. */
  async fill() {
    const file = await open(this.filler, 'a');
    let bytes = 0;
    try {
      // First in large pieces, then to the last byte.
      for (const piece of [64 * 1024, 4096, 1]) {
        try {
          for (;;) bytes += (await file.write(Buffer.alloc(piece, 1))).bytesWritten;
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      await file.close();
    }
    return bytes;
  }

  /** Makes room again. */
  free() {
    return rm(this.filler);
  }
}
