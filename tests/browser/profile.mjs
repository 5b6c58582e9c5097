// A browser's profile, in a folder of its own.

import { rmSync } from 'node:fs';

/** Removes the profile of a browser that has ended. */
export function removeProfile(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  } catch {
    // A process of the browser that ends late still writes there: the system clears the folder.
  }
}
