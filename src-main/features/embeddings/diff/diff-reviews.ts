import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { CallOutput } from '#contract/index.ts';
import type { LaidTableFile } from '#core/embeddings/analysis-job.ts';
import { tensorNames } from '#core/embeddings/compare/comparison-file.ts';
import { changedRows } from '#core/embeddings/compare/word-set.ts';
import { rankOfId } from '#core/text/ids.ts';
import * as m from '#messages';

import type { Analysis } from '../../../processes/analysis-supervisor.ts';
import type { DatasetsPort, RunsService } from '../../services.ts';
import { inTemporaryFolder } from '../../system/temporary-folder.ts';
import { figureOf, type Artefact } from './diff-artefact.ts';
import { pairIn } from './diff-views.ts';
import type { Tables } from '../tables.ts';

type Parts = Readonly<{
  tables: Tables;
  datasets: Pick<DatasetsPort, 'encodedPath'>;
  runs: Pick<RunsService, 'get' | 'judged'>;
  analysis: Analysis;
}>;

/** Of either list so many reviews. */
const mostListed = 50;

/**
 * How far the two tables of a pair lie apart over the words of each test review, beside how far apart the two models judge it. Distances
 * are those of the sentence view: in the common frame, where rows have a root mean square length of 1.
 */
export async function reviewsOfDiff(
  parts: Parts,
  artefact: Artefact,
  pair: number,
  signal: AbortSignal,
): Promise<CallOutput<'diffs.reviews'>> {
  const { first, second } = artefact.diff.pairs[pairIn(artefact, pair)] ?? { first: 0, second: 1 };
  const [a, b] = [judgeOf(parts, artefact, first), judgeOf(parts, artefact, second)];
  if (a.run.runId === b.run.runId && a.epoch === b.epoch) {
    throw new AppError('invalid', m.embeddings_reviews_one_run({ name: a.run.name }));
  }
  if (a.run.datasetHash !== b.run.datasetHash) {
    throw new AppError(
      'invalid',
      m.embeddings_other_dataset({ stranger: b.run.name, first: a.run.name }),
    );
  }
  const judged = bothJudged(
    await parts.runs.judged(a.run.runId, { epoch: a.epoch }),
    await parts.runs.judged(b.run.runId, { epoch: b.epoch }),
  );
  if (judged.rows.length === 0) throw new AppError('invalid', m.embeddings_reviews_none_shared());
  const { maxLength, truncating } = a.run.config;
  const isReadAlike =
    maxLength === b.run.config.maxLength && truncating === b.run.config.truncating;

  return inTemporaryFolder(async (folder) => {
    const isRead = [first, second].map((table) => readRows(parts, artefact, table));
    const { result } = await parts.analysis.ask(
      {
        kind: 'reviews',
        tables: [
          await laidFile(parts, artefact, first, folder),
          await laidFile(parts, artefact, second, folder),
        ],
        isRead: Uint8Array.from(
          { length: Math.min(...isRead.map(({ length }) => length)) },
          (_, id) => Number(isRead.every((of) => of[id] === 1)),
        ),
        encodedFile: await parts.datasets.encodedPath(a.run.dataset),
        rows: judged.rows,
        gaps: judged.first.map((value, index) => Math.abs(value - (judged.second[index] ?? 0))),
        maxLength,
        truncating,
        most: mostListed,
        seed: artefact.diff.seed,
      },
      'reviewed',
      { signal },
    );
    return {
      epochs: [a.epoch, b.epoch],
      rows: [...judged.rows],
      labels: [...judged.labels],
      first: [...judged.first],
      second: [...judged.second],
      distances: Array.from(result.distances, figureOf),
      chanceDistance: figureOf(result.chance),
      tokens: [...result.tokens],
      known: [...result.known],
      rankCorrelation: figureOf(result.rankCorrelation),
      correlation: figureOf(result.correlation),
      predictionsDiffer: result.predictionsDiffer,
      embeddingsDiffer: result.embeddingsDiffer,
      notes: isReadAlike ? [] : [m.embeddings_reviews_read_by({ name: a.run.name })],
    };
  });
}

function judgeOf({ runs }: Parts, { diff }: Artefact, index: number) {
  const table = diff.tables[index];
  if (table?.runId == null || table.epoch === null) {
    throw new AppError('invalid', m.embeddings_reviews_outside({ name: table?.name ?? '' }));
  }
  if (table.epoch === 0) {
    throw new AppError('invalid', m.embeddings_reviews_untrained({ name: table.name }));
  }
  return { run: runs.get({ runId: table.runId }), epoch: table.epoch };
}

type Judged = Awaited<ReturnType<RunsService['judged']>>;

/** Reviews that both have judged. */
function bothJudged(a: Judged, b: Judged) {
  const placeIn = new Map(Array.from(b.rows, (row, place) => [row, place]));
  const places = Array.from(a.rows, (_, place) => place).filter((place) =>
    placeIn.has(a.rows[place] ?? -1),
  );
  return {
    rows: Int32Array.from(places, (place) => a.rows[place] ?? 0),
    labels: Uint8Array.from(places, (place) => a.labels[place] ?? 0),
    first: Float32Array.from(places, (place) => a.probabilities[place] ?? 0),
    second: Float32Array.from(
      places,
      (place) => b.probabilities[placeIn.get(a.rows[place] ?? 0) ?? 0] ?? 0,
    ),
  };
}

/** 1 for rows of words that the run knows and training has touched. */
function readRows({ runs, tables }: Parts, { diff }: Artefact, index: number): Uint8Array {
  const table = diff.tables[index];
  if (table?.runId == null) return new Uint8Array(0);
  const { numWords } = runs.get({ runId: table.runId }).config;
  const start = table.startHash;
  const isTrained =
    start === null || !tables.has(start)
      ? null
      : changedRows(
          tables.values({ blobHash: start }),
          tables.values({ blobHash: table.hash }),
          table.dims,
        );
  return Uint8Array.from({ length: table.rows }, (_, id) =>
    Number(rankOfId(id) > 0 && id < numWords && isTrained?.[id] !== 0),
  );
}

async function laidFile(
  { tables }: Parts,
  { diff, facts, words, tensor }: Artefact,
  index: number,
  folder: string,
): Promise<LaidTableFile> {
  const table = diff.tables[index];
  if (table === undefined) throw new Error(`A comparison has no table ${index}.`);
  const written = async (hash: string, name: string): Promise<string> => {
    if (!tables.has(hash)) {
      throw new AppError('storage', m.embeddings_table_gone({ name: table.name }));
    }
    const file = path.join(folder, `${index}-${name}.f32`);
    await tables.write(hash, file);
    return file;
  };
  const isMovement = diff.request.subject === 'movement' && table.startHash !== null;
  return {
    file: await written(table.hash, 'table'),
    startFile: isMovement ? await written(table.startHash ?? '', 'start') : null,
    rows: table.rows,
    dims: table.dims,
    means: Float64Array.from(tensor(tensorNames.means(index))),
    transform: Float64Array.from(tensor(tensorNames.transform(index))),
    frobenius: facts.tables[index]?.frobenius ?? 0,
    comparedWords: words.rankedCount,
  };
}
