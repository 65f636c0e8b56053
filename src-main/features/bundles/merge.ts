import { isDeepStrictEqual } from 'node:util';

import type { RunState } from '#contract/run.ts';
import { readStoredConfig } from '#contract/run-config.ts';

import { isUnderway } from '../runs/train/follow.ts';
import type { RunRecord } from './record.ts';

export type LocalRun = Readonly<{
  record: Readonly<{
    run: Readonly<{ state: RunState }> & Omit<RunRecord['run'], 'state'>;
  }> &
    Pick<RunRecord, 'epochs' | 'step_blocks'>;
  datasetHash: string;
  isInTrash: boolean;
  /** A task of a cluster trains it: its bundle is what it has become there. */
  isElsewhere: boolean;
}>;

/** What becomes of a bundle's run where one of its id may be there already. */
export type Decision =
  | 'add'
  /** The bundle's goes on where the one here ended. */
  | 'bring further'
  /** Stays as it is here. */
  | 'same'
  | 'further here'
  | 'underway'
  | 'in trash'
  /** Trained on from the same state, differently: neither is the continuation of the other. */
  | 'forked'
  /** Not the same run at all. */
  | 'foreign';

/**
 * Training is a line from the frozen configuration on: of two states of a run the longer one is taken where the shorter is its
 * beginning, and nothing is ever lost by that. Everything else is left as it is.
 */
export function decide(
  local: LocalRun | null,
  bundled: Readonly<{ record: RunRecord; datasetHash: string }>,
): Decision {
  if (local === null) return 'add';
  const here = local.record;
  const { record } = bundled;
  if (
    local.datasetHash !== bundled.datasetHash ||
    !isDeepStrictEqual(readStoredConfig(here.run.config), readStoredConfig(record.run.config))
  ) {
    return 'foreign';
  }
  if (local.isInTrash) return 'in trash';
  if (isUnderway(here.run.state) && !local.isElsewhere) return 'underway';
  const shared = Math.min(here.epochs.length, record.epochs.length);
  for (let index = 0; index < shared; index += 1) {
    if (!isSameEpoch(here.epochs[index], record.epochs[index])) return 'forked';
  }
  const [stepsHere, stepsThere] = [lastStep(here), lastStep(record)];
  if (local.isElsewhere) return stepsThere >= stepsHere ? 'bring further' : 'further here';
  if (record.epochs.length !== here.epochs.length) {
    return record.epochs.length > here.epochs.length ? 'bring further' : 'further here';
  }
  if (stepsHere !== stepsThere) return stepsThere > stepsHere ? 'bring further' : 'further here';
  const [hashHere, hashThere] = [here.run.weights_hash, record.run.weights_hash];
  if (hashHere !== null && hashThere !== null) return hashHere === hashThere ? 'same' : 'forked';
  // Interrupted behind its last epoch, and ended properly there.
  return hashHere === null && hashThere !== null ? 'bring further' : 'same';
}

/** Whether the rows of a run are those of a record: an import of it was committed. */
export const isTakenOver = (here: LocalRun['record'], record: RunRecord): boolean =>
  here.epochs.length === record.epochs.length &&
  lastStep(here) === lastStep(record) &&
  here.run.weights_hash === record.run.weights_hash;

type EpochRow = RunRecord['epochs'][number];

/** What was computed, without what it took. */
const isSameEpoch = (a: EpochRow | undefined, b: EpochRow | undefined): boolean =>
  (['epoch', 'last_step', 'loss', 'accuracy', 'val_loss', 'test_loss'] as const).every(
    (column) => a?.[column] === b?.[column],
  );

function lastStep({ epochs, step_blocks: blocks }: LocalRun['record']): number {
  const block = blocks.at(-1);
  const ofSteps = block === undefined ? 0 : block.first_step + block.figures.length / 24 - 1;
  return Math.max(ofSteps, epochs.at(-1)?.last_step ?? 0);
}
