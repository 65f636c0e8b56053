import type { CallOutput, ParsedInput } from '#contract/index.ts';
import { AppError } from '#contract/failure.ts';
import type { Run } from '#contract/run.ts';
import { keptRange, limitId } from '#core/text/encoding.ts';
import { idOfRank, OOV_ID, START_ID } from '#core/text/ids.ts';
import * as m from '#messages';

import type { DatasetsPort, Review, RunsService } from '../services.ts';
import { listSnapshots, type StoredSnapshot } from './store.ts';
import type { ReadDb } from '../../db/handles.ts';
import type { Tables } from './tables.ts';

type Sentence = CallOutput<'embeddings.sentence'>;

/**
 * One sentence under the tables of up to four runs: an embedding is a look-up, so a panel is the rows of the sentence's tokens. The
 * tokens are those of the first run's encoding; every other run looks them up under its own vocabulary size.
 */
export async function sentenceUnder(
  parts: Readonly<{
    db: ReadDb;
    datasets: DatasetsPort;
    tables: Tables;
    runs: Pick<RunsService, 'get'>;
  }>,
  request: ParsedInput<'embeddings.sentence'>,
): Promise<Sentence> {
  const { db, datasets, tables } = parts;
  const runs = request.runIds.map((runId) => parts.runs.get({ runId }));
  const [first] = runs;
  if (first === undefined) throw new AppError('invalid', m.embeddings_no_run());
  const stranger = runs.find((run) => run.datasetHash !== first.datasetHash);
  if (stranger !== undefined) {
    throw new AppError(
      'invalid',
      m.embeddings_other_dataset({ stranger: stranger.name, first: first.name }),
    );
  }
  const review = await reviewOf(datasets, first.dataset, request.source);
  const kept = keptRange(review.ids.length, first.config.maxLength, first.config.truncating);
  const padCount = first.config.maxLength - (kept.end - kept.start);
  const firstPosition = first.config.padding === 'pre' ? padCount : 0;
  const ids = review.ids.subarray(kept.start, kept.end);

  const usedRows = idOfRank(datasets.get({ datasetId: first.dataset }).vocabularySize) + 1;
  const stored = runs.map((run) => ({ run, snapshots: listSnapshots(db, run.runId) }));
  const panels = stored.flatMap(({ run, snapshots }) =>
    shownSnapshots(run, snapshots, request.epoch).map((snapshot) => ({
      snapshotId: snapshot.snapshotId,
      runId: run.runId,
      variant: run.variant,
      branch: snapshot.branch,
      epoch: snapshot.epoch,
      dims: snapshot.dims,
      p99: tables.p99(snapshot, Math.min(snapshot.rows, usedRows)),
      values: rowsOf(tables.values(snapshot), ids, snapshot, run.config.numWords),
    })),
  );
  return {
    text: review.text,
    label: request.source.kind === 'review' ? review.label : null,
    padCount,
    cutCount: review.ids.length - ids.length,
    tokens: Array.from(ids, (fullId, index) => {
      const id = limitId(fullId, first.config.numWords);
      return {
        position: firstPosition + index,
        word: review.words[kept.start + index] ?? '',
        id,
        kind: id === START_ID ? 'start' : id === OOV_ID ? 'oov' : 'word',
      };
    }),
    panels,
    epochs: commonEpochs(stored.map(({ snapshots }) => snapshots)),
  };
}

export async function reviewOf(
  datasets: DatasetsPort,
  datasetId: string,
  source: ParsedInput<'embeddings.sentence'>['source'],
): Promise<Review> {
  if (source.kind === 'review') return datasets.review(datasetId, source.split, source.row);
  return { text: source.text, label: 0, ...(await datasets.encodeText(datasetId, source.text)) };
}

/** The tables of the asked epoch or the latest stored one before it; of the best epoch where none is asked. */
function shownSnapshots(
  run: Run,
  snapshots: readonly StoredSnapshot[],
  asked: number | undefined,
): StoredSnapshot[] {
  const wanted = asked ?? run.best?.epoch ?? 0;
  const epoch = snapshots.filter((item) => item.epoch <= wanted).at(-1)?.epoch;
  if (epoch === undefined) {
    throw new AppError('notFound', m.embeddings_none_yet({ name: run.name }));
  }
  return snapshots.filter((item) => item.epoch === epoch);
}

/** Row-major [tokens, dims], float32 little-endian, base64. */
function rowsOf(
  table: Float32Array,
  ids: Int32Array,
  { rows, dims }: StoredSnapshot,
  numWords: number,
): string {
  const picked = new Float32Array(ids.length * dims);
  ids.forEach((fullId, index) => {
    const id = Math.min(limitId(fullId, numWords), rows - 1);
    picked.set(table.subarray(id * dims, (id + 1) * dims), index * dims);
  });
  return Buffer.from(picked.buffer).toString('base64');
}

function commonEpochs(lists: readonly (readonly StoredSnapshot[])[]): number[] {
  const [first, ...others] = lists.map((list) => new Set(list.map(({ epoch }) => epoch)));
  if (first === undefined) return [];
  return [...first].filter((epoch) => others.every((other) => other.has(epoch)));
}
