import type { Diff } from '#contract/embedding-diff.ts';
import type { ComparisonFacts } from '#core/embeddings/compare/comparison-file.ts';
import { decodeWeightsFile } from '#core/model/weights-file.ts';

import { getBlob } from '../../../db/blobs.ts';
import type { BlobDb, ReadDb } from '../../../db/handles.ts';
import { sha256 } from '../../files/sha256.ts';
import { findDiff } from './diff-store.ts';

/** The ranked words come first. */
export type ComparedWords = Readonly<{
  words: readonly string[];
  counts: readonly number[];
  rankedCount: number;
  /** By table, each word's row. */
  rows: readonly (readonly number[])[];
  /** By ranked word. */
  logOdds: readonly (number | null)[];
}>;

/** A saved comparison, read. */
export type Artefact = Readonly<{
  diff: Diff;
  words: ComparedWords;
  facts: ComparisonFacts;
  /** By the names of core/embeddings/compare/comparison-file.ts; throws for what is not there. */
  tensor: (name: string) => Float32Array;
  has: (name: string) => boolean;
  rowOfWord: ReadonlyMap<string, number>;
}>;

export type Artefacts = Readonly<{
  get: (diffId: string) => Artefact;
  forget: (diffId: string) => void;
}>;

/** The one looked at last is kept in memory: every scroll asks for it. */
export function createArtefacts({ db, blobs }: Readonly<{ db: ReadDb; blobs: BlobDb }>): Artefacts {
  let last: Artefact | null = null;
  return {
    get(diffId) {
      if (last?.diff.diffId !== diffId) last = readArtefact({ db, blobs }, diffId);
      return last;
    },
    forget(diffId) {
      if (last?.diff.diffId === diffId) last = null;
    },
  };
}

export function readArtefact(
  { db, blobs }: Readonly<{ db: ReadDb; blobs: BlobDb }>,
  diffId: string,
): Artefact {
  const { diff, wordsHash, numbersHash } = findDiff(db, diffId);
  const words = JSON.parse(new TextDecoder().decode(getBlob(blobs, wordsHash))) as ComparedWords;
  const { facts, tensors } = decodeWeightsFile(new Uint8Array(getBlob(blobs, numbersHash)), sha256);
  const byName = new Map(tensors.map(({ name, values }) => [name, values]));
  return {
    diff,
    words,
    facts: facts as ComparisonFacts,
    tensor(name) {
      const values = byName.get(name);
      if (values === undefined) throw new Error(`A comparison has no ${name}.`);
      return values;
    },
    has: (name) => byName.has(name),
    rowOfWord: new Map(words.words.map((word, row) => [word, row])),
  };
}

/** NaN is undefined in a file of numbers, null for whoever reads them. */
export const figureOf = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
