import path from 'node:path';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Transplant, TransplantRequest } from '#contract/transplant.ts';
import { donorRows } from '#core/embeddings/transplant/transplant.ts';
import { controlPlans, type ControlPlan } from '#core/embeddings/transplant/transplant-controls.ts';
import * as m from '#messages';

import type { Analysis } from '../../../processes/analysis-supervisor.ts';
import type { Databases } from '../../../db/open.ts';
import type { JobsService, RunsService, TransplantsService, Watched } from '../../services.ts';
import { inTemporaryFolder } from '../../system/temporary-folder.ts';
import { readArtefact } from '../diff/diff-artefact.ts';
import { findDiff, touchDiff } from '../diff/diff-store.ts';
import type { Source, SourceParts } from '../diff/diff-sources.ts';
import { tableWords, type WordsPort } from '../diff/diff-words.ts';
import type { Tables } from '../tables.ts';
import { planTransplant, type TransplantPlan } from './transplant-plan.ts';
import { findTransplant, putTransplant, transplantsBetween } from './transplant-store.ts';

export type TransplantsOptions = Readonly<{
  databases: Databases;
  tables: Tables;
  datasets: WordsPort;
  runs: SourceParts['runs'] & Pick<RunsService, 'evaluateTables'>;
  analysis: Analysis;
  jobs: Pick<JobsService, 'start'>;
  emit: Emit;
  now: () => Date;
}>;

/**
 * One run's table put into another run's model, evaluated over its test reviews: whether what the model uses survives the alignment.
 * Saved with the comparison whose alignment it uses.
 */
export function createTransplants(options: TransplantsOptions): TransplantsService {
  const { databases, tables, datasets, runs, analysis, jobs, emit, now } = options;
  const db = databases.main;

  async function compute(plan: TransplantPlan, watched: Watched): Promise<Transplant> {
    const begunAt = performance.now();
    const { request, donor, receiver } = plan;
    const { rowOf, moved, kept } = await rowsOf(plan);
    const plans = controlPlans(donor.dims);
    return inTemporaryFolder(async (folder) => {
      const tablePaths = await writeTables(plan, rowOf, plans, folder, watched.signal);
      const { epoch, branch } = receiver.snapshot;
      const evaluated = await runs.evaluateTables(
        receiver.run.runId,
        { epoch, branch, tablePaths },
        watched,
      );
      return {
        ...request,
        createdAt: now().toISOString(),
        reviews: evaluated.rows.length,
        ...figuresOf(evaluated.passes, plans, donor.dims),
        wordsMoved: moved,
        wordsKept: { count: kept.length, words: kept.slice(0, mostKept) },
        notes:
          donor.dims === receiver.dims
            ? []
            : [m.embeddings_transplant_narrow({ donor: donor.dims, receiver: receiver.dims })],
        seconds: (performance.now() - begunAt) / 1000,
      };
    });
  }

  async function rowsOf({
    donor,
    receiver,
  }: TransplantPlan): Promise<ReturnType<typeof donorRows>> {
    const parts = { datasets, blobs: databases.blobs, tables };
    const isOneDataset = donor.kind === 'run' && donor.run.datasetHash === receiver.run.datasetHash;
    const into = await tableWords(parts, receiver, isOneDataset);
    const from = await tableWords(parts, donor, isOneDataset);
    return donorRows(into.words, from.words, donor.kind === 'run');
  }

  /** As files of the receiver's shape: raw, aligned, untrained, then the controls. */
  async function writeTables(
    { donor, receiver, untrained, frame, fittedRows, seed }: TransplantPlan,
    rowOf: Int32Array,
    plans: readonly ControlPlan[],
    folder: string,
    signal: AbortSignal,
  ): Promise<string[]> {
    const fileOf = (name: string) => path.join(folder, name);
    const written = async (name: string, { blobHash, rows, dims }: Source) => {
      await tables.write(blobHash, fileOf(name));
      return { file: fileOf(name), rows, dims };
    };
    const [rawFile, alignedFile, untrainedFile] = [
      fileOf('raw'),
      fileOf('aligned'),
      fileOf('untrained'),
    ];
    const controls = plans.map((plan, index) => ({ plan, file: fileOf(`control-${index}`) }));
    await tables.write(untrained.blobHash, untrainedFile);
    await analysis.ask(
      {
        kind: 'transplant',
        donor: await written('donor', donor),
        receiver: await written('receiver', receiver),
        rowOf,
        frame,
        fittedRows,
        seed,
        rawFile,
        alignedFile,
        controls,
      },
      'transplanted',
      { signal },
    );
    return [rawFile, alignedFile, untrainedFile, ...controls.map(({ file }) => file)];
  }

  /** One with all its controls. */
  function whole(request: TransplantRequest): Transplant | null {
    const known = findTransplant(db, request);
    return known?.controls == null ? null : known;
  }

  /** Refuses at once what cannot be evaluated. */
  function prepare(request: TransplantRequest): (watched: Watched) => Promise<Transplant> {
    const artefact = readArtefact({ db, blobs: databases.blobs }, request.diffId);
    const plan = planTransplant({ db, tables, runs }, artefact, request);
    // It is saved with its comparison, which has to stay.
    touchDiff(db, request.diffId, null);
    return async (watched) => {
      const transplant = await compute(plan, watched);
      putTransplant(db, transplant);
      emit('diffs.changed', { diffId: request.diffId });
      return transplant;
    };
  }

  return {
    start(request) {
      const evaluate = whole(request) === null ? prepare(request) : null;
      return jobs.start({
        kind: 'transplant',
        subject: request,
        isShared: true,
        cancelled: m.embeddings_transplant_cancelled,
        work:
          evaluate &&
          (async (signal, onProgress) => {
            await evaluate({
              signal,
              onProgress: (done) => {
                onProgress({ phase: 'evaluating', done, total: 1 });
              },
            });
            return null;
          }),
      });
    },
    async evaluate(request, watched) {
      const known = whole(request);
      if (known !== null) return known;
      const evaluate = prepare(request);
      try {
        return await evaluate(watched);
      } catch (error) {
        const { kind, message } = toFailure(error);
        // What is missing on the way was not asked for wrongly.
        throw kind === 'notFound' ? new AppError('unavailable', message, { cause: error }) : error;
      }
    },
    get: (request) => findTransplant(db, request),
    list: ({ diffId }) => transplantsBetween(db, findDiff(db, diffId).diff),
  };
}

/** Of the words that the donor lacks so many are named. */
const mostKept = 100;

type Evaluated = Awaited<ReturnType<RunsService['evaluateTables']>>['passes'];

/** Of the passes over the own table and those of `writeTables`. */
function figuresOf(
  passes: Evaluated,
  plans: readonly ControlPlan[],
  directions: number,
): Pick<Transplant, 'passes' | 'controls'> {
  const passAt = (index: number): Evaluated[number] => {
    const pass = passes[index];
    if (pass === undefined) throw new Error('A pass is missing.');
    return pass;
  };
  const flips = (index: number, from: number): number => {
    const { probabilities } = passAt(from);
    return passAt(index).probabilities.filter(
      (value, row) => value >= 0.5 !== (probabilities[row] ?? 0) >= 0.5,
    ).length;
  };
  const figures = (index: number) => {
    const { accuracy, loss } = passAt(index);
    return { accuracy, loss: Number.isFinite(loss) ? loss : null, flips: flips(index, 0) };
  };
  const control = (plan: ControlPlan, index: number) => ({
    ...plan,
    ...figures(index),
    flipsFromAligned: flips(index, 2),
  });
  const controls = plans.map((plan, index) => control(plan, index + 4));
  const isOfDirections = ({ kind }: ControlPlan): boolean => kind === 'directions';
  return {
    passes: { own: figures(0), raw: figures(1), aligned: figures(2), untrained: figures(3) },
    controls: [
      ...controls.filter(isOfDirections),
      // All of them are the aligned table.
      control({ kind: 'directions', k: directions }, 2),
      ...controls.filter((of) => !isOfDirections(of)),
    ],
  };
}
