import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Transplant, TransplantRequest, TransplantState } from '#contract/transplant.ts';
import { tensorNames } from '#core/embeddings/comparison-file.ts';
import { transposed } from '#core/embeddings/rotation.ts';
import { donorRows, type FrameChange } from '#core/embeddings/transplant.ts';
import * as m from '#messages';

import type { Analysis } from '../../analysis/supervisor.ts';
import type { Databases } from '../../db/open.ts';
import type { RunsService, TransplantsService } from '../services.ts';
import { readArtefact, type Artefact } from './diff-artefact.ts';
import { touchDiff } from './diff-store.ts';
import { sourceOf, type RunSource, type Source, type SourceParts } from './diff-sources.ts';
import { tableWords, type WordsPort } from './diff-words.ts';
import type { Tables } from './tables.ts';
import { findTransplant, putTransplant } from './transplant-store.ts';

export type TransplantsOptions = Readonly<{
  databases: Databases;
  tables: Tables;
  datasets: WordsPort;
  runs: SourceParts['runs'] & Pick<RunsService, 'evaluateTables'>;
  analysis: Analysis;
  emit: Emit;
  now: () => Date;
}>;

/**
 * One run's table put into another run's model, evaluated over its test reviews: whether what a comparison shows is only a rotation.
 * Saved with the comparison whose alignment it uses.
 */
export function createTransplants(options: TransplantsOptions): TransplantsService {
  const { databases, tables, datasets, runs, analysis, emit, now } = options;
  const db = databases.main;
  const jobs = new Map<string, Job>();

  function stateOf(request: TransplantRequest): TransplantState {
    const job = jobs.get(keyOf(request));
    if (job !== undefined) return job.state;
    const transplant = findTransplant(db, request);
    return transplant === null
      ? { ...untouched, state: 'none' }
      : { ...untouched, state: 'finished', share: 1, transplant };
  }

  function change(request: TransplantRequest, state: Partial<TransplantState>): void {
    const job = jobs.get(keyOf(request));
    if (job === undefined) return;
    job.state = { ...job.state, ...state };
    emit('transplants.changed', request);
  }

  async function compute(plan: Plan, signal: AbortSignal): Promise<Transplant> {
    const begunAt = performance.now();
    const { request, donor, receiver, untrained } = plan;
    const { rowOf, moved, kept } = await rowsOf(plan);
    const [raw, aligned] = await transplanted(plan, rowOf, signal);
    const { runId } = receiver.run;
    const { epoch, branch } = receiver.snapshot;
    const { rows, passes } = await runs.evaluateTables(
      runId,
      { epoch, branch, tables: [raw, aligned, untrained] },
      { signal, onProgress: (share) => change(request, { state: 'running', share }) },
    );
    const [own] = passes;
    const passOf = (index: number): Transplant['passes']['own'] => {
      const pass = passes[index];
      if (pass === undefined || own === undefined) throw new Error('A pass is missing.');
      return {
        accuracy: pass.accuracy,
        loss: Number.isFinite(pass.loss) ? pass.loss : null,
        flips: pass.probabilities.filter(
          (value, row) => value >= 0.5 !== (own.probabilities[row] ?? 0) >= 0.5,
        ).length,
      };
    };
    return {
      ...request,
      createdAt: now().toISOString(),
      reviews: rows.length,
      passes: { own: passOf(0), raw: passOf(1), aligned: passOf(2), untrained: passOf(3) },
      wordsMoved: moved,
      wordsKept: { count: kept.length, words: kept.slice(0, mostKept) },
      notes:
        donor.dims === receiver.dims
          ? []
          : [m.embeddings_transplant_narrow({ donor: donor.dims, receiver: receiver.dims })],
      seconds: (performance.now() - begunAt) / 1000,
    };
  }

  async function rowsOf({ donor, receiver }: Plan): Promise<ReturnType<typeof donorRows>> {
    const parts = { datasets, blobs: databases.blobs, tables };
    const isOneDataset = donor.kind === 'run' && donor.run.datasetHash === receiver.run.datasetHash;
    const into = await tableWords(parts, receiver, isOneDataset);
    const from = await tableWords(parts, donor, isOneDataset);
    return donorRows(into.words, from.words, donor.kind === 'run');
  }

  /** The receiver's table with the donor's rows: as they are, and aligned. */
  async function transplanted(
    { donor, receiver, frame }: Plan,
    rowOf: Int32Array,
    signal: AbortSignal,
  ): Promise<[Float32Array, Float32Array]> {
    const folder = mkdtempSync(path.join(tmpdir(), 'twofold-transplant-'));
    const fileOf = (name: string) => path.join(folder, name);
    const written = async (name: string, { blobHash, rows, dims }: Source) => {
      await tables.write(blobHash, fileOf(name));
      return { file: fileOf(name), rows, dims };
    };
    const read = (name: string): Float32Array => {
      const { buffer, byteOffset, byteLength } = readFileSync(fileOf(name));
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    };
    try {
      await analysis.ask(
        {
          kind: 'transplant',
          donor: await written('donor', donor),
          receiver: await written('receiver', receiver),
          rowOf,
          frame,
          rawFile: fileOf('raw'),
          alignedFile: fileOf('aligned'),
        },
        'transplanted',
        { signal },
      );
      return [read('raw'), read('aligned')];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async function run(plan: Plan, signal: AbortSignal): Promise<void> {
    const { request } = plan;
    try {
      putTransplant(db, await compute(plan, signal));
      jobs.delete(keyOf(request));
      emit('transplants.changed', request);
    } catch (error) {
      const { kind, message } = toFailure(error);
      if (kind === 'cancelled') change(request, { state: 'cancelled' });
      else change(request, { state: 'failed', reason: message });
    }
  }

  return {
    start(request) {
      const known = stateOf(request);
      if (known.state === 'finished' || isUnderWay(known)) return known;
      const artefact = readArtefact({ db, blobs: databases.blobs }, request.diffId);
      const plan = planTransplant({ db, tables, runs }, artefact, request);
      // It is saved with its comparison, which has to stay.
      touchDiff(db, request.diffId, null);
      const controller = new AbortController();
      const state = { ...untouched, state: 'waiting' } as const;
      jobs.set(keyOf(request), { state, controller, done: run(plan, controller.signal) });
      return state;
    },
    state: stateOf,
    async finished(request) {
      await jobs.get(keyOf(request))?.done;
      const { state, reason, transplant } = stateOf(request);
      if (transplant !== null) return transplant;
      throw state === 'failed'
        ? new AppError('unavailable', reason ?? '')
        : new AppError('cancelled', m.embeddings_transplant_cancelled());
    },
    cancel(request) {
      const state = stateOf(request);
      jobs.get(keyOf(request))?.controller.abort();
      return isUnderWay(state) ? { ...state, state: 'cancelled' } : state;
    },
    async close() {
      for (const { controller } of jobs.values()) controller.abort();
      await Promise.all([...jobs.values()].map(({ done }) => done));
    },
  };
}

type Job = {
  state: TransplantState;
  readonly controller: AbortController;
  readonly done: Promise<void>;
};

const untouched = { share: 0, reason: null, transplant: null } as const;
/** Of the words that the donor lacks so many are named. */
const mostKept = 100;

const keyOf = ({ diffId, donor, receiver }: TransplantRequest): string =>
  [diffId, donor, receiver].join(' ');

const isUnderWay = ({ state }: TransplantState): boolean =>
  state === 'waiting' || state === 'running';

type Plan = Readonly<{
  request: TransplantRequest;
  donor: Source;
  receiver: RunSource;
  untrained: Float32Array;
  frame: FrameChange;
}>;

/** Throws, with what to do, where the one table cannot stand in the other's place. */
function planTransplant(parts: SourceParts, artefact: Artefact, request: TransplantRequest): Plan {
  const { diff } = artefact;
  if (diff.request.subject === 'movement') throw refused(m.embeddings_transplant_movement());
  const donor = tableOf(parts, artefact, request.donor);
  const receiver = tableOf(parts, artefact, request.receiver);
  if (request.donor === request.receiver) throw refused(m.embeddings_transplant_itself());
  if (receiver.kind === 'outside') {
    throw refused(m.embeddings_transplant_into_outside({ name: receiver.name }));
  }
  if (donor.dims > receiver.dims) {
    throw refused(m.embeddings_transplant_wide({ donor: donor.dims, receiver: receiver.dims }));
  }
  const { run, snapshot, start, name } = receiver;
  const kept = [run.best?.epoch, run.last?.epoch];
  if (!kept.includes(snapshot.epoch)) {
    throw refused(m.embeddings_transplant_epoch({ name, epoch: snapshot.epoch }));
  }
  if (start === null || !parts.tables.has(start.blobHash)) {
    throw refused(m.embeddings_transplant_no_start({ name }));
  }
  return {
    request,
    donor,
    receiver,
    untrained: parts.tables.values(start),
    frame: frameChange(artefact, request),
  };
}

function tableOf(parts: SourceParts, { diff }: Artefact, index: number): Source {
  const table = diff.tables[index];
  if (table === undefined) {
    throw refused(m.embeddings_no_such_table({ count: diff.tables.length }));
  }
  if (!parts.tables.has(table.hash)) {
    throw new AppError('storage', m.embeddings_table_gone({ name: table.name }));
  }
  return sourceOf(
    parts,
    table.snapshotId === null
      ? { kind: 'outside', tableId: table.tableId ?? '' }
      : { kind: 'snapshot', snapshotId: table.snapshotId },
  ).source;
}

/** The comparison's own alignment of the two, the other way round where they were compared that way. */
function frameChange(
  { diff, facts, tensor }: Artefact,
  { donor, receiver }: TransplantRequest,
): FrameChange {
  const pair = diff.pairs.findIndex(
    ({ first, second }) => [first, second].sort().join() === [donor, receiver].sort().join(),
  );
  const q = Float64Array.from(tensor(tensorNames.rotation(pair)));
  const meansOf = (table: number) => Float64Array.from(tensor(tensorNames.means(table)));
  const lengthOf = (table: number) => facts.tables[table]?.frobenius ?? 0;
  return {
    fromMeans: meansOf(donor),
    toMeans: meansOf(receiver),
    q: diff.pairs[pair]?.first === donor ? q : transposed(q, facts.dims),
    lengthRatio: lengthOf(donor) === 0 ? 0 : lengthOf(receiver) / lengthOf(donor),
  };
}

const refused = (sentence: string): AppError => new AppError('invalid', sentence);
