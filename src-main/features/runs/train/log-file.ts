import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** Appends to a text file and starts a new one at `limitBytes`; the one before is kept as `.1`. Never throws: a full disk must not stop what is logged. */
export function createLogFile(
  file: string,
  limitBytes = 1_000_000,
): Readonly<{ write: (text: string) => void }> {
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let leftThisSecond = burstBytes;
  let second = 0;
  return {
    write(text) {
      const now = Math.floor(performance.now() / 1000);
      if (now !== second) {
        second = now;
        leftThisSecond = burstBytes;
      }
      // A child that floods its output is cut here.
      const shown = text.slice(0, leftThisSecond);
      leftThisSecond -= shown.length;
      if (shown === '') return;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        if (size > limitBytes) {
          renameSync(file, `${file}.1`);
          size = 0;
        }
        appendFileSync(file, shown);
        size += Buffer.byteLength(shown);
      } catch {
        // nowhere to say it
      }
    },
  };
}

const burstBytes = 100_000;
