import { setImmediate } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import type { CallOutput } from '#contract/index.ts';
import { rowsWithDirection, unitRows } from '#core/embeddings/algebra/matrix.ts';
import { largestFirst } from '#core/embeddings/algebra/neighbours.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import type { Artefact } from './diff-artefact.ts';
import { base64, comparedMatrix, placesAlong } from './diff-views.ts';
import { listSnapshots, type StoredSnapshot } from '../store.ts';
import type { Tables } from '../tables.ts';
import { rowsInTurns } from '../turns.ts';

type Diff = Artefact['diff'];
type Parts = Readonly<{ db: ReadDb; tables: Tables }>;

/*
 * A run's table keeps its frame while it is trained: tables of other epochs are laid into the frame of a comparison by the map that
 * was fitted at the compared one. Nothing is fitted anew, so that a word's way through the epochs is its own.
 */

/** A comparison with its run tables as they were at an epoch, or at the latest stored one before it. */
export function atEpoch(db: ReadDb, artefact: Artefact, epoch: number | undefined): Artefact {
  if (epoch === undefined) return artefact;
  const tables = artefact.diff.tables.map((table) => {
    if (table.kind === 'outside') return table;
    const snapshot = snapshotsOf(db, table).findLast((stored) => stored.epoch <= epoch);
    if (snapshot === undefined)
      throw new AppError('storage', m.embeddings_table_gone({ name: table.name }));
    return inPlaceOf(table, snapshot);
  });
  return { ...artefact, diff: { ...artefact.diff, tables } };
}

export const storedEpochs = (db: ReadDb, { diff }: Artefact): CallOutput<'diffs.epochs'> =>
  diff.tables.map((table) => snapshotsOf(db, table).map(({ epoch }) => epoch));

/** Chosen words in every table and epoch. */
export async function trajectoriesOf(
  { db, tables }: Parts,
  artefact: Artefact,
  words: readonly string[],
  axes: readonly number[],
): Promise<CallOutput<'diffs.trajectories'>> {
  const ranked = words.filter((word) => rankedRow(artefact, word) !== undefined);
  const rows = ranked.map((word) => rankedRow(artefact, word) ?? 0);
  const result: CallOutput<'diffs.trajectories'>['tables'] = [];
  for (const [index, table] of artefact.diff.tables.entries()) {
    const snapshots = snapshotsOf(db, table);
    const stages =
      table.kind === 'outside' ? [table] : snapshots.map((stored) => inPlaceOf(table, stored));
    const values = new Float32Array(rows.length * stages.length * axes.length);
    for (const [stage, of] of stages.entries()) {
      const places = placesAlong(withTable(artefact, index, of), index, rows, axes, tables);
      for (let word = 0; word < rows.length; word += 1) {
        const own = places.subarray(word * axes.length, (word + 1) * axes.length);
        values.set(own, (word * stages.length + stage) * axes.length);
      }
      // Tables are large, and read here: others get their turn.
      await setImmediate();
    }
    result.push({ epochs: stages.map(({ epoch }) => epoch), values: base64(values) });
  }
  return { words: ranked, tables: result };
}

/** Nearest words that are held against each other. */
const k = 10;

/** Which words have come near a word since the stored epoch before, and which have gone, in every table. */
export async function neighbourChanges(
  { db, tables }: Parts,
  artefact: Artefact,
  word: string,
  epoch: number | undefined,
): Promise<CallOutput<'diffs.neighbourChanges'>> {
  const row = rankedRow(artefact, word);
  if (row === undefined) throw new AppError('notFound', m.embeddings_word_not_compared({ word }));
  const shown = atEpoch(db, artefact, epoch);
  const result: CallOutput<'diffs.neighbourChanges'>['tables'] = [];
  for (const [index, table] of shown.diff.tables.entries()) {
    const now = await similaritiesTo(shown, index, row, tables);
    const previous =
      table.epoch === null
        ? undefined
        : snapshotsOf(db, table).findLast((stored) => stored.epoch < (table.epoch ?? 0));
    const before =
      previous === undefined
        ? now
        : await similaritiesTo(
            withTable(artefact, index, inPlaceOf(table, previous)),
            index,
            row,
            tables,
          );
    const had = new Set(before.nearest);
    const has = new Set(now.nearest);
    const named = (other: number) => ({
      word: artefact.words.words[other] ?? '',
      similarity: now.of(other),
    });
    result.push({
      epoch: table.epoch,
      before: previous?.epoch ?? null,
      stayed: now.nearest.filter((other) => had.has(other)).map(named),
      entered: now.nearest.filter((other) => !had.has(other)).map(named),
      left: before.nearest.filter((other) => !has.has(other)).map(named),
    });
    await setImmediate();
  }
  return { word, k, tables: result };
}

/** Among the words that may be neighbours. */
async function similaritiesTo(
  artefact: Artefact,
  table: number,
  row: number,
  tables: Tables,
): Promise<Readonly<{ nearest: number[]; of: (other: number) => number }>> {
  const unit = (places: readonly number[]) =>
    unitRows(comparedMatrix(artefact, table, tables, places));
  const query = unit([row]);
  const count = artefact.words.words.length;
  const similarities = new Float32Array(count);
  const isCandidate = new Uint8Array(count);
  for await (const places of rowsInTurns(count, query.columns)) {
    const others = unit(places);
    similarities.set(plainProducts.rowsByRows(query, others), places[0]);
    isCandidate.set(rowsWithDirection(others), places[0]);
  }
  isCandidate[row] = 0;
  const hasDirection = rowsWithDirection(query)[0] === 1;
  return {
    nearest: hasDirection ? largestFirst(similarities, isCandidate, k) : [],
    of: (other) => similarities[other] ?? 0,
  };
}

function rankedRow({ rowOfWord, words }: Artefact, word: string): number | undefined {
  const row = rowOfWord.get(word);
  return row !== undefined && row < words.rankedCount ? row : undefined;
}

const snapshotsOf = (db: ReadDb, { runId, branch }: Diff['tables'][number]): StoredSnapshot[] =>
  runId === null ? [] : listSnapshots(db, runId).filter((stored) => stored.branch === branch);

const inPlaceOf = (
  table: Diff['tables'][number],
  { snapshotId, epoch, blobHash }: StoredSnapshot,
): Diff['tables'][number] => ({ ...table, snapshotId, epoch, hash: blobHash });

const withTable = (artefact: Artefact, index: number, table: Diff['tables'][number]): Artefact => ({
  ...artefact,
  diff: { ...artefact.diff, tables: artefact.diff.tables.with(index, table) },
});
