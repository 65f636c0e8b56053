import type { SplitName } from '#contract/dataset.ts';
import type { RunState } from '#contract/run.ts';
import type { Branch } from '#contract/snapshot.ts';
import * as m from '#messages';

/** Values of the contract as words of a sentence. JSON and the command line keep the values themselves. */

const splits: Readonly<Record<SplitName, () => string>> = {
  train: m.fields_split_train,
  test: m.fields_split_test,
  validation: m.fields_split_validation,
};

const branches: Readonly<Record<Branch, () => string>> = {
  shared: m.fields_value_shared,
  cnn: m.fields_branch_cnn,
  lstm: m.fields_branch_lstm,
};

const states: Readonly<Record<RunState, () => string>> = {
  queued: m.fields_state_queued,
  running: m.fields_state_running,
  paused: m.fields_state_paused,
  stopped: m.fields_state_stopped,
  finished: m.fields_state_finished,
  diverged: m.fields_state_diverged,
  failed: m.fields_state_failed,
  interrupted: m.fields_state_interrupted,
};

const weights = { best: m.fields_weights_best, last: m.fields_weights_last };

/** "test review 1234": `row` is its place in the whole split, from 0, as in every file and in the command line. */
export const reviewName = (split: SplitName, row: number): string =>
  m.fields_review({ split: splitWord(split), row });

export const splitWord = (split: SplitName): string => splits[split]();
export const branchWord = (branch: Branch): string => branches[branch]();
export const stateWord = (state: RunState): string => states[state]();
export const weightsWord = (choice: keyof typeof weights): string => weights[choice]();
