import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

import { splitNames, type SplitName } from '#contract/dataset.ts';
import { planEncodedFile } from '#core/text/encoded-file.ts';
import { OOV_ID, START_ID } from '#core/text/ids.ts';

import { growable, type Growable } from '#core/util/growable.ts';
import type { Pace } from '../importers/importer.ts';
import { createSpill, type Spill } from '../importers/sources/spill.ts';
import { syncToDisk } from './place.ts';

/** Writes an encoded file (core/text/encoded-file.ts) of reviews that come one by one, in bounded memory. */
export type EncodedWriter = Readonly<{
  add: (split: SplitName, label: 0 | 1, ids: Int32Array) => void;
  /** As added. */
  ids: (split: SplitName, row: number) => Int32Array;
  /** `finalIds` renumbers what was added, the start token excepted; null leaves ids as they are. */
  finish: (
    file: string,
    datasetHash: string,
    finalIds: Int32Array | null,
    pace: Pace,
  ) => Promise<void>;
  close: () => void;
}>;

/** Stands for the start token among provisional ids, which begin at 0. */
export const START_MARK = -1;

export function createEncodedWriter(temporaryFolder: string): EncodedWriter {
  const parts = new Map<SplitName, SplitPart>();
  return {
    add(split, label, ids) {
      let part = parts.get(split);
      if (part === undefined) {
        part = {
          labels: growable(Uint8Array),
          offsets: growable(Uint32Array),
          spill: createSpill(path.join(temporaryFolder, `${split}.spill`)),
        };
        part.offsets.push(0);
        parts.set(split, part);
      }
      part.labels.push(label);
      part.offsets.push(lastOf(part.offsets) + ids.length);
      part.spill.append(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));
    },
    ids(split, row) {
      const part = parts.get(split);
      if (part === undefined) return new Int32Array(0);
      const first = part.offsets.at(row);
      const bytes = part.spill.read(first * 4, (part.offsets.at(row + 1) - first) * 4);
      return new Int32Array(bytes.buffer);
    },
    async finish(file, datasetHash, finalIds, pace) {
      const present = splitNames.flatMap((split) => {
        const part = parts.get(split);
        return part === undefined ? [] : [{ split, part }];
      });
      const layout = planEncodedFile(
        datasetHash,
        present.map(({ split, part }) => ({
          split,
          count: part.labels.length(),
          tokenCount: lastOf(part.offsets),
        })),
      );
      const total = present.reduce((sum, { part }) => sum + part.spill.size(), 0);
      let done = 0;
      // One buffer for all pieces: many would wait for the collector, and be most of what the process holds.
      const chunk = new Int32Array(CHUNK_BYTES / 4);
      const fd = openSync(file, 'wx');
      try {
        // Gaps between sections and the padding at the end read as zeros.
        ftruncateSync(fd, layout.totalBytes);
        writeSection(fd, 0, layout.header);
        for (const [index, section] of layout.sections.entries()) {
          const part = present[index]?.part;
          if (part === undefined) continue;
          writeSection(fd, section.labelsAt, part.labels.array());
          writeSection(fd, section.offsetsAt, bytesOf(part.offsets.array()));
          for (let at = 0; at < part.spill.size(); at += CHUNK_BYTES) {
            const ids = chunk.subarray(0, Math.min(CHUNK_BYTES, part.spill.size() - at) / 4);
            part.spill.fill(bytesOf(ids), at);
            if (finalIds !== null) renumber(ids, finalIds);
            writeSection(fd, section.tokensAt + at, bytesOf(ids));
            done += ids.byteLength;
            pace.report({ phase: 'encoding', done, total });
            await pace.breathe();
          }
        }
      } finally {
        closeSync(fd);
      }
      await syncToDisk(file);
    },
    close() {
      for (const { spill } of parts.values()) spill.close();
      parts.clear();
    },
  };
}

type SplitPart = Readonly<{
  labels: Growable<Uint8Array>;
  offsets: Growable<Uint32Array>;
  spill: Spill;
}>;

const lastOf = (offsets: Growable<Uint32Array>): number => offsets.at(offsets.length() - 1);

const CHUNK_BYTES = 1_048_576;

function renumber(ids: Int32Array, finalIds: Int32Array): void {
  for (let i = 0; i < ids.length; i += 1) {
    const id = ids[i] as number;
    ids[i] = id === START_MARK ? START_ID : (finalIds[id] ?? OOV_ID);
  }
}

function writeSection(fd: number, at: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function bytesOf(array: Uint32Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
