import { statSync } from 'node:fs';

import type { Dataset } from '#contract/dataset.ts';
import { OOV_ID } from '#core/text/ids.ts';
import { createTokenizer } from '#core/text/pipeline.ts';
import { unknownShares, type UnknownShare } from '#core/text/unknown-share.ts';

import { assertDocuments } from './assert-documents.ts';
import { openDocuments, type Documents } from './documents.ts';
import { openEncoded, type EncodedReader } from './encoded-reader.ts';
import { ensureEncoded } from './ensure-encoded.ts';
import { datasetFolder, documentsFile, idsFile } from './place.ts';
import { isSound } from './seal.ts';
import { createTextSearch, type TextSearch } from '../text-search.ts';

export type OpenDataset = Readonly<{
  documents: Documents;
  encoded: EncodedReader;
  findText: TextSearch;
  /** At each size of the vocabulary. */
  unknownShares: (numWords: readonly number[]) => UnknownShare[];
  /** As its texts were split. */
  tokenize: (text: string) => string[];
}>;

/** What decides what the files of a dataset hold. */
export type Identity = Pick<Dataset, 'contentHash' | 'pipeline' | 'hasTexts' | 'splits'>;

/** The files of the datasets used last, kept open. */
export type OpenDatasets = Readonly<{
  /** Throws `storage` where they are not what was imported: they are compared with their seals when they are opened. */
  use: (dataset: Identity) => Promise<OpenDataset>;
  /** The path of a dataset's encoded file, made anew from the texts where it is missing or damaged. */
  encodedPath: (dataset: Identity, checked?: 'now' | 'lately') => Promise<string>;
  forget: (contentHash: string) => void;
  close: () => void;
}>;

export function createOpenDatasets(home: string): OpenDatasets {
  const mostOpen = 4;
  // A Map keeps the order of insertion: the first is the one used longest ago.
  const open = new Map<string, OpenDataset>();
  const forget = (contentHash: string): void => {
    const files = open.get(contentHash);
    files?.documents.close();
    files?.encoded.close();
    open.delete(contentHash);
  };
  const sound = new Map<string, Readonly<{ state: string; at: number }>>();
  const encodedPath = async (
    { contentHash, pipeline }: Identity,
    checked: 'now' | 'lately' = 'now',
  ): Promise<string> => {
    const folder = datasetFolder(home, contentHash);
    const file = idsFile(folder);
    const seen = sound.get(file);
    const isLately = seen?.state === stateOf(file) && Date.now() - seen.at < soundMs;
    if (checked === 'lately' && isLately) return file;
    if (!(await isSound(file))) await ensureEncoded(folder, contentHash, pipeline);
    sound.set(file, { state: stateOf(file), at: Date.now() });
    return file;
  };
  const openFiles = async (dataset: Identity): Promise<OpenDataset> => {
    const { contentHash } = dataset;
    const folder = datasetFolder(home, contentHash);
    const idsPath = await encodedPath(dataset);
    await assertDocuments(folder, dataset);
    const encoded = openEncoded(idsPath);
    let files: OpenDataset;
    try {
      const documents = openDocuments(documentsFile(folder));
      files = {
        encoded,
        documents,
        findText: createTextSearch(documents),
        unknownShares: once(() =>
          // Texts make their vocabulary themselves: every word of the training split has a rank.
          unknownShares(
            documents.counts(),
            dataset.hasTexts ? 0 : countOf(encoded.tokens('train'), OOV_ID),
          ),
        ),
        tokenize: createTokenizer(dataset.pipeline),
      };
    } catch (error) {
      encoded.close();
      throw error;
    }
    open.set(contentHash, files);
    const oldest = open.keys().next().value;
    if (open.size > mostOpen && oldest !== undefined) forget(oldest);
    return files;
  };
  /** A window asks for several things at once: the files are compared with their seals once for all of them. */
  const opening = new Map<string, Promise<OpenDataset>>();
  return {
    encodedPath,
    forget,
    async use(dataset) {
      const { contentHash } = dataset;
      const known = open.get(contentHash);
      if (known !== undefined) {
        open.delete(contentHash);
        open.set(contentHash, known);
        return known;
      }
      const underWay =
        opening.get(contentHash) ??
        openFiles(dataset).finally(() => {
          opening.delete(contentHash);
        });
      opening.set(contentHash, underWay);
      return underWay;
    },
    close() {
      for (const contentHash of [...open.keys()]) forget(contentHash);
    },
  };
}

const soundMs = 60_000;

/** Changes with whatever is written to it. */
function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
}

/** Made when it is asked for first. */
function once(make: () => OpenDataset['unknownShares']): OpenDataset['unknownShares'] {
  let made: OpenDataset['unknownShares'] | undefined;
  return (numWords) => (made ??= make())(numWords);
}

function countOf(tokens: Int32Array, id: number): number {
  let count = 0;
  for (let at = tokens.indexOf(id); at !== -1; at = tokens.indexOf(id, at + 1)) count += 1;
  return count;
}
