import { closeSync, openSync, readSync } from 'node:fs';

import type { SplitName } from '#contract/dataset.ts';
import { headerBytesOf, PREFIX_BYTES, readEncodedLayout } from '#core/text/encoded-file.ts';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { prepared } from '../../../db/prepared.ts';

/** [count] of a whole split, read out of the encoded file by place. */
export function readLabels(file: string, split: SplitName): Uint8Array {
  const fd = openSync(file, 'r');
  try {
    const prefix = new Uint8Array(PREFIX_BYTES);
    readSync(fd, prefix, 0, PREFIX_BYTES, 0);
    const header = new Uint8Array(headerBytesOf(prefix));
    readSync(fd, header, 0, header.length, 0);
    const section = readEncodedLayout(header).sections.find((item) => item.split === split);
    const labels = new Uint8Array(section?.count ?? 0);
    if (section !== undefined) readSync(fd, labels, 0, labels.length, section.labelsAt);
    return labels;
  } finally {
    closeSync(fd);
  }
}

/** What a bundle brought of a split whose reviews are not here (core/table/label-bits.ts); null where there is none. */
export function findLabelBits(db: ReadDb, datasetId: string, split: SplitName): Uint8Array | null {
  const bits = prepared<[string, string], { bits: Uint8Array }>(
    db,
    'SELECT bits FROM dataset_labels WHERE dataset_id = ? AND split = ?',
  ).get(datasetId, split);
  return bits?.bits ?? null;
}

export function insertLabelBits(
  db: WriteDb,
  datasetId: string,
  split: SplitName,
  bits: Uint8Array,
): void {
  db.prepare(
    'INSERT INTO dataset_labels VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bits = excluded.bits',
  ).run(datasetId, split, bits);
}
