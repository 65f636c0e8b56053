import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Diff } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Transplant } from '#contract/transplant.ts';
import type { ComparisonFacts } from '#core/embeddings/compare/comparison-file.ts';
import { variantName } from '#core/embeddings/compare/floor-sides.ts';
import { neighbourCounts } from '#core/embeddings/compare/pair-measures.ts';
import { decodeWeightsFile } from '#core/model/weights-file.ts';
import * as m from '#messages';

import type { CompareJob, TableFile } from '#core/embeddings/analysis-job.ts';
import type { Analysis } from '../../../processes/analysis-supervisor.ts';
import { putBlob } from '../../../db/blobs.ts';
import type { Databases } from '../../../db/open.ts';
import type {
  DatasetsPort,
  DiffsService,
  JobsService,
  RunsService,
  Watched,
} from '../../services.ts';
import { inTemporaryFolder } from '../../system/temporary-folder.ts';
import { sha256 } from '../../files/sha256.ts';
import { createArtefacts, type ComparedWords } from './diff-artefact.ts';
import { exportDiff } from './diff-export.ts';
import { planDiff, tablesOf, type DiffPlan } from './diff-plan.ts';
import { memberOf } from './diff-sources.ts';
import { reviewsOfDiff } from './diff-reviews.ts';
import { sentenceInFrame } from './diff-sentence.ts';
import type { SourceParts } from './diff-sources.ts';
import { atEpoch, neighbourChanges, storedEpochs, trajectoriesOf } from './diff-epochs.ts';
import {
  deleteDiff,
  findDiff,
  keptState,
  listDiffs,
  putDiff,
  touchDiff,
  trimCachedDiffs,
  type StoredDiff,
} from './diff-store.ts';
import { columnsOf, neighboursOf, projectionOf, wordRows } from './diff-views.ts';
import type { WordsPort } from './diff-words.ts';
import type { Tables } from '../tables.ts';
import { listTransplants, putTransplant } from '../transplant/transplant-store.ts';

export type DiffsOptions = Readonly<{
  databases: Databases;
  tables: Tables;
  datasets: DatasetsPort & WordsPort;
  runs: SourceParts['runs'] & Pick<RunsService, 'judged'>;
  analysis: Analysis;
  jobs: Pick<JobsService, 'start'>;
  emit: Emit;
  now: () => Date;
  /** Of rows that are gone: those that nothing else names go too. */
  freeBlobs: (hashes: readonly string[]) => void;
}>;

/** Comparisons of embedding tables: computed once in a child of their own, saved, and read from there. */
export function createDiffsService(options: DiffsOptions): DiffsService {
  const { databases, tables, datasets, analysis, jobs, emit, now } = options;
  const db = databases.main;
  const parts = { db, tables, runs: options.runs, datasets, blobs: databases.blobs };
  const removed = new Map<string, Removed>();
  const artefacts = createArtefacts({ db, blobs: databases.blobs });
  const closing = new AbortController();
  const reviews = new Map<string, AskedReviews>();

  async function compute(plan: DiffPlan, watched: Watched): Promise<StoredDiff> {
    const begunAt = performance.now();
    return inTemporaryFolder(async (folder) => {
      const resultFile = path.join(folder, 'result');
      await analysis.ask(await jobOf(plan, folder, tables, resultFile), 'compared', watched);
      const bytes = readFileSync(resultFile);
      const facts = decodeWeightsFile(bytes, sha256).facts as ComparisonFacts;
      const words = new TextEncoder().encode(JSON.stringify(comparedWords(plan)));
      const seconds = (performance.now() - begunAt) / 1000;
      return {
        diff: diffOf(plan, facts, now().toISOString(), seconds),
        wordsHash: putBlob(databases.blobs, words, now()),
        numbersHash: putBlob(databases.blobs, bytes, now()),
      };
    });
  }

  /** Whether it was compared before: then it is kept from now on, or was asked for once more. */
  function isSaved({ diffId }: DiffPlan, isKept: boolean): boolean {
    const before = keptState(db, diffId);
    touchDiff(db, diffId, isKept ? null : now().toISOString());
    if (isKept && before === 'cached') emit('diffs.changed', { diffId });
    return before !== null;
  }

  async function computed(plan: DiffPlan, isKept: boolean, watched: Watched): Promise<void> {
    const stored = await compute(plan, watched);
    // Another program may have compared them meanwhile.
    if (isSaved(plan, isKept)) return;
    putDiff(db, stored, isKept ? null : stored.diff.createdAt);
    options.freeBlobs(trimCachedDiffs(db, cachedDiffs));
    emit('diffs.changed', { diffId: plan.diffId });
  }

  return {
    async start({ isKept, ...request }) {
      const plan = await planDiff(parts, request);
      return jobs.start({
        kind: 'diff',
        subject: { diffId: plan.diffId, isKept },
        isShared: true,
        cancelled: m.embeddings_cancelled,
        work: isSaved(plan, isKept)
          ? null
          : async (signal, onProgress) => {
              await computed(plan, isKept, {
                signal,
                onProgress: (done) => {
                  onProgress({ phase: 'comparing', done, total: 1 });
                },
              });
              return null;
            },
      });
    },
    async compare({ isKept, ...request }, watched) {
      const plan = await planDiff(parts, request);
      if (!isSaved(plan, isKept)) await computed(plan, isKept, watched);
      return findDiff(db, plan.diffId).diff;
    },
    list: () =>
      listDiffs(db).map(
        ({ diffId, createdAt, request, tables: compared, words, neighbourCounts: ks }) => ({
          diffId,
          createdAt,
          request,
          tables: compared,
          words,
          neighbourCounts: ks,
        }),
      ),
    get: ({ diffId }) => findDiff(db, diffId).diff,
    words: (request) => wordRows(artefacts.get(request.diffId), request),
    columns: (request) => columnsOf(artefacts.get(request.diffId), request),
    neighbours: ({ diffId, word }) => neighboursOf(artefacts.get(diffId), word, tables),
    projection: ({ diffId, axes, epoch }) =>
      projectionOf(atEpoch(db, artefacts.get(diffId), epoch), axes, tables),
    epochs: ({ diffId }) => storedEpochs(db, artefacts.get(diffId)),
    trajectories: ({ diffId, words, axes }) =>
      trajectoriesOf({ db, tables }, artefacts.get(diffId), words, axes),
    neighbourChanges: ({ diffId, word, epoch }) =>
      neighbourChanges({ db, tables }, artefacts.get(diffId), word, epoch),
    sentence: ({ diffId, source, epoch, axes }) => {
      const artefact = artefacts.get(diffId);
      return sentenceInFrame(parts, artefact, source, atEpoch(db, artefact, epoch).diff, axes);
    },
    reviews({ diffId, pair }) {
      const key = `${diffId} ${pair}`;
      const known = reviews.get(key);
      if (known !== undefined) return known.answer;
      const controller = new AbortController();
      const answer = reviewsOfDiff(
        { ...parts, runs: options.runs, analysis },
        artefacts.get(diffId),
        pair,
        AbortSignal.any([closing.signal, controller.signal]),
      );
      const asked = { answer, controller };
      reviews.set(key, asked);
      for (const oldest of [...reviews.keys()].slice(0, -keptReviews)) reviews.delete(oldest);
      answer.catch(() => {
        if (reviews.get(key) === asked) reviews.delete(key);
      });
      return answer;
    },
    cancelReviews({ diffId, pair }) {
      // Of a comparison that is there; what is not under way needs no end.
      artefacts.get(diffId);
      reviews.get(`${diffId} ${pair}`)?.controller.abort();
    },
    export: ({ diffId, format, path: file, isForced }) =>
      exportDiff(
        artefacts.get(diffId),
        format,
        file,
        isForced,
        tables,
        listTransplants(db, diffId),
      ),
    remove({ diffId }) {
      removed.set(diffId, {
        diff: findDiff(db, diffId),
        transplants: listTransplants(db, diffId),
      });
      deleteDiff(db, diffId);
      artefacts.forget(diffId);
      for (const key of reviews.keys()) if (key.startsWith(`${diffId} `)) reviews.delete(key);
      emit('diffs.changed', { diffId });
    },
    restore({ diffId }) {
      const found = removed.get(diffId);
      if (found === undefined)
        throw new AppError('notFound', m.embeddings_diff_unknown({ diffId }));
      removed.delete(diffId);
      putDiff(db, found.diff, null);
      for (const transplant of found.transplants) putTransplant(db, transplant);
      emit('diffs.changed', { diffId });
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...reviews.values()].map(({ answer }) => answer));
    },
  };
}

type Removed = Readonly<{ diff: StoredDiff; transplants: readonly Transplant[] }>;
type AskedReviews = Readonly<{
  answer: ReturnType<DiffsService['reviews']>;
  controller: AbortController;
}>;
/** Comparisons that nobody asked to keep: as many as epochs are looked through there and back. */
const cachedDiffs = 16;

/** Tables are handed over as files: they may be large. */
async function jobOf(
  plan: DiffPlan,
  folder: string,
  tables: Tables,
  resultFile: string,
): Promise<CompareJob> {
  const { words, request } = plan;
  const files = new Map<string, string>();
  const fileOf = async (blobHash: string): Promise<string> => {
    const known = files.get(blobHash);
    if (known !== undefined) return known;
    const file = path.join(folder, `${files.size}.f32`);
    await tables.write(blobHash, file);
    files.set(blobHash, file);
    return file;
  };
  const tableFiles: TableFile[] = [];
  for (const [index, { source, standsFor }] of plan.members.entries()) {
    // Of other seeds nothing but what is compared is read.
    const isRead = index < plan.shownCount || request.subject === 'movement';
    const start = source.kind === 'run' && isRead ? source.start : null;
    tableFiles.push({
      file: await fileOf(source.blobHash),
      startFile: start === null ? null : await fileOf(start.blobHash),
      rows: source.rows,
      dims: source.dims,
      picks: words.rows[standsFor] ?? new Int32Array(),
    });
  }
  return {
    kind: 'compare',
    resultFile,
    tables: tableFiles,
    members: plan.members.map(({ source }) => memberOf(source)),
    shownCount: plan.shownCount,
    rankedCount: words.rankedCount,
    pairs: plan.pairs.map(({ notes: _, ...pair }) => pair),
    reference: request.reference,
    subject: request.subject,
    isCentred: request.centring === 'mean',
    poles: words.poles,
    logOdds: words.logOdds,
    seed: plan.seed,
  };
}

function comparedWords({ words }: DiffPlan): ComparedWords {
  return {
    words: words.words,
    counts: [...words.counts],
    rankedCount: words.rankedCount,
    rows: words.rows.map((rows) => [...rows]),
    logOdds: Array.from(words.logOdds, (value) => (Number.isFinite(value) ? value : null)),
  };
}

/** Of so many pairs the reviews stay in memory. */
const keptReviews = 4;
/** Of each reason so many words are kept. */
const keptDropped = 1000;

function diffOf(plan: DiffPlan, facts: ComparisonFacts, createdAt: string, seconds: number): Diff {
  const { words, pairs } = plan;
  const tables = tablesOf(plan, facts.tables);
  return {
    diffId: plan.diffId,
    createdAt,
    request: plan.request,
    tables,
    pairs: pairs.map(({ first, second, isFixed, floor, notes }, index) => {
      const measured = facts.pairs[index];
      if (measured === undefined) throw new Error(`Pair ${index} was not measured.`);
      return {
        first,
        second,
        isSameFrame: isFixed,
        lengthRatio: measured.lengthRatio,
        figures: measured.whole,
        chance: measured.chance,
        standardErrors: measured.standardErrors,
        floor:
          measured.floor === null || 'gap' in floor
            ? null
            : {
                within: measured.floor.within,
                sides: [...measured.floor.sides],
                across: measured.floor.across,
                withinPairs: floor.within.flat().length,
                acrossPairs: floor.across.length,
                isAtChance: measured.floor.isAtChance.includes(true),
              },
        floorGap: 'gap' in floor ? floor.gap : null,
        rankingReliability: measured.rankingReliability && {
          ...measured.rankingReliability,
          seeds: [...measured.rankingReliability.seeds],
        },
        notes: [
          ...notes,
          ...[first, second]
            .filter((_, side) => measured.floor?.isAtChance[side] === true)
            .map((table) => m.embeddings_floor_at_chance({ name: variantName(tables, table) })),
          ...('gap' in floor && floor.gap === 'oneSeed' ? [m.embeddings_one_seed()] : []),
        ],
      };
    }),
    words: words.rankedCount,
    neighbourWords: words.words.length,
    minCount: words.minCount,
    minNeighbourCount: words.minNeighbourCount,
    isLowered: words.isLowered,
    dropped: words.dropped.map((item) => ({ ...item, words: item.words.slice(0, keptDropped) })),
    neighbourCounts: [...neighbourCounts],
    rsaWords: facts.pairs[0]?.sampled ?? 0,
    axisShares: [...facts.shares],
    poles: {
      positive: Array.from(words.poles.positive, (row) => words.words[row] ?? ''),
      negative: Array.from(words.poles.negative, (row) => words.words[row] ?? ''),
    },
    seed: plan.seed,
    seconds,
  };
}
