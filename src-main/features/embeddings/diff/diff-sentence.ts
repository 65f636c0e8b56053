import type { CallOutput, ParsedInput } from '#contract/index.ts';
import { AppError } from '#contract/failure.ts';
import { rowCosines } from '#core/embeddings/algebra/alignment.ts';
import { shownAxes } from '#core/embeddings/algebra/common-frame.ts';
import { tensorNames } from '#core/embeddings/compare/comparison-file.ts';
import { withColumns, minus, shifted, type Matrix } from '#core/embeddings/algebra/matrix.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import { changedRows } from '#core/embeddings/compare/word-set.ts';
import { keptRange, limitId } from '#core/text/encoding.ts';
import { OOV_ID, rankOfId, START_ID } from '#core/text/ids.ts';
import * as m from '#messages';

import type { BlobDb, ReadDb } from '../../../db/handles.ts';
import type { DatasetsPort, RunsService } from '../../services.ts';
import { figureOf, type Artefact } from './diff-artefact.ts';
import { base64, laidIn, subjectRows } from './diff-views.ts';
import { findOutside, outsideWords } from '../outside/outside-store.ts';
import { reviewOf } from '../sentence.ts';
import type { Tables } from '../tables.ts';

type Parts = Readonly<{
  db: ReadDb;
  blobs: BlobDb;
  tables: Tables;
  datasets: DatasetsPort;
  runs: Pick<RunsService, 'get'>;
}>;
type Token = Readonly<{ word: string; fullId: number }>;

/**
 * A sentence in the common frame of a comparison: its tokens' rows in every table, and how they differ. The alignment is that of the
 * vocabulary; a sentence only looks rows up, so equal tokens have equal rows.
 */
export async function sentenceInFrame(
  parts: Parts,
  artefact: Artefact,
  source: ParsedInput<'diffs.sentence'>['source'],
  /** The comparison's tables, or those of another epoch in their place. */
  shown: Artefact['diff'],
  asked: ParsedInput<'diffs.sentence'>['axes'],
): Promise<CallOutput<'diffs.sentence'>> {
  const { diff, facts } = artefact;
  const runId = diff.tables.find((table) => table.runId !== null)?.runId;
  if (runId == null) throw new AppError('invalid', m.embeddings_outside_only());
  const { config, dataset } = parts.runs.get({ runId: runId });
  const review = await reviewOf(parts.datasets, dataset, source);
  const kept = keptRange(review.ids.length, config.maxLength, config.truncating);
  const padCount = config.maxLength - (kept.end - kept.start);
  const ids = review.ids.subarray(kept.start, kept.end);
  const tokens = Array.from(ids, (fullId, index): Token => ({
    fullId,
    word: review.words[kept.start + index] ?? '',
  }));

  const isAligned = !diff.pairs.every(({ isSameFrame }) => isSameFrame);
  const axes = isAligned && asked === 'shown' ? Math.min(shownAxes, facts.dims) : facts.dims;
  const looked = diff.tables.map((_, table) => lookUp(parts, diff, shown, table, tokens));
  const laid = looked.map(({ rows, isKnown }, table) => {
    const matrix = laidIn(artefact, table, rows, axes);
    // A row that is not to be read is drawn as nothing.
    isKnown.forEach((known, token) => {
      if (!known) matrix.values.fill(0, token * axes, (token + 1) * axes);
    });
    return matrix;
  });
  const cosines = diff.pairs.map(({ first, second, isSameFrame }, pair) =>
    pairCosines(artefact, pair, at(looked, first), at(looked, second), {
      first,
      second,
      isSameFrame,
    }),
  );
  const hasAny = looked.some(({ isKnown }) => isKnown.includes(true));
  return {
    text: review.text,
    label: source.kind === 'review' ? review.label : null,
    padCount,
    cutCount: review.ids.length - ids.length,
    tokens: tokens.map(({ word, fullId }, index) => {
      const id = limitId(fullId, config.numWords);
      return {
        position: index + (config.padding === 'pre' ? padCount : 0),
        word,
        id,
        kind: id === START_ID ? 'start' : id === OOV_ID ? 'oov' : 'word',
        isKnown: looked.map(({ isKnown }) => isKnown[index] ?? false),
        cosines: cosines.map((values) => figureOf(values[index])),
      };
    }),
    axes: Array.from({ length: axes }, (_, axis) => ({ share: facts.shares[axis] ?? 0 })),
    isAligned,
    tableScale: facts.tableScale,
    differenceScale: facts.differenceScale,
    tables: laid.map(({ values }) => base64(values)),
    differences: diff.pairs.map(({ first, second }) => {
      const [x, y] = [at(looked, first), at(looked, second)];
      const { values } = minus(at(laid, second), at(laid, first));
      tokens.forEach((_, token) => {
        const isRead = x.isKnown[token] === true && y.isKnown[token] === true;
        if (!isRead) values.fill(0, token * axes, (token + 1) * axes);
      });
      return base64(values);
    }),
    notes: hasAny ? [] : [m.embeddings_no_known_word()],
  };
}

type Looked = Readonly<{ rows: Matrix; isKnown: boolean[] }>;

/** Rows of the tokens in one table, and which of them training has touched. */
function lookUp(
  parts: Parts,
  diff: Artefact['diff'],
  shown: Artefact['diff'],
  table: number,
  tokens: readonly Token[],
): Looked {
  const compared = at(diff.tables, table);
  const rowOf = rowLookup(parts, compared);
  const picks = Int32Array.from(tokens, (token) => rowOf(token));
  const rows = subjectRows(
    shown,
    table,
    parts.tables,
    picks.map((row) => Math.max(0, row)),
  );
  const isTrained =
    compared.startHash === null || compared.epoch === 0 || !parts.tables.has(compared.startHash)
      ? null
      : changedRows(
          parts.tables.values({ blobHash: compared.startHash }),
          parts.tables.values({ blobHash: compared.hash }),
          compared.dims,
        );
  return { rows, isKnown: Array.from(picks, (row) => row >= 0 && isTrained?.[row] !== 0) };
}

/** -1 for a word that the table does not have. */
function rowLookup(
  { db, blobs, runs }: Parts,
  { runId, tableId, rows }: Artefact['diff']['tables'][number],
): (token: Token) => number {
  if (runId !== null) {
    const { numWords } = runs.get({ runId: runId }).config;
    return ({ fullId }) => {
      const id = limitId(fullId, Math.min(numWords, rows));
      return rankOfId(id) > 0 ? id : -1;
    };
  }
  const words = outsideWords(blobs, findOutside(db, tableId ?? ''));
  const rowOfWord = new Map(words.map((word, row) => [word, row]));
  return ({ word }) => rowOfWord.get(word) ?? -1;
}

/** Under the pair's own rotation; NaN where either row is not known. */
function pairCosines(
  { tensor, facts }: Artefact,
  pair: number,
  x: Looked,
  y: Looked,
  { first, second, isSameFrame }: Readonly<{ first: number; second: number; isSameFrame: boolean }>,
): Float64Array {
  const centred = ({ rows }: Looked, table: number): Matrix =>
    shifted(withColumns(rows, facts.dims), Float64Array.from(tensor(tensorNames.means(table))));
  const left = centred(x, first);
  const turned = isSameFrame
    ? left
    : plainProducts.times(left, Float64Array.from(tensor(tensorNames.rotation(pair))), facts.dims);
  return rowCosines(turned, centred(y, second)).map((cosine, token) =>
    x.isKnown[token] === true && y.isKnown[token] === true ? cosine : Number.NaN,
  );
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`No item ${index} in a list of ${list.length}.`);
  return item;
}
