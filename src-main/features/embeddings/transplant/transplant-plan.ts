import type { TransplantRequest } from '#contract/transplant.ts';
import { AppError } from '#contract/failure.ts';
import { tensorNames } from '#core/embeddings/compare/comparison-file.ts';
import { transposed } from '#core/embeddings/algebra/rotation.ts';
import type { FrameChange } from '#core/embeddings/transplant/transplant.ts';
import type { ControlInput } from '#core/embeddings/transplant/transplant-controls.ts';
import * as m from '#messages';

import type { Artefact, ComparedWords } from '../diff/diff-artefact.ts';
import { sourceOf, type RunSource, type Source, type SourceParts } from '../diff/diff-sources.ts';
import type { StoredSnapshot } from '../store.ts';

export type TransplantPlan = Readonly<{
  request: TransplantRequest;
  donor: Source;
  receiver: RunSource;
  /** The receiver's table before training. */
  untrained: StoredSnapshot;
  frame: FrameChange;
  fittedRows: ControlInput['fittedRows'];
  seed: number;
}>;

/** Throws, with what to do, where the one table cannot stand in the other's place. */
export function planTransplant(
  parts: SourceParts,
  artefact: Artefact,
  request: TransplantRequest,
): TransplantPlan {
  const { diff, words } = artefact;
  if (diff.request.subject === 'movement') throw refused(m.embeddings_transplant_movement());
  const donor = tableOf(parts, artefact, request.donor);
  const receiver = tableOf(parts, artefact, request.receiver);
  if (donor.blobHash === receiver.blobHash) throw refused(m.embeddings_transplant_itself());
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
    untrained: start,
    frame: frameChange(artefact, request),
    fittedRows: {
      donor: rankedRows(words, request.donor),
      receiver: rankedRows(words, request.receiver),
    },
    seed: diff.seed,
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

/** The alignment was fitted to them. */
const rankedRows = ({ rows, rankedCount }: ComparedWords, table: number): Int32Array =>
  Int32Array.from((rows[table] ?? []).slice(0, rankedCount));

const refused = (sentence: string): AppError => new AppError('invalid', sentence);
