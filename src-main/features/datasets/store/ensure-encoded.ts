import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { splitNames, type TextPipeline } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { encodeWords } from '#core/text/encoding.ts';
import { createTokenizer } from '#core/text/pipeline.ts';
import * as m from '#messages';

import { altered, assertUnaltered, createContentHasher } from './content-hash.ts';
import { openDocuments } from './documents.ts';
import { createEncodedWriter } from './encoded-writer.ts';
import { createPace } from '../importers/importer.ts';
import { createTemporaryFolder, documentsFile, idsFile, removeFolder, sealFile } from './place.ts';
import { isAsSealed, seal } from './seal.ts';

/**
 * Writes ids.bin again from the texts and the stored vocabulary: the same bytes as the import wrote. Throws `storage` where a text, a
 * label, a review or a word of the vocabulary is no longer what was imported.
 */
export async function ensureEncoded(
  folder: string,
  contentHash: string,
  pipeline: TextPipeline,
): Promise<void> {
  const tokenize = createTokenizer(pipeline);
  const documents = openDocuments(documentsFile(folder));
  // <home>/datasets/<hash> -> <home>
  const temporaryFolder = createTemporaryFolder(path.dirname(path.dirname(folder)));
  const writer = createEncodedWriter(temporaryFolder);
  const hasher = createContentHasher(pipeline);
  const pace = createPace(new AbortController().signal, () => undefined);
  const ranks = new Map<string, number>();
  documents.words().forEach((word, rank) => {
    if (word !== null) ranks.set(word, rank);
  });
  try {
    for (const split of splitNames) {
      const total = documents.count(split);
      for (let row = 0; row < total; row += 1) {
        const document = documents.document(split, row);
        if (document === null || document.text === null) {
          throw new AppError('storage', m.datasets_damaged({ file: idsFile(folder) }));
        }
        hasher.add(split, document.label, document.text);
        writer.add(
          split,
          document.label,
          encodeWords(tokenize(document.text), (word) => ranks.get(word)),
        );
        await pace.breathe();
      }
    }
    assertUnaltered(hasher, contentHash);
    const written = path.join(temporaryFolder, 'ids.bin');
    await writer.finish(written, contentHash, null, pace);
    // The stored vocabulary is covered by no hash of its own: the ids that it gives are those of before.
    const file = idsFile(folder);
    if (!(await isAsSealed(written, file))) throw altered(contentHash);
    rmSync(file, { force: true });
    rmSync(sealFile(file), { force: true });
    renameSync(written, file);
    await seal(file);
  } finally {
    writer.close();
    documents.close();
    removeFolder(temporaryFolder);
  }
}
