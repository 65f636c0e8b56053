import { existsSync } from 'node:fs';

import { altered } from './content-hash.ts';
import { openDocuments } from './documents.ts';
import { openEncoded } from './encoded-reader.ts';
import { rowsOf } from '../export.ts';
import { createPace } from '../importers/importer.ts';
import type { Identity } from './open-datasets.ts';
import { documentsFile, idsFile } from './place.ts';
import { isSound, sealOf } from './seal.ts';

/**
 * Throws `storage` where texts, labels, ratings or words are not those that were imported. What older versions wrote is sealed where
 * its reviews are those of the content hash; its words are taken as they are found.
 */
export async function assertDocuments(folder: string, dataset: Identity): Promise<void> {
  const file = documentsFile(folder);
  if (sealOf(file) === null) await assertReviews(folder, dataset);
  // That it is missing is said by who opens it.
  if (existsSync(file) && !(await isSound(file))) throw altered(dataset.contentHash);
}

async function assertReviews(folder: string, dataset: Identity): Promise<void> {
  const documents = openDocuments(documentsFile(folder));
  const encoded = openEncoded(idsFile(folder));
  const pace = createPace(new AbortController().signal, () => undefined);
  try {
    const rows = rowsOf(dataset, { documents, encoded });
    while (rows.next().done !== true) await pace.breathe();
  } finally {
    documents.close();
    encoded.close();
  }
}
