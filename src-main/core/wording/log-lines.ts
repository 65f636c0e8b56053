import { z } from 'zod';

import * as m from '#messages';

import { text, wording, wordsOfStored, type SayingOf, type Wordings } from './sayings.ts';

const whole = z.int();

/** What Twofold writes into the log of a run. */
export const logLines = {
  text,
  /** `pid`: null where it is not known. */
  started: wording({ pid: whole.nullable() }, ({ pid }) =>
    m.runs_log_started({ pid: pid ?? m.runs_log_process_unknown() }),
  ),
  goesOn: wording({ epoch: whole, step: whole }, m.runs_log_goes_on),
  epochsAgain: wording({ epoch: whole, storedEpoch: whole }, m.runs_log_epochs_again),
  stepsMissing: wording({ from: whole, to: whole }, m.runs_log_steps_missing),
  silent: wording({ seconds: whole }, m.runs_log_silent),
  responds: wording({}, m.runs_log_responds),
  epochNotFinite: wording({ epoch: whole }, m.runs_log_epoch_not_finite),
  leftOut: wording({ count: whole }, m.runs_log_left_out),
  relu: wording({}, m.trainer_relu),
  bestWeightsDamaged: wording({ epoch: whole }, m.storage_best_weights_damaged),
  /** Some of the `count` train rows of a step that diverged: the `first` to the `last` of them. */
  rows: wording(
    { step: whole, first: whole, last: whole, count: whole, rows: z.array(whole) },
    ({ rows, ...facts }) => m.trainer_rows({ ...facts, rows: rows.join(', ') }),
  ),
} satisfies Wordings;
export type LogSaying = SayingOf<typeof logLines>;

export const sayStoredLine = (stored: string): string => wordsOfStored(logLines, stored);
